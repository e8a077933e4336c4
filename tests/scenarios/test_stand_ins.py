"""A signer on holiday whose stand-in started the release; a night with one person on call; nobody on call."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.local_slack.model import UserGroup
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

TEAMS = """teams:
  signers: {members: [U0AMITA], stand_ins: [U0MARA, U0LENA]}
  alone: {members: [U0AMITA]}
  on-call: {usergroup: S0NIGHT, handover: 30m}
  desk: {usergroup: S0DESK, fallback: [U0KIM]}
"""
SERVICES = {
    "holiday": service("holiday", "[{sign_off: signers}]"),
    "deserted": service("deserted", "[{sign_off: alone}]"),
    "night": service("night", "[{sign_off: on-call}, {sign_off: ops}]"),
    "desk": service("desk", "[{sign_off: desk}]"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    policy = HEAD.replace("teams:\n", TEAMS) + "".join(SERVICES.values())
    rooms = furnished(*SERVICES)
    async with inside(
        tmp_path_factory.mktemp("bot"), policy, socket_mode=socket_mode, furnish=rooms, DEPLOY_KEY="key"
    ) as running:
        running.world.slack.workspace.put_group(UserGroup("S0NIGHT", "night", ("U0LENA",)))
        running.world.slack.workspace.put_group(UserGroup("S0DESK", "desk", ()))
        yield running


async def waits(scenario: ServiceScenario, starter: str = "Mara") -> int:
    """Bring a build to where production waits."""
    await scenario.build("1.0")
    number = await scenario.starts(starter, "staging")
    await scenario.until(number, "waiting", "production")
    return number


async def test_the_second_stand_in_signs_what_the_first_one_started(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "holiday")
    number = await waits(scenario)
    assert "Only" in await scenario.types("Mara", "away for 3 days for @Amita")
    said = await scenario.types("Tim", "away for 3 days for @Amita")
    assert said.startswith("Amita is away until ")
    assert "Lena" in said
    assert "Nobody stands in for alone" in said
    await scenario.shows(number, "Amita is away until", "Lena stands in")
    refused = await scenario.types("Mara", f"approve r{number}")
    assert "You started r" in refused
    assert "for signers: Lena." in refused
    signed = await scenario.types("Lena", f"approve r{number}")
    assert "in place of Amita" in signed
    await scenario.thread(number, "Lena for Amita signed off for signers")
    shown = await scenario.until(number, "done")
    [signature] = shown["steps"][-1]["sign_offs"]
    assert (signature["user"], signature["stands_for"]) == ("U0LENA", "U0AMITA")
    assert "You are back" in await scenario.types("Amita", "back")
    assert "You are not away" in await scenario.types("Amita", "back")


async def test_a_release_whose_only_signer_is_away_says_so(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "deserted")
    number = await waits(scenario)
    assert "You are away until" in await scenario.types("Amita", "away for 2 hours")
    await scenario.thread(number, "Nobody who can sign for alone is there: Amita is away")
    await scenario.shows(number, "Amita is away until", "nobody stands in")
    assert "(Amita (away until " in await scenario.types("Mara", f"approve r{number}")
    bot.clock.advance(2 * 3600 + 1)
    await scenario.shows(number, "waits for Amita")
    assert "You are not away" in await scenario.types("Amita", "back")
    await scenario.types("Amita", f"approve r{number}")
    await scenario.until(number, "done")


async def test_what_was_signed_on_call_counts_for_the_handover(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "night")
    number = await waits(scenario)
    await scenario.shows(number, "Lena, on call")
    await scenario.types("Lena", f"approve r{number} as on-call")
    await scenario.shows(number, "Lena signed")
    bot.world.slack.workspace.put_group(UserGroup("S0NIGHT", "night", ("U0KIM",)))
    bot.clock.advance(20 * 60)
    await bot.until(lambda: "U0KIM" in bot.app.freshness.user_groups()["S0NIGHT"])
    assert "Lena signed" in (await scenario.shows(number)).text
    for minutes in (1, 9, 2):
        bot.clock.advance(60 * minutes)
        await scenario.types("Irwin", f"status r{number}")
    await scenario.thread(number, "Lena may not sign for on-call any more")
    await bot.until(lambda: "Lena signed" not in str(scenario.card(number)))
    await scenario.shows(number, "Kim, on call")
    await scenario.types("Kim", f"approve r{number} as on-call")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "done")


async def test_an_empty_group_names_who_counts_instead(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "desk")
    number = await waits(scenario)
    await scenario.shows(number, "Kim, as nobody is on call")
    await scenario.types("Kim", f"approve r{number}")
    await scenario.until(number, "done")
