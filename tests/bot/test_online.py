"""`shiproom check --online`, against a local Slack: every sentence that it can say of Slack, and nothing where all is well."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.local_slack.model import UserGroup
from bot.local_slack.tokens import Tokens
from bot.online import check_online
from bot.policy import read_policy
from bot.settings import Settings, read_settings
from tests.github.hub import TOKEN
from tests.github.server import local_github
from tests.world import APP_TOKEN, BOT_TOKEN, CHANNEL, POLICY, World

ALL = frozenset({"chat:write", "commands", "users:read", "usergroups:read", "channels:read", "groups:read"})
GROUPED = POLICY.replace("ops: {members: [U0TIM]}", "ops: {members: [U0TIM], usergroup: S0OPS}")
AGAIN = "add it under OAuth & Permissions (manifest.yml has all of them), then reinstall the app"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with World(tmp_path, "sqlite://") as made:
        made.slack.workspace.put_group(UserGroup("S0OPS", "ops", ("U0TIM",)))
        yield made


async def said(world: World, policy: str = POLICY, **environ: str) -> list[str]:
    """Give what the check says."""
    path = world.directory / "checked.yml"
    path.write_text(policy, encoding="utf-8")
    reading = read_policy(path, environ)
    assert reading.policy is not None
    settings = read_settings({**world.environment(), **environ})
    assert isinstance(settings, Settings)
    return [sentence async for sentence in check_online(reading.policy, settings, {})]


def grant(world: World, *scopes: str) -> None:
    """Give the bot's token these scopes."""
    world.slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, frozenset(scopes))


@pytest.mark.parametrize("environ", [{}, {"SLACK_APP_TOKEN": APP_TOKEN}], ids=["http", "socket mode"])
async def test_nothing_is_said_where_all_is_well(world: World, environ: dict[str, str]) -> None:
    assert await said(world, GROUPED, **environ) == []
    grant(world, *ALL)
    assert await said(world, GROUPED, **environ) == []


async def test_a_token_that_is_refused(world: World) -> None:
    refused = "Slack: it refuses SLACK_BOT_TOKEN (invalid_auth): copy it again from your Slack app."
    assert await said(world, SLACK_BOT_TOKEN="xoxb-other") == [refused]


async def test_a_slack_that_is_not_there(world: World) -> None:
    (sentence,) = await said(world, SLACK_API_URL="http://127.0.0.1:9/api/")
    assert sentence.startswith("Slack: it cannot be reached now (Slack did not answer auth.test: ")
    assert sentence.endswith("): try again, or check SLACK_API_URL.")


@pytest.mark.parametrize(
    ("policy", "missing"),
    [
        (POLICY, ["chat:write", "commands", "users:read"]),
        (GROUPED, ["chat:write", "commands", "users:read", "usergroups:read"]),
    ],
)
async def test_each_scope_that_is_missing(world: World, policy: str, missing: list[str]) -> None:
    grant(world, "channels:read")
    known = {"commands": ", or Slack will not know /release."}
    assert await said(world, policy) == [
        f"Slack: the app lacks the scope {scope}: {AGAIN}{known.get(scope, '.')}" for scope in missing
    ]


async def test_an_app_token_that_is_refused(world: World) -> None:
    (sentence,) = await said(world, SLACK_APP_TOKEN="xapp-other")
    assert sentence.startswith("Slack: it refuses SLACK_APP_TOKEN for Socket Mode (invalid_auth): make an")


async def test_people_and_groups_that_slack_does_not_have(world: World) -> None:
    policy = GROUPED.replace("U0AMITA", "U0GONE99").replace("S0OPS", "S0GONE99")
    assert await said(world, policy) == [
        "Slack: there is no member U0GONE99: copy the member ID from the profile again.",
        "Slack: there is no user group S0GONE99: copy its ID again.",
    ]
    grant(world, *(ALL - {"users:read", "usergroups:read"}))
    assert all("lacks the scope" in each for each in await said(world, policy))


async def test_a_channel_without_the_bot(world: World) -> None:
    workspace = world.slack.workspace
    channel = workspace.channels[CHANNEL]
    workspace.put_channel(replace(channel, members=("U0TIM",)))
    assert await said(world) == [
        "Slack: the bot is not in the channel releases: type /invite @Shiproom there."
    ]


async def test_a_channel_that_is_not_there(world: World) -> None:
    (sentence,) = await said(world, POLICY.replace("channel: C0RELEASES", "channel: C0OTHER"))
    assert sentence == (
        "Slack: the channel C0OTHER cannot be seen (channel_not_found): is its id right, and is the bot in it?"
    )


async def test_a_channel_that_may_not_be_looked_at(world: World) -> None:
    grant(world, "chat:write", "commands", "users:read")
    (sentence,) = await said(world)
    assert sentence.startswith(
        "Slack: whether the bot is in C0RELEASES cannot be seen without the scope channels:read"
    )


async def test_a_token_that_ends_soon_is_said(world: World) -> None:
    """And one that ends later is not."""
    now = SystemClock().now()
    for left, expected in ((timedelta(days=3), 1), (timedelta(days=30), 0)):
        async with local_github() as github:
            github.repository().put("deploy.yml", "on: workflow_dispatch")
            github.token_ends_at = now + left
            hub = f"  hub: {{kind: github, url: '{github.url}', token: '${{HUB_TOKEN}}'}}"
            policy = POLICY.replace("ci:\n", f"ci:\n{hub}\n", 1).replace(
                "builds: {branch: main}", "builds: {ci: hub, workflow: deploy.yml, branch: main}"
            )
            problems = await said(world, policy, HUB_TOKEN=TOKEN)
        assert len([each for each in problems if each.startswith("hub: the token ends on ")]) == expected
