"""Every word of `/release`, typed and filled in by people of several services of one bot: understood, and misread."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

CHECKED = "[{sign_off: testers, checklist: [Log in works, Leaderboard loads]}, {sign_off: ops}]"
KNOWN = "[{sign_off: ops, authors_may_sign: false}]"
SERVICES = {
    "reads": service("reads"),
    "looks": service("looks"),
    "starts": service("starts", start="on_request"),
    "forms": service("forms"),
    "ticks": service("ticks", CHECKED),
    "rejects": service("rejects"),
    "cancels": service("cancels"),
    "locks": service("locks"),
    "settles": service("settles"),
    "waives": service("waives", KNOWN),
    "returns": service("returns"),
    "replaces": service("replaces"),
    "waits": service("waits"),
    "skips": service("skips"),
    "lies": service("lies"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    folder, policy = tmp_path_factory.mktemp("bot"), HEAD + "".join(SERVICES.values())
    async with inside(folder, policy, socket_mode=socket_mode, furnish=furnished(*SERVICES)) as running:
        yield running


USAGE_ERRORS: list[tuple[str, tuple[str, ...]]] = [
    ("stagin", ('I could not read "stagin"', "/release help")),
    ("production please now go", ("I could not read", "/release help")),
    ("aprove", ("Did you mean /release approve?",)),
    ("approve", ("Which release? Name it by its number, as in r42.", "/release approve r42")),
    ("approve 42", ("There is no release r42.",)),
    ("approve 42 lines", ("Which release?", "Did you mean /release approve r42 lines?")),
    ("approve r1 as", ("For which team?",)),
    ("approve r999", ("There is no release r999. /release status shows the open ones.",)),
    ("reject", ("Which release?", "/release reject r42")),
    ("withdraw it", ("Which release?", "/release withdraw r42")),
    ("testing", ("Which release?", "/release testing r42")),
    ("cancel soon", ("Which release?", "/release cancel r42")),
    ("retry 42", ("There is no release r42.",)),
    ("settle r1", ("How did it end?", "deployed", "not-deployed")),
    ("settle r1 deploed", ("How did it end?", "Did you mean deployed?")),
    ("waive", ("Which release?", "/release waive r42")),
    ("lock", ("Which environment?", "staging", "production")),
    ("lock prodction broken", ("no environment called prodction.", "Type /release lock production broken")),
    ("lock production for ever", ("cannot read for ever as a time", "for 90m", "until mon 09:00")),
    ("lock production for", ("cannot read for as a time",)),
    ("lock production tomorrow", ("cannot read tomorrow as a time",)),
    ("unlock", ("Which environment?",)),
    ("unlock stagin", ("Did you mean staging?",)),
    ("rollback", ("There is no earlier good build in production",)),
    ("rollback production to", ("To which version?",)),
    ("rollback production to 9.9", ("9.9 never succeeded in production",)),
    ("rollback production", ("There is no earlier good build in production",)),
    ("history many", ("many is no service, environment, version or release",)),
    ("history since ever", ("cannot read since ever as a time", "last week")),
    ("history 51", ("51 is not a number",)),
    ("status soon", ("soon is no service, environment, version or release",)),
    ("status stagin", ("Did you mean staging?",)),
    ("status r999", ("There is no release r999",)),
    ("why soon", ("soon is no service, environment, version or release",)),
    ("where nowhere", ("nowhere is no service, environment, version or release",)),
    ("where skip", ("Did you mean skips?",)),
    ("where staging of return", ("Did you mean returns?",)),
    ("nobody@1.0 to staging", ("Which service?",)),
    ("9.9 to staging", ("has no build 9.9. /release builds lists the newest.",)),
    ("1.0 to stagin", ("There is no environment called stagin",)),
]


@pytest.mark.parametrize(("words", "said"), USAGE_ERRORS, ids=[words for words, _ in USAGE_ERRORS])
async def test_usage_errors(bot: Inside, words: str, said: tuple[str, ...]) -> None:
    answer = await ServiceScenario(bot, "skips").types("Tim", words)
    for each in said:
        assert each in answer


async def test_who_only_reads_changes_nothing(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "reads")
    assert "reads has no build" in await scenario.types("Mara", "staging")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    before = len(await bot.rows())
    status = await scenario.types("Irwin", "status")
    assert f"r{number}" in status
    assert "*waits for 1 sign-off*: ops have to sign" in status
    assert await scenario.types("Irwin", f"status r{number}") == await scenario.types(
        "Irwin", f"why r{number}"
    )
    assert f"r{number} reads 1.0" in await scenario.types("Irwin", "why")
    where = await scenario.types("Irwin", "where")
    assert "staging: 1.0 since" in where.replace("*", "")
    assert f"held by r{number}" in where
    assert "production: nothing yet, free" in where.replace("*", "")
    assert "1.0" in await scenario.types("Irwin", "builds")
    history = await scenario.types("Irwin", "history 3")
    assert len(history.splitlines()) == 3
    assert "You are Irwin (U0IRWIN): you may look, and nothing else." in await scenario.types(
        "Irwin", "whoami"
    )
    assert "You are in no team" in await scenario.types("Irwin", "WHOAMI")
    assert "Your teams: ops" in await scenario.types("Tim", "whoami")
    words = await scenario.types("Irwin", "help")
    assert words.count("/release") >= 19
    assert len(await bot.rows()) == before


async def test_everything_that_can_be_read_is_true_after_a_rollback(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "looks")

    async def live(version: str) -> int:
        await scenario.build(version)
        number = await scenario.starts("Mara", f"{version} to staging")
        await scenario.until(number, "waiting", "production")
        await scenario.types("Tim", f"approve r{number}")
        await scenario.until(number, "done")
        return number

    good, bad = await live("1.0.1"), await live("1.0.2")
    back = await rolled_back(scenario, "502 everywhere")
    taken = (
        f'r{bad} looks 1.0.2 was live in production from <at>, rolled back by r{back} <at>: "502 everywhere"'
    )
    said = {
        "status": [
            "Locked",
            "production of looks is locked by Tim without an end",
            taken,
            f"r{back} looks 1.0.1 went back",
        ],
        "status looks": ["Ended last", taken],
        "status production": ["Locked", taken],
        "status all": ["Locked", taken],
        f"status r{bad}": [taken],
        f"status r{good}": [f"r{good} looks 1.0.1 went live in production <at>, asked by Mara"],
        "status 1.0.2": [taken, "It is live in staging since <at>"],
        "why": [
            "No release waits here, and none is under way.",
            "locked by Tim",
            "1.0.1 in production since <at>",
        ],
        "why production": ["No release waits here", "locked by Tim"],
        "why 1.0.2": [taken],
        f"why r{bad}": [taken, "It waits for nothing: it has ended."],
        "where": ["production: 1.0.1 since <at>", "locked by Tim"],
        "where production": ["production: 1.0.1 since <at>"],
        "where is 1.0.2": ["It is live in staging since <at>", 'It was rolled back <at>: "502 everywhere".'],
        "where all": ["looks     production  1.0.1", "Times are of Europe/Berlin."],
        "builds": ['1.0.2 · main 102<sha> · <at> · live in staging · rolled back <at>: "502 everywhere"'],
        "builds 1.0.2": ["• Change of 1.0.2 (Mara)", taken, "It is live in staging"],
        f"notes r{bad}": [
            "Went live in production <at>, rolled back <at>",
            "1 change since 1.0.1",
            "• Change of 1.0.2 (Mara)",
            f"Asked by Mara. Signed by Tim <at>. r{bad}",
        ],
        "notes 1.0.2": [f"Signed by Tim <at>. r{bad}"],
        "notes looks 1.0.1": [f"Signed by Tim <at>. r{good}"],
        f"history r{bad}": [
            f"r{bad}: it was deployed to production, took ",
            "Tim signed off for production, waited ",
        ],
        "history production": [f"r{back}: "],
        "history 1.0.2": [f"r{bad}: "],
        "history today": [f"r{good}: "],
        "history last week": ["Nothing happened between"],
    }
    for words, expected in said.items():
        answer = plainly(await scenario.types("Irwin", words))
        for each in expected:
            assert each in answer, words
    assert "<!date^" in str(scenario.private("Irwin")[-3].message.blocks), (
        "times are in the zone of who reads"
    )
    mine = plainly(await scenario.types("Mara", "mine"))
    assert "Yours that ended in the last day" in mine
    assert taken in mine
    await scenario.types("Irwin", "lock production mine")
    assert "Irwin tried to lock" in await scenario.types("Irwin", "history 1")
    assert "refused attempt" in await scenario.types("Tim", "history 1")
    assert "Irwin tried to lock" in await scenario.types("Tim", "history all 1")


async def rolled_back(scenario: ServiceScenario, reason: str) -> int:
    """Have Tim roll production back, and give the number of the rollback."""
    tim = scenario.person("Tim")
    await scenario.types("Tim", f"rollback production {reason}")
    await tim.fill(tim.modal, {}).submit()
    _, (newest, *_) = await scenario.bot.world.api("GET", f"/api/v1/releases?service={scenario.service}")
    await scenario.until(newest["number"], "done")
    return int(newest["number"])


def plainly(text: str) -> str:
    """Return what was said without its times and commits."""
    timeless = re.sub(r"(?:\d{1,2} [A-Z][a-z]{2} )?\d\d:\d\d(?::\d\d)?", "<at>", text.replace("*", ""))
    return re.sub(r"\b102[0-9a-f]{4}\b", "102<sha>", timeless)


async def test_a_build_is_named_in_many_ways(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "starts")
    for version, sha in (("1.0", "aaaaaaa1"), ("1.1", "aaaaaaa2"), ("1.2", "bbbbbbb3")):
        await scenario.build(version, sha=sha)
    assert "aaaaaaa fits several builds: 1.1, 1.0" in await scenario.types("Mara", "aaaaaaa to staging")
    assert "has no build aaaaaa." in await scenario.types("Mara", "aaaaaa to staging")
    newest = await scenario.starts("Mara", "in staging")
    assert (await scenario.release(newest))["build"]["version"] == "1.2"
    for name, words in (("Andy", "starts@1.2 to staging"), ("Mara", "BBBBBBB3 on staging")):
        assert (await scenario.types(name, words)).startswith(f"r{newest} (starts 1.2) ")
    early = await scenario.types("Mara", f"r{newest} to production")
    assert f"r{newest} is requested for production" in early
    await scenario.until(newest, "waiting", "production")
    assert f"r{newest} is already requested for production" in await scenario.types("Tim", "production")
    shown = await scenario.release(newest)
    assert shown["steps"][1]["requested"]
    assert shown["requester"] == "U0MARA"


async def test_a_build_that_skipped_staging_is_sent_there(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "skips")
    await scenario.build("1.0")
    said = await scenario.types("Mara", "1.0 to production")
    assert "1.0 was not in staging yet, and production comes after it" in said
    offered = scenario.private("Mara")[-1]
    assert "Release to staging" in offered.buttons
    assert "No release of skips is ready for production" in await scenario.types("Mara", "production")
    await scenario.person("Mara").click(offered, "Release to staging")
    await scenario.shows(int((await bot.world.api("GET", "/api/v1/releases?service=skips"))[1][0]["number"]))


async def test_a_build_that_lies_in_staging_goes_on_from_there_and_again_deploys_it(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "lies")
    await scenario.build("1.0")
    first = await scenario.starts("Mara", "1.0 to staging")
    await scenario.until(first, "waiting", "production")
    await scenario.types("Mara", f"cancel r{first}")
    second = await scenario.starts("Mara", "1.0 to production")
    shown = await scenario.until(second, "waiting", "production")
    staging, production = shown["steps"]
    assert (staging["state"], staging["attempt"], staging["taken_over"]) == ("succeeded", 1, f"r{first}")
    assert (staging["run"], production["requested"], production["sign_offs"]) == (None, True, [])
    assert f"It lies in staging since r{first}" in await scenario.thread(second, "It lies in staging")
    assert f"it lies in staging since r{first} and was not" in await scenario.types("Irwin", "history 5")
    assert "signed" in await scenario.types("Tim", f"approve r{second} as ops")
    await scenario.until(second, "done")
    for words in ("staging", "1.0 to staging", "1.0 to production"):
        said = await scenario.types("Mara", words)
        assert "lies 1.0 is live everywhere already; deploy it again?" in said
    offered = scenario.private("Mara")[-1]
    await scenario.person("Mara").click(offered, "Deploy 1.0 again")
    third = (await bot.world.api("GET", "/api/v1/releases?service=lies"))[1][0]["number"]
    again = await scenario.until(third, "waiting", "production")
    assert (third > second, again["steps"][0]["taken_over"], again["steps"][0]["run"] is not None) == (
        True,
        None,
        True,
    )


async def test_nothing_said_opens_the_form(bot: Inside) -> None:
    scenario, mara = ServiceScenario(bot, "forms"), ServiceScenario(bot, "forms").person("Mara")
    await scenario.build("1.0")
    await scenario.build("1.1")
    assert not await scenario.types("Mara", "")
    assert "Start a release" in mara.reads_modal()
    form = mara.fill(mara.modal, {"Build": "1.0", "Environment": "staging", "Note": "for the *demo*"})
    await form.submit()
    assert mara.modal is None
    (shown,) = (await bot.world.api("GET", "/api/v1/releases?service=forms"))[1]
    assert (shown["build"]["version"], shown["requester"]) == ("1.0", "U0MARA")
    assert 'Mara: "for the' in (await scenario.shows(shown["number"], "for the")).text
    assert "Only developers or ops can start a release" in await scenario.types("Irwin", "")
    assert scenario.person("Irwin").modal is None, "told before, not after the form is filled in"


async def test_a_checklist_wants_every_tick(bot: Inside) -> None:
    scenario, amita = ServiceScenario(bot, "ticks"), ServiceScenario(bot, "ticks").person("Amita")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    assert not await scenario.types("Amita", f"approve r{number} as testers looks good")
    modal = amita.reads_modal()
    assert "ticks 1.0" in modal
    assert "production" in modal
    await amita.fill(amita.modal, {"Checked": ["Log in works"]}).submit()
    assert (
        "Not ticked yet: Leaderboard loads. Tick every box, then sign off for testers." in amita.reads_modal()
    )
    assert amita.modal
    assert [b["element"]["type"] for b in amita.modal.blocks if b["block_id"] in amita.modal.errors] == [
        "checkboxes"
    ]
    assert not (await scenario.release(number))["steps"][1]["sign_offs"]
    await amita.fill(amita.modal, {"Checked": True}).submit()
    assert amita.modal is None
    (signed,) = (await scenario.release(number))["steps"][1]["sign_offs"]
    assert (signed["user"], signed["team"], signed["note"]) == ("U0AMITA", "testers", "looks good")
    assert "is taken back" in await scenario.types("Amita", f"withdraw r{number}")
    assert not (await scenario.release(number))["steps"][1]["sign_offs"]
    assert "You have signed" in await scenario.types("Tim", f"approve r{number}")


async def test_a_rejection_says_why_and_ends_the_release(bot: Inside) -> None:
    scenario, tim = ServiceScenario(bot, "rejects"), ServiceScenario(bot, "rejects").person("Tim")
    await scenario.build("1.0")
    first = await scenario.starts("Mara", "staging")
    await scenario.until(first, "waiting", "production")
    await scenario.press("Tim", "Reject", first)
    await bot.until(lambda: tim.modal is not None)
    assert (await tim.fill(tim.modal, {"Reason": ""}).submit()).error == "incomplete"
    await tim.fill(tim.modal, {"Reason": "log in is broken \0\ud83d"}).submit()
    shown = await scenario.until(first, "rejected")
    assert [(each["verdict"], each["note"]) for each in shown["steps"][1]["sign_offs"]] == [
        ("no", "log in is broken \ufffd\ufffd")
    ]
    assert 'is rejected by Tim: "log in is broken \ufffd\ufffd". @Mara' in " ".join(
        (await scenario.says("is rejected by Tim: ")).text.split()
    )
    assert "staging: 1.0" in (await scenario.types("Irwin", "where")).replace("*", "")
    assert not (await scenario.shows(first, "rejected by")).buttons
    second = await scenario.starts("Mara", "1.0 to staging")
    assert second != first
    await scenario.until(second, "waiting", "production")
    assert not (await scenario.release(second))["steps"][1]["sign_offs"]


async def test_a_cancel_ends_what_waits_and_stops_what_runs(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "cancels")
    await scenario.build("1.0")
    waiting = await scenario.starts("Mara", "staging")
    await scenario.until(waiting, "waiting", "production")
    assert "is cancelled" in await scenario.types("Andy", f"cancel r{waiting} not needed")
    assert "cancelled" in await scenario.thread(waiting, '"not needed"')
    scenario.holds("staging")
    await scenario.build("1.1")
    running = await scenario.starts("Mara", "staging")
    await scenario.until(running, "running", "staging")
    pressed = await scenario.press("Mara", "Cancel", running)
    assert pressed.confirm is not None
    assert "What is being deployed is stopped first" in pressed.confirm.text
    await scenario.until(running, "cancelled")
    scenario.lets_go("staging")
    assert "the last deployment failed" in await scenario.types("Irwin", "where")


async def test_a_lock_for_a_while_and_an_unlock_that_is_told(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "locks")
    said = await scenario.types("Tim", "lock production for 2h database upgrade")
    assert "production of locks is locked until" in said
    assert "locked by Tim" in (await scenario.says("is locked by")).text
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Olga", f"approve r{number}")
    why = await scenario.types("Irwin", f"why r{number}")
    assert "production is locked by Tim until" in why
    assert '"database upgrade"' in why
    assert "can unlock it" in why
    assert "Tim locked there too" in await scenario.types("Olga", "lock production until mon 09:00 mine")
    assert "still locked by Tim" in await scenario.types("Olga", "unlock production")
    assert "open again" in await scenario.types("Olga", "unlock production")
    tim = scenario.person("Tim")
    direct = await tim.until_sees(tim.direct().id, "which you had locked", within=30)
    assert "Olga opened production of locks" in direct.text
    asked = await scenario.release(number)
    assert (asked["state"], asked["steps"][1]["requested"]) == ("waiting", False), "nothing starts by itself"
    rung = (await scenario.says(f"Release r{number} locks 1.0 to production: production is open again")).text
    assert "<@U0MARA>" in rung or "@Mara" in rung
    await scenario.press("Mara", "Release to production", number)
    await scenario.until(number, "done")
    assert "is locked" in await scenario.types("Tim", "lock staging for 30m short")
    bot.clock.advance(31 * 60)
    assert "locked" not in await scenario.types("Irwin", "where")


async def test_an_operator_settles_what_failed(bot: Inside) -> None:
    scenario, tim = ServiceScenario(bot, "settles"), ServiceScenario(bot, "settles").person("Tim")
    scenario.breaks("staging")
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "failed")
    assert not await scenario.types("Tim", f"settle r{number} not-deployed")
    await tim.fill(tim.modal, {"How do you know": "the server was down"}).submit()
    await bot.until(lambda: tim.modal is None)
    assert (await scenario.release(number))["state"] == "failed"
    assert '"the server was down"' in await scenario.thread(number, "Tim looked and says it was not deployed")
    assert "Noted" in await scenario.types("Tim", f"settle r{number} deployed")
    shown = await scenario.until(number, "waiting", "production")
    assert shown["steps"][0]["state"] == "succeeded"


async def test_an_author_whom_nobody_knows_holds_up_until_waived(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "waives")
    await scenario.build("1.0", changes=[{"sha": "1", "author": "<!channel> Bob", "title": "x"}])
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Tim", f"approve r{number}")
    why = await scenario.types("Irwin", "why")
    assert "Nobody knows who" in why
    assert "/release waive" in why
    assert "@channel" not in why
    assert "Please say why" in await scenario.types("Tim", f"waive r{number}")
    assert "who signs does not waive" in await scenario.types("Tim", f"waive r{number} Bob left")
    assert "no longer holds" in await scenario.types("Andy", f"waive r{number} Bob left")
    await scenario.until(number, "done")


async def test_who_waives_does_not_sign_whatever_comes_first(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "waives")
    await scenario.build("2.0", changes=None)
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    why = await scenario.types("Irwin", "why")
    assert "Nobody has told what changed in 2.0" in why
    assert "Tim, Olga, Amita or Andy can waive it" in why
    assert "no longer holds" in await scenario.types("Tim", f"waive r{number} read the diff")
    assert "who waives does not sign" in await scenario.types("Tim", f"approve r{number}")
    assert "You have signed" in await scenario.types("Andy", f"approve r{number}")
    await scenario.until(number, "done")


async def test_an_author_who_is_told_later_is_barred_and_does_not_count(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "waives")
    await scenario.build("3.0", changes=None)
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    assert "You have signed" in await scenario.types("Andy", f"approve r{number}")
    await scenario.build("3.0", changes=[{"sha": "1", "author": "andy", "title": "x"}], known=True)
    why = await scenario.types("Irwin", "why")
    assert "Andy may no longer sign" in why
    assert "your own work" in await scenario.types("Andy", f"approve r{number}")
    assert "You have signed" in await scenario.types("Tim", f"approve r{number}")
    await scenario.until(number, "done")


async def test_a_rollback_names_its_version_and_locks(bot: Inside) -> None:
    scenario, tim = ServiceScenario(bot, "returns"), ServiceScenario(bot, "returns").person("Tim")
    await scenario.live("1.0")
    await scenario.live("1.1")
    assert not await scenario.types("Tim", "rollback production checkout is broken")
    modal = tim.reads_modal()
    said = modal.replace("*", "")
    assert "production of returns goes from 1.1 (live since " in said
    assert "back to 1.0 (" in said
    assert "locks production afterwards" in modal
    await tim.fill(tim.modal, {}).submit()
    assert tim.modal is None
    back = (await bot.world.api("GET", "/api/v1/releases?service=returns"))[1][0]
    assert back["kind"] == "rollback"
    await scenario.until(back["number"], "done")
    where = (await scenario.types("Irwin", "where")).replace("*", "")
    assert "production: 1.0" in where
    assert "locked by Tim" in where
    assert "There is no earlier good build" in await scenario.types("Tim", "rollback production"), (
        "no ping-pong"
    )
    assert "open again" in await scenario.types("Tim", "unlock production")


async def test_a_newer_build_takes_the_place_of_one_that_nobody_tests(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "replaces")
    await scenario.build("1.0")
    old = await scenario.starts("Mara", "staging")
    await scenario.until(old, "waiting", "production")
    await scenario.build("1.1")
    new = await scenario.starts("Mara", "staging")
    await scenario.until(old, "superseded")
    await scenario.until(new, "waiting", "production")
    card = await scenario.shows(old, f"replaced by r{new}")
    assert not card.buttons


async def test_a_newer_build_waits_for_one_that_somebody_tests(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "waits")
    await scenario.build("1.0")
    old = await scenario.starts("Mara", "staging")
    await scenario.until(old, "waiting", "production")
    await scenario.press("Tim", "Start testing", old)
    await scenario.shows(old, "Tim is testing", "testing since")
    await scenario.build("1.1")
    new = await scenario.starts("Mara", "staging")
    why = await scenario.types("Irwin", f"why r{new}")
    assert "waits for staging: Tim is testing" in why
    assert "It is next in line." in why
    assert (await scenario.release(old))["state"] == "waiting"
    assert f"in line: r{new}" in await scenario.types("Irwin", "where")
    await scenario.types("Tim", f"approve r{old}")
    await scenario.until(old, "done")
    announced = await scenario.says("waits 1.0 *went live in production*")
    assert f"r{old}, " in announced.text
    assert not announced.buttons
    await scenario.until(new, "waiting", "production")


async def test_a_lock_of_everything(tmp_path_factory: pytest.TempPathFactory) -> None:
    policy = HEAD + service("one") + service("two")
    async with inside(tmp_path_factory.mktemp("bot"), policy, furnish=furnished("one", "two")) as bot:
        one, two = ServiceScenario(bot, "one"), ServiceScenario(bot, "two")
        said = await one.types("Tim", "lock everything incident")
        assert "one and two are locked without an end." in said
        for each in (one, two):
            assert "is locked" in (text := (await each.says("locked by Tim")).text) or "are locked" in text
            assert "incident" in text
        assert "locked by Tim" in await two.types("Irwin", "where")
        await two.build("1.0")
        number = await two.starts("Mara", "staging")
        assert "staging is locked by Tim" in await two.types("Irwin", f"why r{number}")
        assert "open again" in await two.types("Tim", "unlock everything")
        await two.until(number, "waiting", "production")
