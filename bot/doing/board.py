"""Puts messages into Slack and edits them in place: a turn is taken first, and only who has one draws."""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.blocks.parts import Message
from bot.engine import Engine
from bot.perform import Done, Failed, Later, Performed
from bot.slack_api.web import Called, Never, NotNow, Said, SlackWeb
from storage import effects, messages
from storage.database import Connection
from storage.effects import Task
from storage.messages import Posted

CARD_PACE = timedelta(seconds=3)
"""A message changes at most once in this time (the contract; Slack's advice for progress)."""

MOST_TRIES = 30
_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})

Render = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, and the thread in it if it goes into one."""

    channel: str
    thread: str = ""
    broadcast: bool = False


class Board:
    """Our messages in Slack."""

    def __init__(self, engine: Engine, slack: SlackWeb) -> None:
        self._engine = engine
        self._slack = slack

    async def find(self, key: str) -> Posted | None:
        """Find where a message stands by what it is about."""
        return await self._engine.database.read(partial(messages.find, key=key))

    async def draw(self, key: str, channel: str, render: Render, task: Task) -> Performed:
        """Post a message, or edit the one that is there; where it shows the same already, nothing is sent."""
        posted = await self.find(key)
        if posted is None:
            return await self._post_new(key, Place(channel), render, task)
        rest = (posted.at + CARD_PACE - self._engine.clock.now()).total_seconds()
        if rest > 0:
            return Later(rest, "pace", failed=False)
        turn = self._slack.turn("chat.update", posted.channel, key)
        called = turn or await self._edit(posted, await render())
        if isinstance(called, Never) and called.error in _GONE:
            return await self._post_new(key, Place(channel), render, task)
        return outcome(called, task)

    async def _edit(self, posted: Posted, message: Message | None) -> Called:
        if message is None or posted.drawn == digest(message):
            return Said()
        body = {"channel": posted.channel, "ts": posted.ts, "text": message.text, "blocks": message.blocks}
        called = await self._slack.call("chat.update", body, in_turn=True)
        if isinstance(called, Said):
            edited = replace(posted, drawn=digest(message), at=self._engine.clock.now())
            await self._engine.database.write(partial(messages.save, posted=edited))
        return called

    async def _post_new(self, key: str, place: Place, render: Render, task: Task) -> Performed:
        turn = self._slack.turn("chat.postMessage", place.channel, key)
        message = None if turn is not None else await render()
        if turn is not None or message is None:
            return outcome(turn, task) if turn is not None else Failed("it is gone")
        called = await self._send(place, message, key)
        if isinstance(called, Said):
            channel, ts = str(called.answer["channel"]), str(called.answer["ts"])
            posted = Posted(key, channel, ts, digest(message), self._engine.clock.now())
            await self._engine.database.write(partial(self._stands, posted=posted))
        return outcome(called, task)

    def _stands(self, connection: Connection, posted: Posted) -> None:
        """Remember where a message stands; what waited for it as its thread may go now."""
        messages.save(connection, posted)
        effects.hasten(connection, posted.key.replace("card:", "thread:"), self._engine.clock.now())

    async def post(self, place: Place, render: Render, task: Task) -> Performed:
        """Post a message that is never edited."""
        key = f"effect:{task.id}"
        turn = self._slack.turn("chat.postMessage", place.channel, key)
        if turn is not None:
            return outcome(turn, task)
        message = await render()
        if message is None:
            return Failed("it is gone")
        return outcome(await self._send(place, message, key), task)

    async def _send(self, place: Place, message: Message, key: str) -> Called:
        body: dict[str, Any] = {
            "channel": place.channel,
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": "shiproom", "event_payload": {"key": key}},
        }
        if place.thread:
            body |= {"thread_ts": place.thread, "reply_broadcast": place.broadcast}
        return await self._slack.call("chat.postMessage", body, in_turn=True)


def outcome(called: Called, task: Task) -> Performed:
    """What Slack will never do is tried for a while all the same: a channel may be made, the bot may be invited."""
    match called:
        case NotNow(seconds, why, failed):
            return Later(seconds, why, failed)
        case Never(error) if task.tries >= MOST_TRIES:
            return Failed(error)
        case Never(error):
            return Later(2.0, error)
        case Said():
            return Done()


def digest(message: Message) -> str:
    """Name what a message shows."""
    drawn = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(drawn.encode()).hexdigest()[:24]
