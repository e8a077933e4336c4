"""Who is meant by a name: one, one of several, or nobody; without Slack only ids are taken."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import pytest

from bot.clock import SystemClock
from bot.setup.names import Names
from bot.setup.terminal import AnswerError, Terminal
from bot.slack_client.directory import Listed, WorkspaceDirectory
from bot.slack_client.web import SlackWeb
from tests.bot.commands.offices import EMAILS, office_slack
from tests.world import BOT_TOKEN, installed_scopes

T = TypeVar("T")
SILENT = Terminal(interactive=False)


@dataclass
class BesideTheLoop:
    """Runs coroutines on the loop of the test, for a function in a thread of its own."""

    loop: asyncio.AbstractEventLoop

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coro, self.loop).result()


@asynccontextmanager
async def names_in(scopes: frozenset[str]) -> AsyncGenerator[Names]:
    async with office_slack(scopes) as slack:
        web = SlackWeb(BOT_TOKEN, f"{slack.url}/api/", SystemClock().monotonic)
        directory = WorkspaceDirectory(web, slack.url, lambda _: None)
        yield Names(SILENT, BesideTheLoop(asyncio.get_running_loop()), directory)
        await web.close()


def ids(found: tuple[Listed, ...]) -> list[str]:
    return [each.id for each in found]


async def test_people_and_groups_by_every_name_that_they_have() -> None:
    async with names_in(installed_scopes() | {EMAILS}) as names:
        found = await asyncio.to_thread(names.members, "Andy, mara; tim@example.org,@ops, U1AMITA, Andy")
    assert ids(found) == ["U1ANDY", "U1MARA", "U1TIM", "S1OPS", "U1AMITA"]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        (
            "Tim",
            "2 are called Tim: Tim U1TIM; Tim U2TIM. Say which one by its id (`shiproom ids` shows them), or by",
        ),
        (
            "and",
            "No person or user group is called and. Did you mean Andy U1ANDY; none of these. Say which one",
        ),
        ("Bert", "Slack has no person or user group called Bert."),
        ("@nobody", "Slack has no user group called @nobody."),
        ("tim@example.org", "E-mail addresses can be seen only by an app with the scope users:read.email"),
    ],
)
async def test_what_is_not_clear_is_said(word: str, said: str) -> None:
    async with names_in(installed_scopes()) as names:
        with pytest.raises(AnswerError) as refused:
            await asyncio.to_thread(names.members, word)
    assert said in str(refused.value)


async def test_a_channel_that_cannot_be_seen() -> None:
    async with names_in(installed_scopes()) as names:
        assert (await asyncio.to_thread(names.channel, "ops-room")).id == "C1OPS"
        with pytest.raises(
            AnswerError, match=r"no channel called #secret. A private channel can be seen once"
        ):
            await asyncio.to_thread(names.channel, "#secret")
        assert (await asyncio.to_thread(names.channel, "C1SECRET")).id == "C1SECRET"


async def test_where_slack_refuses_a_list_an_id_is_taken() -> None:
    async with names_in(frozenset({"channels:read"})) as names:
        assert ids(await asyncio.to_thread(names.members, "U1TIM")) == ["U1TIM"]
        with pytest.raises(AnswerError, match=r"lacks the scope users:read: .* Until then write the id."):
            await asyncio.to_thread(names.members, "Tim")


class Unused:
    """Runs nothing: without Slack nothing is asked."""

    def run(self, coro: Coroutine[Any, Any, T]) -> T:
        raise AssertionError(coro)


def offline() -> Names:
    return Names(SILENT, Unused(), None)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("U1TIM", [("U1TIM", "")]),
        ("U1TIM Tim Berg, Mara U1MARA", [("U1TIM", "Tim Berg"), ("U1MARA", "Mara")]),
        ("S1OPS @ops", [("S1OPS", "ops")]),
    ],
)
def test_without_slack_an_id_may_have_its_name_beside_it(
    written: str, expected: list[tuple[str, str]]
) -> None:
    assert [(each.id, each.name) for each in offline().members(written)] == expected


@pytest.mark.parametrize("written", ["Tim", "U1TIM U1MARA", "C1RELEASES", "@ops"])
def test_without_slack_a_name_is_none(written: str) -> None:
    with pytest.raises(AnswerError, match="Without Slack an id is needed"):
        offline().members(written)


def test_a_team_has_one_user_group() -> None:
    with pytest.raises(AnswerError, match="one user group at most"):
        offline().members("S1OPS, S2OPS")
