"""What people type, through the bot: what was meant stands in the answer, with a button for a deed; several at once."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKED = "[{sign_off: ops, checklist: [Log in works]}]"
SERVICES = {
    "empty": service("empty"),
    "typed": service("typed"),
    "one": service("one"),
    "two": service("two"),
    "ticks": service("ticks", CHECKED),
    "ours": service("ours", "[{sign_off: testers}]"),
    "pair": service("pair", "[{sign_off: testers}, {sign_off: ops}]"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    folder, policy = tmp_path_factory.mktemp("bot"), HEAD + "".join(SERVICES.values())
    async with inside(folder, policy, socket_mode=socket_mode, furnish=furnished(*SERVICES)) as running:
        yield running


async def waiting(bot: Inside, name: str, version: str = "1.0.4") -> int:
    """Bring a release to where it waits for sign-offs, and give its number."""
    scenario = ServiceScenario(bot, name)
    await scenario.build(version)
    number = await scenario.starts("Mara", f"{name} to STAGING!")
    await scenario.until(number, "waiting", "production")
    return number


ANSWERED: list[tuple[str, tuple[str, ...]]] = [
    ("lgtm r{n}", ("I do not know the word lgtm.", "Did you mean /release approve r{n}?", "[Sign off r{n}]")),
    (
        "lgtm",
        (
            "I do not know the word lgtm.",
            "r{n} typed 1.0.4 for production: /release approve r{n}",
            "[Sign off r{n}]",
        ),
    ),
    ("approve", ("Which release?", "/release approve r{n}", "[Sign off r{n}]")),
    ("approve nice", ("/release approve r{n} nice", "[Sign off r{n}]")),
    (
        "approve r{n} later, not before monday",
        ('"later, not before monday" puts it off', "Did you mean /release approve r{n}?", "[Sign off r{n}]"),
    ),
    ("approve r{n} ???", ("ends with a question mark, so nothing was done.", "[Sign off r{n}]")),
    ("approve not yet", ("Which release?", "For example: /release approve r42")),
    ("cancel r{n} not yet, wait for Tim?", ("Did you mean /release cancel r{n}?", "[Cancel r{n}]")),
    ("retry r{n} the network is back", ("so nothing was done.", "Did you mean /release retry r{n}?")),
    (
        "stop testing r{n}",
        ('"stop testing" did nothing.', "/release approve r{n}, or /release reject r{n} REASON"),
    ),
    ("uncancel r{n}", ("A release that has ended stays ended.",)),
    ("stop production", ("/release lock everything REASON",)),
    ("prod is broken", ("/release rollback production", "/release lock production REASON")),
    (
        "settle r{n} failed",
        ("/release settle r{n} not-deployed or /release settle r{n} deployed", "r42 not-deployed the"),
    ),
    ("all to staging", ("Did you mean /release typed to staging?",)),
    ("freigeben r{n}", ("Did you mean /release approve r{n}?", "[Sign off r{n}]")),
    ("aprove r{n}", ('I could not read "aprove".', "Did you mean /release approve r{n}?", "[Sign off r{n}]")),
    ("abort r{n} wrong", ("Did you mean /release cancel r{n} wrong?", "[Cancel r{n}]")),
    ("rejct r{n}", ("Did you mean /release reject r{n}?", "[Reject r{n}]")),
    ("reject", ("Which release?", "/release reject r{n}", "[Reject r{n}]")),
    ("test", ("/release testing r{n}", "[Start testing r{n}]")),
    ("r{n} testing", ("Did you mean /release testing r{n}?", "[Start testing r{n}]")),
    ("retry", ("Which release?", "r{n} typed 1.0.4 for production: not by you, or not now")),
    ("withdraw", ("Which release?", "not by you, or not now; see /release why r{n}")),
    ("stop", ("Which release?", "/release cancel r{n}", "[Cancel r{n}]")),
    ("stop r{n}", ("Did you mean /release cancel r{n}?", "[Cancel r{n}]")),
    ("dont approve r{n}", ("I do not know the word dont.", "Did you mean /release status r{n}?")),
    ("who signs r{n}", ("Did you mean /release why r{n} or /release history r{n}?",)),
    ("r{n} is broken, no log-in", ("Did you mean /release reject r{n} no log-in?", "[Reject r{n}]")),
    ("why isnt r{n} live", ("r{n} typed 1.0.4",)),
    ("undo r{n}", ("There is no environment called r{n}.", "Did you mean /release rollback production?")),
    (
        "freeze production for 2h db",
        ("Did you mean /release lock production for 2h db?", "[Lock production]"),
    ),
    ("unfreeze production", ("Did you mean /release unlock production?", "[Unlock production]")),
    ("unlok production", ('I could not read "unlok".', "Did you mean /release unlock production?")),
    (
        "deploy staging",
        ("I do not know the word deploy.", "Did you mean /release staging?", "[Release to staging]"),
    ),
    ("deply staging", ('I could not read "deply".', "Did you mean /release staging?")),
    ("ship", ("the environment alone", "staging and production", "/release staging")),
    ("stagin", ('I could not read "stagin".', "Did you mean /release staging?", "[Release to staging]")),
    ("1.0.4", ("Did you mean /release 1.0.4 to staging?", "[Release to staging]")),
    ("changes", ("1.0.4",)),
    ("changes in r{n}", ("1 change:", "Change of 1.0.4", "It is live in staging")),
    ("what changed in r{n}?", ("1 change:", "Change of 1.0.4")),
    ("why is r{n} waiting for r99?", ("r{n} typed 1.0.4",)),
    ("why can't I deploy", ("r{n} typed 1.0.4",)),
    ("status r{n} r99", ("r99 would be a second one: ask about one at a time.",)),
    ("who", ("You are Tim",)),
    ("hilfe", ("/release approve",)),
    ("eta", ("r{n} typed 1.0.4",)),
    ("#{n}", ("r{n}", "1.0.4")),
    ("{n}", ("r{n}", "1.0.4")),
    ("remind r{n}", ("Nobody is reminded by hand.", "/release why")),
    ("cancel r{n} r99", ("r99 would be a second release",)),
    ("latest to production", ("Which build?",)),
    ("undo", ("There is no earlier good build in production",)),
    (
        "lock production on friday",
        ("Is on friday a time, or part of the reason? Nothing was locked.", "begins at once"),
    ),
    ("lock production 2h, starting at 18:00", ("Is starting at 18:00 a time", "not possible yet")),
    (
        "lock production db upgrade 2h",
        ("Did you mean /release lock production 2h db upgrade?", "[Lock production]"),
    ),
    ("unlock production tomorrow", ("Is tomorrow a time? Nothing was unlocked.",)),
    ("freeze until monday", ("/release lock staging until monday or /release lock production until monday",)),
    ("lock typed", ("typed is a service: name its environment too.", "There is staging and production.")),
    ("unlock all", ("all is no environment.", "the word is everything")),
    (
        "lock production until 25:00",
        ("cannot read until 25:00 as a time", "/release lock production for 2h database upgrade"),
    ),
]


async def test_what_was_not_understood_names_what_was_meant(bot: Inside) -> None:
    number = await waiting(bot, "typed")
    scenario = ServiceScenario(bot, "typed")
    before = len(await bot.rows())
    for typed, said in ANSWERED:
        answer = await scenario.types("Tim", typed.format(n=number))
        shown = f"{scenario.private('Tim')[-1]}"
        for each in said:
            assert each.format(n=number) in f"{answer}\n{shown}", (typed, answer)
    assert len(await bot.rows()) == before, "nothing was done"
    for typed in ("stop testing r{n}", "uncancel r{n}", "stop production", "prod is broken"):
        await scenario.types("Tim", typed.format(n=number))
        assert "Cancel" not in f"{scenario.private('Tim')[-1]}", typed
    await scenario.types("Tim", "lgtm nice one")
    pressed = await scenario.person("Tim").click(scenario.private("Tim")[-1], f"Sign off r{number}")
    assert pressed.confirm is not None
    shown_release = await scenario.until(number, "done")
    (signed,) = shown_release["steps"][1]["sign_offs"]
    assert (signed["user"], signed["note"]) == ("U0TIM", "nice one")


async def test_where_nothing_is_open_it_says_so(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "empty")
    assert "No release of empty is open now." in await scenario.types("Tim", "approve")
    assert "No release of empty is open now." in await scenario.types("Tim", "lgtm")


async def test_who_may_sign_for_two_teams_is_not_told_that_they_may_not(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "pair")
    number = await waiting(bot, "pair", "1.0")
    for typed in ("looks good", "approve please", "+1"):
        answer = await scenario.types("Amita", typed)
        assert f"r{number} pair 1.0 for production: /release approve r{number}" in answer
        assert "not by you" not in answer


async def test_who_is_no_full_member_is_told_of_no_release(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "one")
    number = await waiting(bot, "one", "1.9")
    assert f"r{number}" in await scenario.types("Tim", "approve")
    for typed in ("approve", "lgtm", "1.9", "aprove"):
        answer = await scenario.types("Guest", typed)
        assert answer
        assert f"r{number}" not in answer
        assert "1.9 to" not in answer


async def test_several_are_signed_each_for_itself(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "two")
    await scenario.build("2.0")
    await ServiceScenario(bot, "one").build("2.0")
    said = await scenario.types("Mara", "one, two to staging")
    assert "one: r" in said
    assert "two: r" in said
    found = [
        await bot.world.api("GET", f"/api/v1/releases?service={name}&limit=1") for name in ("one", "two")
    ]
    numbers = [shown[1][0]["number"] for shown in found]
    ticks, ours = await waiting(bot, "ticks", "3.0"), await waiting(bot, "ours", "3.0")
    for number in numbers:
        await scenario.until(number, "waiting", "production")
    every = " ".join(f"r{number}" for number in (*numbers, ticks, ours, 999))
    said = await scenario.types("Tim", f"approve {every} as ops all fine")
    for number in numbers:
        assert f"r{number}: You have signed r{number} off for ops" in said
        signed = (await scenario.until(number, "done"))["steps"][1]["sign_offs"]
        assert [(each["user"], each["note"]) for each in signed] == [("U0TIM", "all fine")]
    assert f"r{ticks}: it has a checklist, so it is signed alone" in said
    assert f"r{ours}: " in said
    assert "r999: There is no release r999." in said


async def test_the_form_to_sign_several_has_a_box_for_each_that_one_may_sign(bot: Inside) -> None:
    scenario, tim = ServiceScenario(bot, "typed"), ServiceScenario(bot, "typed").person("Tim")
    first, second = await waiting(bot, "typed", "5.0"), await waiting(bot, "two", "5.0")
    ticks, direct = await waiting(bot, "ticks", "5.0"), tim.direct().id
    await tim.command("/release", "approve all as ops", direct)
    assert tim.modal is not None
    modal = str(tim.modal.blocks)
    assert f"r{first} typed 5.0, production (ops)" in modal
    assert f"r{second} two 5.0, production (ops)" in modal
    assert "Not to be signed here" in modal
    assert (
        f"r{ticks} ticks: it has a checklist, so it is signed alone: /release approve r{ticks} as ops"
        in modal
    )
    await tim.fill(tim.modal, {}).submit()
    assert "Nothing is ticked" in tim.reads_modal()
    await tim.fill(
        tim.modal, {"Sign off": [f"r{first} typed 5.0, production (ops)"], "Note": "all of it"}
    ).submit()
    outcome = tim.reads_modal()
    assert f"r{first}: You have signed r{first} off for ops" in outcome
    assert f"r{second}:" not in outcome
    (signed,) = (await scenario.until(first, "done"))["steps"][1]["sign_offs"]
    assert (signed["user"], signed["note"]) == ("U0TIM", "all of it")
    assert not (await scenario.release(second))["steps"][1]["sign_offs"]
    assert "Nothing waits for a sign-off of yours" in await scenario.types("Mara", "approve all")
