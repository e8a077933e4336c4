"""What somebody's phone rings for, in order; what calls say once they are over; a sign-off that is lost without a click."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.local_slack.model import UserGroup
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.asyncio(loop_scope="module")

BOTH = "[{sign_off: testers}, {sign_off: ops}]"
ON_CALL = HEAD.replace(
    "teams:\n", "teams:\n  on-call: {usergroup: S0ONCALL}\n  nobody: {usergroup: S0EMPTY}\n"
)
SERVICES = {
    "signed": service("signed", BOTH),
    "ended": service("ended", BOTH),
    "told": service("told"),
    "rotates": service("rotates", "[{sign_off: on-call}, {sign_off: ops}]", start="on_request"),
    "empty": service("empty", "[{sign_off: nobody}]"),
}
ROUND = UserGroup("S0ONCALL", "on-call", ("U0LENA", "U0KIM"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory, socket_mode: bool) -> AsyncIterator[Inside]:
    policy = ON_CALL + "".join(SERVICES.values())
    rooms = furnished(*SERVICES)
    async with inside(
        tmp_path_factory.mktemp("bot"), policy, socket_mode=socket_mode, furnish=rooms, DEPLOY_KEY="key"
    ) as running:
        running.world.slack.workspace.put_group(ROUND)
        running.world.slack.workspace.put_group(UserGroup("S0EMPTY", "nobody", ()))
        yield running


def rings(scenario: ServiceScenario, user: str) -> list[str]:
    """List what rang a person in a service's channel, in order; edits ring nobody."""
    return [str(sent["text"]) for sent in posted(scenario) if f"<@{user}>" in str(sent["text"])]


def posted(scenario: ServiceScenario) -> list[dict[str, Any]]:
    """List what was posted in a service's channel and its threads, in order."""
    return [
        sent
        for method, sent, answer in scenario.bot.world.slack.calls
        if method == "chat.postMessage" and answer.get("ok") and sent["channel"] == scenario.channel
    ]


async def waits_in_production(scenario: ServiceScenario) -> int:
    """Bring a build to where production waits, and wait until people are called."""
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    await scenario.says(f"Sign off r{number}")
    return number


async def closed(scenario: ServiceScenario, number: int, how: str) -> str:
    """Wait until a call says how it ended."""
    seen = await scenario.says(f"r{number} {scenario.service} 1.0 in production: {how}")
    assert "<@" not in seen.push
    assert "<!subteam" not in seen.push
    return seen.push


async def test_one_normal_release_rings_each_once_and_writes_seven_messages(bot: Inside) -> None:
    """These are the figures of the README: two posts in the channel, five lines in the thread, two of them in both."""
    scenario = ServiceScenario(bot, "signed")
    number = await waits_in_production(scenario)
    await scenario.types("Amita", f"testing r{number}")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.types("Amita", f"approve r{number} as testers")
    await scenario.until(number, "done")
    assert await closed(scenario, number, "signed by ") == (
        f"r{number} signed 1.0 in production: signed by Tim and Amita."
    )
    await bot.until(lambda: len(rings(scenario, "U0MARA")) == 1)
    assert rings(scenario, "U0AMITA") == [text for text in rings(scenario, "U0AMITA") if "Sign off" in text]
    live = f"r{number} signed 1.0 went live in production. Change of 1.0 (Mara). <@U0MARA>"
    assert rings(scenario, "U0MARA") == [live]
    assert [len(rings(scenario, user)) for user in ("U0AMITA", "U0TIM", "U0MARA", "U0IRWIN")] == [1, 1, 1, 0]
    posts = posted(scenario)
    heads = [str(sent["text"]) for sent in posts if not sent.get("thread_ts")]
    assert len(heads) == 2, "the announcement, drawn before the start or after it, and the card"
    lines = [line for sent in posts if sent.get("thread_ts") for line in str(sent["text"]).splitlines()]
    assert len(lines) == 5
    assert [str(sent["text"]) for sent in posts if sent.get("reply_broadcast")] == [lines[0], live]


async def test_who_tests_is_rung_when_it_is_cancelled(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "ended")
    number = await waits_in_production(scenario)
    await scenario.types("Amita", f"testing r{number}")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.types("Olga", f"cancel r{number} mine goes first")
    await scenario.until(number, "cancelled")
    await closed(scenario, number, 'cancelled by Olga: "mine goes first".')
    said = 'Olga cancelled it: "mine goes first".'
    await bot.until(lambda: said in rings(scenario, "U0AMITA")[-1])
    first, last = rings(scenario, "U0AMITA")
    assert first.startswith(f"Sign off r{number} ended 1.0 for production: testers, ops ")
    assert last.endswith(f"{said} <@U0MARA> <@U0AMITA> <@U0TIM>")
    assert "<@U0OLGA>" not in last
    assert len(rings(scenario, "U0MARA")) == 1, "who started it is not called to sign"


async def test_who_started_it_is_told_of_a_failure_and_the_call_says_who_decided(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "told")
    number = await waits_in_production(scenario)
    scenario.breaks("production")
    await scenario.types("Tim", f"approve r{number} as ops")
    await scenario.until(number, "failed")
    await scenario.says(f"Decide on r{number}")
    assert [text.split(":")[0] for text in rings(scenario, "U0MARA")] == [f"Decide on r{number} told 1.0"]
    scenario.mends("production")
    await scenario.types("Olga", f"retry r{number}")
    await scenario.until(number, "done")
    assert await closed(scenario, number, "decided: retried by Olga.")


async def test_a_sign_off_lost_by_rotation_wakes(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "rotates")
    number = await waits_in_production(scenario)
    await scenario.types("Lena", f"approve r{number} as on-call")
    await scenario.shows(number, "Lena signed")
    before = len([each for each in bot.world.slack.calls if each[0] == "usergroups.users.list"])
    bot.world.slack.workspace.put_group(UserGroup("S0ONCALL", "on-call", ("U0KIM",)))
    bot.clock.advance(61)
    assert "Lena may not sign for on-call any more" in await scenario.thread(number, "Lena may not sign")
    await scenario.says(f"Sign off r{number} rotates 1.0 for production: on-call")
    signed = (await scenario.release(number))["steps"][1]["sign_offs"]
    assert [(each["user"], each["verdict"]) for each in signed] == [("U0LENA", "no")]
    card = await scenario.shows(number, "Kim, on call")
    assert "Lena signed" not in card.text
    assert "Lena signed" not in await scenario.types("Irwin", f"status r{number}")
    asked = len([each for each in bot.world.slack.calls if each[0] == "usergroups.users.list"]) - before
    assert asked <= 5, "each group once"


async def test_a_user_group_that_nobody_is_in_says_so(bot: Inside) -> None:
    scenario = ServiceScenario(bot, "empty")
    number = await waits_in_production(scenario)
    said = "nobody (add somebody to @nobody in Slack)"
    card = await scenario.shows(number, said)
    assert f"nobody: {said}" in card.text
    refused = await scenario.types("Mara", f"approve r{number}")
    assert said in refused, refused
    assert "shiproom.yml" not in refused
