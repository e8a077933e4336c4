"""Slack as it is: messages are deleted or frozen, channels change, tokens end, and not all that answers is Slack."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.health import SLACK
from bot.local_slack.model import Channel, ChatMessage
from tests.local_slack.fault_injection import ALWAYS, InjectedFault
from tests.local_slack.plain_text import labels, read_message
from tests.profile import size
from tests.scenarios.fleet import LOST, Fleet, fleet
from tests.virtual_clock import run_virtually
from tests.world import CAST, CHANNEL

OTHER = "C0OTHER"
FEW = 4
"""Calls that Slack may refuse until a message that is gone is posted again."""


def play(folder: Path, story: Callable[[Fleet], Awaitable[None]], services: int = 1) -> None:
    async def run() -> None:
        async with fleet(folder, services) as ships:
            await story(ships)

    run_virtually(run())


def said(ships: Fleet, channel: str = CHANNEL) -> list[ChatMessage]:
    """List what the bot says in a channel for all to see."""
    workspace = ships.bot.world.slack.workspace
    return [each for each in workspace.messages(channel) if each.metadata and not each.only_for]


def of(ships: Fleet, key: str, channel: str = CHANNEL) -> list[ChatMessage]:
    """List the messages about one thing."""
    return [each for each in said(ships, channel) if (each.metadata or {})["event_payload"]["key"] == key]


def read(ships: Fleet, message: ChatMessage) -> str:
    return read_message(ships.bot.world.slack.workspace, message)


def updates_refused(ships: Fleet) -> int:
    calls = ships.bot.world.slack.calls
    return sum(1 for method, _, answer in calls if method == "chat.update" and not answer.get("ok"))


async def waits_for_ops(ships: Fleet) -> ChatMessage:
    """Have a build go to staging; give its card."""
    await ships.build("s00")
    await ships.until(lambda: bool(of(ships, "card:1")), 10, lambda: "no card")
    await ships.settle(60)
    return of(ships, "card:1")[0]


async def staging_succeeds(ships: Fleet) -> None:
    ships.held.let_go("s00-staging", "success")
    await asyncio.sleep(1)


def is_asked(ships: Fleet, channel: str = CHANNEL, gone: str = "") -> bool:
    cards = [each for each in of(ships, "card:1", channel) if each.ts != gone]
    return bool(cards) and "Sign off" in cards[-1].text and bool(labels(cards[-1].blocks))


FROZEN = (
    "message_not_found",
    "cant_update_message",
    "edit_window_closed",
    "is_inactive",
    "channel_not_found",
    "not_in_channel",
    "an_error_of_tomorrow",
)


@pytest.mark.parametrize("error", ["deleted", *size((FROZEN[2], FROZEN[-1]), FROZEN, FROZEN)])
def test_a_card_that_is_gone_is_posted_again(tmp_path: Path, error: str) -> None:
    """57 edits a minute were refused for ever, and the release had no button any more."""

    async def story(ships: Fleet) -> None:
        slack, card = ships.bot.world.slack, await waits_for_ops(ships)
        fault = InjectedFault("chat.update", "error", code=error, times=1_000)
        if error == "deleted":
            slack.workspace.delete(card)
        else:
            slack.faults.add(fault)
        await staging_succeeds(ships)
        within = 20 if error == "an_error_of_tomorrow" else 6
        await ships.until(lambda: is_asked(ships, gone=card.ts), within, lambda: ships.card(1))
        few = 2 * FEW if error == "an_error_of_tomorrow" else FEW
        assert 1_000 - fault.times + updates_refused(ships) <= few
        slack.faults.clear()
        await ships.settle(60)
        assert len(of(ships, "card:1")) == (1 if error == "deleted" else 2)
        lines = [each for each in said(ships) if each.thread_ts == of(ships, "card:1")[-1].ts]
        assert lines or error != "deleted", "the thread goes on at the new card"
        assert await ships.rows(LOST) == []

    play(tmp_path, story)


@pytest.mark.parametrize(
    "error", ["deleted", *size(("is_archived",), FROZEN[:5], (*FROZEN[:5], "is_archived"))]
)
def test_later_builds_are_announced_whatever_became_of_an_announcement(
    tmp_path: Path, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def story(ships: Fleet) -> None:
        slack = ships.bot.world.slack
        await ships.build("s00", "1.0")
        await ships.settle(60)
        fault = InjectedFault("chat.update", "error", code=error, times=1_000)
        if error == "deleted":
            slack.workspace.delete(of(ships, "ready:s00:1.0")[0])
        else:
            slack.faults.add(fault)
        for version in ("1.1", "1.2", "1.3"):
            await ships.build("s00", version)
            key = f"ready:s00:{version}"
            await ships.until(lambda key=key: bool(of(ships, key)), 8, lambda key=key: key)
            await asyncio.sleep(10)
        slack.faults.clear()
        await ships.settle(60)
        left = Counter(
            each.getMessage() for each in caplog.records if "cannot be edited" in each.getMessage()
        )
        assert error == "deleted" or set(left.values()) == {1}, "said once, and left then"
        assert max(Counter(ships.keys()).values()) <= 2
        assert await ships.rows(LOST) == []

    play(tmp_path, story)


def with_channel(ships: Fleet, channel: str) -> None:
    policy = ships.bot.world.directory / "shiproom.yml"
    policy.write_text(policy.read_text().replace(f"channel: {CHANNEL}", f"channel: {channel}"))


@pytest.mark.parametrize("archived", [True, False], ids=["archived", "renamed"])
def test_what_is_open_goes_on_in_the_channel_that_the_policy_names_now(
    tmp_path: Path, archived: bool
) -> None:
    async def story(ships: Fleet) -> None:
        workspace, card = ships.bot.world.slack.workspace, await waits_for_ops(ships)
        people = (*CAST.values(), workspace.bot.id)
        workspace.put_channel(Channel(OTHER, "other", people))
        workspace.put_channel(replace(workspace.channels[CHANNEL], is_archived=archived))
        with_channel(ships, OTHER)
        await ships.bot.app.reload()
        await ships.until(lambda: bool(of(ships, "card:1", OTHER)), 5, lambda: "no card in the new channel")
        await staging_succeeds(ships)
        await ships.until(lambda: is_asked(ships, OTHER), 10, lambda: str(said(ships, OTHER)))
        await ships.settle(60)
        new = of(ships, "card:1", OTHER)
        assert len(new) == 1
        assert [each for each in said(ships, OTHER) if each.thread_ts == new[0].ts]
        assert len(of(ships, "ready:s00:1.0", OTHER)) == 1
        old = workspace.message(CHANNEL, card.ts)
        assert old is not None
        assert archived or read(ships, old) == "r1 continues in #other."
        await ships.build("s00", "1.1")
        await ships.until(lambda: bool(of(ships, "ready:s00:1.1", OTHER)), 5, lambda: "not announced")
        await ships.settle(60)
        assert await ships.rows(LOST) == []

    play(tmp_path, story)


def test_until_the_bot_is_invited_to_the_new_channel_the_old_one_goes_on(tmp_path: Path) -> None:
    async def story(ships: Fleet) -> None:
        workspace, card = ships.bot.world.slack.workspace, await waits_for_ops(ships)
        workspace.put_channel(Channel(OTHER, "other", tuple(CAST.values())))
        with_channel(ships, OTHER)
        await ships.bot.app.reload()
        await staging_succeeds(ships)
        await asyncio.sleep(60)
        assert is_asked(ships)
        workspace.put_channel(Channel(OTHER, "other", (*CAST.values(), workspace.bot.id)))
        await ships.until(lambda: is_asked(ships, OTHER), 60, lambda: "not moved")
        await ships.settle(60)
        old = workspace.message(CHANNEL, card.ts)
        assert old is not None
        assert read(ships, old) == "r1 continues in #other."

    play(tmp_path, story)


LASTING = {
    "token_revoked": SLACK,
    "account_inactive": SLACK,
    "invalid_auth": SLACK,
    "missing_scope": "Slack chat.postMessage",
    "not_in_channel": f"Slack channel {CHANNEL}",
    "channel_not_found": f"Slack channel {CHANNEL}",
    "is_archived": f"Slack channel {CHANNEL}",
    "restricted_action": f"Slack channel {CHANNEL}",
}
AWAY = size(10, 30, 30) * 60.0
KINDS = size(("token_revoked", "missing_scope", "not_in_channel"), tuple(LASTING), tuple(LASTING))


@pytest.mark.parametrize("error", KINDS)
def test_what_slack_refuses_for_long_is_said_at_once_and_drawn_when_it_works_again(
    tmp_path: Path, error: str, caplog: pytest.LogCaptureFixture
) -> None:
    """After 30 tries announcements and cards were dropped for good, and no line in the log told why."""

    async def story(ships: Fleet) -> None:
        slack, health = ships.bot.world.slack, ships.bot.app.health
        methods = "*" if LASTING[error] == SLACK else "chat.*"
        fault = InjectedFault(methods, "error", code=error, times=100_000, needed="chat:write")
        await ships.build("s01")
        await ships.settle(60)
        slack.faults.add(fault)
        await ships.build("s00")
        await asyncio.sleep(30)
        assert LASTING[error] in [each.name for each in health.silent()]
        lines = [
            each for each in caplog.records if error in each.getMessage() and each.levelno == logging.ERROR
        ]
        assert len(lines) == 1, [each.getMessage() for each in lines]
        ships.held.let_go("s01-staging", "success")
        await asyncio.sleep(AWAY)
        asked = 100_000 - fault.times
        assert asked <= 6 * AWAY / 30, "a lasting refusal is not hammered at"
        slack.faults.clear()
        wanted = ("card:1", "card:2", "ready:s00:1.0")
        late = await ships.until(
            lambda: all(len(of(ships, each)) == 1 for each in wanted) and "waits" in ships.card(1),
            120,
            lambda: [(each.text) for each in said(ships)],
        )
        assert late <= 60
        await ships.settle(120)
        assert max(Counter(ships.keys()).values()) == 1
        assert health.silent() == ()
        assert await ships.rows(LOST) == []

    play(tmp_path, story, services=2)


def test_what_is_over_by_then_is_not_announced(tmp_path: Path) -> None:
    async def story(ships: Fleet) -> None:
        ships.bot.world.slack.faults.add(
            InjectedFault("chat.postMessage", "error", code="not_in_channel", times=ALWAYS)
        )
        for version in ("1.0", "1.1", "1.2"):
            await ships.build("s00", version)
            await asyncio.sleep(60)
        ships.bot.world.slack.faults.clear()
        await ships.until(lambda: bool(of(ships, "ready:s00:1.2")), 60, lambda: "not announced")
        await ships.settle(120)
        assert [key for key in list(ships.keys()) if key.startswith("ready:s00")] == ["ready:s00:1.2"]

    play(tmp_path, story)


def test_a_card_that_was_given_up_is_drawn_at_the_next_start(tmp_path: Path) -> None:
    async def story(ships: Fleet) -> None:
        card = await waits_for_ops(ships)
        ships.bot.world.slack.workspace.delete(card)
        await ships.forget_messages()
        ships.bot.app.redraw()
        await ships.until(lambda: bool(of(ships, "card:1")), 5, lambda: "no card")

    play(tmp_path, story)


NO_ANSWERS = {
    "no JSON": "upstream connect error",
    "nothing": "",
    "HTML": "<html>busy</html>",
    "a list": "[]",
    "a text": '"ok"',
    "null": "null",
    "nothing in it": "{}",
    "ok, and nothing else": '{"ok": true}',
    "a number for an error": '{"ok": false, "error": 7}',
    "members of another kind": '{"ok": true, "users": [1], "user": {"id": "U0TIM", "profile": [], "team_id": []}}',
}


TOLD = size(("no JSON", "a list", "ok, and nothing else"), tuple(NO_ANSWERS), tuple(NO_ANSWERS))


@pytest.mark.parametrize("body", [NO_ANSWERS[each] for each in TOLD], ids=TOLD)
def test_what_is_no_answer_of_slack_ends_no_task(
    tmp_path: Path, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    """One body that was no JSON ended the task that asks whether Slack is back; nothing was told until a restart."""

    async def story(ships: Fleet) -> None:
        slack = ships.bot.world.slack
        await ships.build("s00")
        await ships.settle(60)
        slack.faults.add(InjectedFault("*", "body", code=body, times=ALWAYS))
        await staging_succeeds(ships)
        await slack.person("Tim").command("/release", "status", CHANNEL)
        await asyncio.sleep(60)
        slack.faults.clear()
        await ships.until(lambda: is_asked(ships), 60, lambda: ships.card(1))
        assert "Traceback" not in caplog.text
        assert await ships.bot.app.readiness.ready(without_slack=False) == ""

    play(tmp_path, story)
