"""Emergencies: a hotfix on a Friday evening, a lone operator, what is in the way, and the review that is owed afterwards."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

LANE = (
    "{may: [ops, developers], branches: ['hotfix/*'], skips: [staging], gates: [{sign_off: ops}], "
    "alone_after: 15m, review: {by: reviewers, within: 2d}}"
)
NAMES = ("friday", "night", "busy", "broken", "owing")


def with_lane(name: str) -> str:
    """Return a service whose production testers and ops sign, and ops alone in an emergency."""
    written = service(name, "[{sign_off: testers}, {sign_off: ops}]")
    return written.replace(
        "        start: automatic\n", f"        start: automatic\n        emergency: {LANE}\n"
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    reviewers = "  reviewers: {members: [U0ANDY, U0MARA, U0LENA]}\n"
    policy = HEAD.replace("ci:\n", f"{reviewers}ci:\n", 1) + "".join(map(with_lane, NAMES))
    folder = tmp_path_factory.mktemp("bot")
    async with inside(folder, policy, furnish=furnished(*NAMES)) as running:
        yield running


async def live(scenario: ServiceScenario, version: str) -> None:
    """Bring a build to production the long way."""
    await scenario.build(version)
    number = await scenario.starts("Mara", f"{version} to staging")
    await scenario.until(number, "waiting", "production")
    await scenario.types("Kim", f"approve r{number} as testers")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "done")


async def urgent(
    scenario: ServiceScenario, name: str, version: str, *words: str, cancel: bool = False
) -> int:
    """Have somebody ask for an emergency, read its form, and start it; return its number."""
    person = scenario.person(name)
    assert not await scenario.types(name, f"{version} to production emergency log in is down")
    form = person.reads_modal()
    for word in words:
        assert word in form, form
    filled: dict[str, str | list[str]] = {"Reason": "log in is down"}
    if cancel:
        filled["What is in the way"] = ["cancel"]
    acknowledged = await person.fill(person.modal, filled).submit()
    assert not acknowledged.error, acknowledged
    return (await started(scenario))[-1]


async def started(scenario: ServiceScenario) -> list[int]:
    """Return the emergencies of a service that were started."""
    rows = await scenario.bot.rows()
    return [
        int(row["release"])
        for row in rows
        if (row["event"], row["service"]) == ("emergency_started", scenario.service)
    ]


async def hotfix(scenario: ServiceScenario, version: str) -> None:
    await scenario.build(version, branch="hotfix/login")


async def test_a_hotfix_on_a_friday_passes_what_is_being_tested(bot: Inside) -> None:
    friday = ServiceScenario(bot, "friday")
    await live(friday, "1.0")
    await friday.build("1.1")
    tested = await friday.starts("Mara", "staging")
    await friday.until(tested, "waiting", "production")
    await friday.types("Kim", f"testing r{tested}")
    await hotfix(friday, "1.0.1")
    assert "Only builds of main can go to production" in await friday.types("Mara", "1.0.1 to production")
    assert friday.private("Mara")[-1].buttons == ("Emergency in production",)
    number = await urgent(
        friday,
        "Mara",
        "1.0.1",
        "*production* of friday goes from 1.0",
        "to *1.0.1*",
        "ops sign it: ",
        "Testers, who sign for it otherwise, are told.",
        "Reviewers review it afterwards, within 2d.",
    )
    card = await friday.shows(number, "EMERGENCY, waits for 1 sign-off", "log in is down")
    assert card.text.startswith("🔴")
    assert "past your sign-off" in await friday.thread(number, "EMERGENCY in production")
    again = await friday.types("Mara", "emergency 1.0.1 log in is down")
    assert again == ""
    await friday.person("Mara").fill(friday.person("Mara").modal, {"Reason": "again"}).submit()
    assert await started(friday) == [number], "asking twice is one emergency"
    await friday.types("Tim", f"approve r{number} as ops")
    shown = await friday.until(number, "done")
    assert (shown["kind"], shown["review"]["state"], shown["review"]["by"]) == (
        "emergency",
        "owed",
        "reviewers",
    )
    assert (await friday.release(tested))["state"] == "waiting"
    assert f"Review r{number} friday 1.0.1" in await friday.thread(number, "Review r")
    for asked in ("status", "where"):
        assert f"review of r{number} owed by reviewers" in await friday.types("Irwin", asked)
    await friday.types("Mara", f"review r{number} I wrote it myself")
    assert "so somebody else has to review it" in friday.private("Mara")[-1].text
    assert "is reviewed" in await friday.types("Andy", f"review r{number} a test is added")
    assert (await friday.release(number))["review"]["state"] == "done"
    assert "a test is added" in (await friday.shows(number, "reviewed it")).text


async def test_a_lone_operator_signs_alone_after_the_time_that_the_others_had(bot: Inside) -> None:
    night = ServiceScenario(bot, "night")
    await live(night, "1.0")
    await hotfix(night, "1.0.1")
    number = await urgent(night, "Tim", "1.0.1", "15m after the call whoever started it may sign it alone")
    await night.says(f"Sign off r{number}")
    await bot.until(lambda: "alone from" in (card.text if (card := night.card(number)) else ""))
    assert "From " in await night.types("Tim", f"approve r{number} as ops")
    assert "may sign it for ops alone from" in await night.types("Irwin", f"why r{number}")
    bot.clock.ahead += timedelta(minutes=16)
    await night.thread(number, "may sign it alone now")
    assert "off for ops alone" in await night.types("Tim", f"approve r{number} as ops nobody answers")
    shown = await night.until(number, "done")
    [signed] = shown["steps"][0]["sign_offs"]
    assert (signed["user"], signed["alone"]) == ("U0TIM", True)
    assert "alone, although they started it" in await night.types("Irwin", "history")
    assert " alone" in (await night.shows(number, "went live")).text


async def test_what_is_in_flight_there_is_waited_for_or_cancelled_first(bot: Inside) -> None:
    busy = ServiceScenario(bot, "busy")
    await live(busy, "1.0")
    await busy.build("1.1")
    holder = await busy.starts("Mara", "staging")
    await busy.until(holder, "waiting", "production")
    busy.holds("production")
    await busy.types("Kim", f"approve r{holder} as testers")
    await busy.types("Tim", f"approve r{holder} as ops")
    await busy.until(holder, "running", "production")
    await hotfix(busy, "1.0.1")
    number = await urgent(busy, "Tim", "1.0.1", f"r{holder} is being deployed there right now", cancel=True)
    await busy.types("Olga", f"approve r{number} as ops")
    await busy.until(holder, "cancelled")
    busy.lets_go("production")
    await busy.until(number, "done")
    assert (await busy.release(holder))["history"]


async def test_a_failed_holder_ends_when_the_emergency_is_signed(bot: Inside) -> None:
    broken = ServiceScenario(bot, "broken")
    await live(broken, "1.0")
    broken.breaks("production")
    await broken.build("1.1")
    holder = await broken.starts("Mara", "staging")
    await broken.until(holder, "waiting", "production")
    await broken.types("Kim", f"approve r{holder} as testers")
    await broken.types("Tim", f"approve r{holder} as ops")
    await broken.until(holder, "failed")
    broken.mends("production")
    await hotfix(broken, "1.0.1")
    number = await urgent(broken, "Mara", "1.0.1", f"r{holder}, which failed there, ends when this is signed")
    assert (await broken.release(holder))["state"] == "failed"
    await broken.types("Tim", f"approve r{number} as ops")
    await broken.until(number, "done")
    assert (await broken.release(holder))["state"] == "cancelled"


async def test_an_overdue_review_closes_production_until_somebody_reviews(bot: Inside) -> None:
    owing = ServiceScenario(bot, "owing")
    await live(owing, "1.0")
    await hotfix(owing, "1.0.1")
    number = await urgent(owing, "Andy", "1.0.1")
    await owing.types("Tim", f"approve r{number} as ops")
    await owing.until(number, "done")
    bot.clock.ahead += timedelta(days=2, hours=1)
    await owing.thread(number, "Until somebody does")
    await owing.build("1.2")
    normal = await owing.starts("Andy", "1.2 to staging")
    await owing.until(normal, "waiting", "production")
    await owing.types("Kim", f"approve r{normal} as testers")
    await owing.types("Tim", f"approve r{normal} as ops")
    assert f"the emergency r{number} was to be reviewed by reviewers" in await owing.types(
        "Irwin", f"why r{normal}"
    )
    await owing.shows(normal, f"the review of r{number} is overdue")
    gates = {gate["kind"]: gate["verdict"] for gate in (await owing.release(normal))["steps"][1]["gates"]}
    assert gates["review"] == "closed"
    assert "is reviewed" in await owing.types("Mara", f"review r{number} rolled into main")
    await owing.types("Andy", f"r{normal} to production")
    await owing.until(normal, "done")
