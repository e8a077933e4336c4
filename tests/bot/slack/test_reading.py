"""What is read where several services share a channel, and operators are whoever is on call."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.local_slack.model import Channel, User, UserGroup
from bot.local_slack.workspace import Workspace
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import service
from tests.world import CHANNEL

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEAD = """\
version: 1
time_zone: Europe/Berlin
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA]}
  ops: {usergroup: S0CALL}
  night: {usergroup: S0NIGHT}
ci:
  here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}
services:
"""


def shared(name: str, channel: str = CHANNEL) -> str:
    return service(name, gates="[{sign_off: testers}, {sign_off: night}]").replace(
        f"C0{name.upper()}", channel
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    def furnish(workspace: Workspace) -> None:
        workspace.put_user(User("U0SAM", "Sam"))
        workspace.put_group(UserGroup("S0CALL", "on-call", ("U0SAM",)))
        workspace.put_group(UserGroup("S0NIGHT", "night", ()))
        workspace.put_channel(Channel("C0ELSE", "else", tuple(workspace.users)))

    policy = HEAD + shared("web") + shared("shop") + shared("far", "C0ELSE")
    async with inside(tmp_path_factory.mktemp("bot"), policy, furnish=furnish) as running:
        for name in ("web", "far"):
            body = {
                "service": name,
                "version": f"{name}-7",
                "sha": "4be1c9d".ljust(40, "a"),
                "branch": "main",
            }
            assert (await running.world.api("POST", "/api/v1/builds", body))[0] == 201
        yield running


@pytest.mark.parametrize(
    ("words", "said", "unsaid"),
    [
        ("where", ("web      staging     nothing yet", "shop     production  nothing yet"), ("far",)),
        ("where all", ("web      staging", "far      staging"), ()),
        ("where production", ("web      production", "shop     production"), ("staging", "far")),
        ("where far", ("staging*: nothing yet, free",), ("web",)),
        ("where is far-7", ("far far-7*: It is live nowhere.",), ("web",)),
        ("status", ("Nothing waits and nothing runs.", "web: nothing", "shop: nothing"), ("far",)),
        ("status all", ("far: nothing in staging yet",), ()),
        ("history", ("web: build web-7 is ready",), ("far:",)),
        ("history far", ("build far-7 is ready",), ("far:",)),
        ("builds web", ("web web-7",), ("far",)),
        ("why production", ("No release waits here",), ("far",)),
    ],
)
async def test_a_channel_of_several_services(
    bot: Inside, words: str, said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    answer = await bot.world.says("Irwin", words)
    for each in said:
        assert " ".join(each.split()) in " ".join(answer.split()), answer
    for each in unsaid:
        assert each not in answer


async def test_who_is_on_call_is_named(bot: Inside) -> None:
    said = await bot.world.says("Andy", "whoami")
    assert "You are Andy (U0ANDY): you may start releases." in said
    assert "Sam can lock and roll back" in said
    assert "Nobody is in the user group of night now: add somebody to it in Slack. Operators are Sam." in said
    assert "anyone in" not in said
    refused = await bot.world.says("Andy", "lock web production incident")
    assert "Sam" in refused
    assert "Who is in the user group @ops in Slack can" in refused
    assert "shiproom.yml" not in refused
