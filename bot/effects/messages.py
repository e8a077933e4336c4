"""Posts messages to Slack and edits them in place.

A message is rendered only once its rate-limit slot is taken.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.blocks.block_kit import Message
from bot.clock import Clock
from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.slack_client.rate_limiter import Rank
from bot.slack_client.web import CallDeferred, CallRejected, CallResult, CallSucceeded, SlackWeb
from storage import effects, messages
from storage.database import Connection, Database
from storage.effects import Task
from storage.messages import Posted

CARD_PACE = timedelta(seconds=3)
"""The shortest time between two edits of a message (the contract; Slack's advice for progress)."""

MAX_TRIES = 30
_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})

Render = Callable[[], Awaitable[Message | None]]


@dataclass(frozen=True, slots=True)
class PostLocation:
    """The channel, and optionally the thread, that a message is posted to, and what goes first there."""

    channel: str
    thread: str = ""
    broadcast: bool = False
    rank: Rank = Rank.LINE


class SlackMessages:
    """Posts and edits the bot's messages, and remembers where each one is."""

    def __init__(self, database: Database, clock: Clock, slack: SlackWeb) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack

    async def find(self, key: str) -> Posted | None:
        """Return where the message with this key was posted; None if it was not."""
        return await self._database.read(partial(messages.find, key=key))

    async def post_or_edit(
        self, key: str, location: PostLocation, render: Render, task: Task
    ) -> EffectResult:
        """Post a message, or edit the one that is there.

        Nothing is sent if the content is unchanged.
        """
        posted = await self.find(key)
        if posted is None:
            return await self._post_new(key, location, render, task)
        wait = (posted.at + CARD_PACE - self._clock.now()).total_seconds()
        if wait > 0:
            return RetryIn(wait, "pace", counts_as_failure=False)
        deferred = self._slack.acquire_slot("chat.update", posted.channel, key, Rank.CARD)
        called = deferred or await self._edit(posted, await render())
        if isinstance(called, CallRejected) and called.error in _GONE:
            return await self._post_new(key, location, render, task)
        return effect_result(called, task)

    async def _edit(self, posted: Posted, message: Message | None) -> CallResult:
        if message is None or posted.drawn == digest(message):
            return CallSucceeded()
        body = {"channel": posted.channel, "ts": posted.ts, "text": message.text, "blocks": message.blocks}
        called = await self._slack.call("chat.update", body, slot_taken=True)
        if isinstance(called, CallSucceeded):
            edited = replace(posted, drawn=digest(message), at=self._clock.now())
            await self._database.write(partial(messages.save, posted=edited))
        return called

    async def _post_new(self, key: str, location: PostLocation, render: Render, task: Task) -> EffectResult:
        deferred = self._slack.acquire_slot("chat.postMessage", location.channel, key, location.rank)
        message = None if deferred is not None else await render()
        if deferred is not None or message is None:
            return effect_result(deferred, task) if deferred is not None else Failed("it is gone")
        called = await self._send(location, message, key)
        if isinstance(called, CallSucceeded):
            channel, ts = str(called.answer["channel"]), str(called.answer["ts"])
            posted = Posted(key, channel, ts, digest(message), self._clock.now())
            await self._database.write(partial(self._record_post, posted=posted))
        return effect_result(called, task)

    def _record_post(self, connection: Connection, posted: Posted) -> None:
        """Save where a message was posted.

        Posts that wait for it as their thread become due.
        """
        messages.save(connection, posted)
        for waiting in ("thread:", "call:"):
            effects.run_now(connection, posted.key.replace("card:", waiting), self._clock.now())

    async def post(self, location: PostLocation, render: Render, task: Task, keep: str = "") -> EffectResult:
        """Post a message; where one with a key to `keep` is gets remembered, since it is edited once it is over."""
        key = keep or f"effect:{task.id}"
        deferred = self._slack.acquire_slot("chat.postMessage", location.channel, key, location.rank)
        if deferred is not None:
            return effect_result(deferred, task)
        message = await render()
        if message is None:
            return Failed("it is gone")
        called = await self._send(location, message, key)
        if keep and isinstance(called, CallSucceeded):
            channel, ts = str(called.answer["channel"]), str(called.answer["ts"])
            posted = Posted(keep, channel, ts, digest(message), self._clock.now())
            await self._database.write(partial(messages.save, posted=posted))
        return effect_result(called, task)

    def not_wanted(self, channel: str, key: str) -> None:
        """Leave the line for a message that nobody wants any more."""
        self._slack.rate_limiter.leave("chat.postMessage", channel, key)

    async def edit_last(self, posted: Posted, message: Message, task: Task) -> EffectResult:
        """Edit a message for the last time; one that cannot be edited any more stays as it is."""
        deferred = self._slack.acquire_slot("chat.update", posted.channel, posted.key, Rank.CALL)
        called = deferred or await self._edit(posted, message)
        if isinstance(called, CallDeferred):
            return effect_result(called, task)
        await self._database.write(partial(messages.forget, key=posted.key))
        return Done()

    async def _send(self, location: PostLocation, message: Message, key: str) -> CallResult:
        body: dict[str, Any] = {
            "channel": location.channel,
            "text": message.text,
            "blocks": message.blocks,
            "unfurl_links": False,
            "unfurl_media": False,
            "metadata": {"event_type": "shiproom", "event_payload": {"key": key, "also": list(message.also)}},
        }
        if location.thread:
            body |= {"thread_ts": location.thread, "reply_broadcast": location.broadcast}
        return await self._slack.call("chat.postMessage", body, slot_taken=True)


def effect_result(called: CallResult, task: Task) -> EffectResult:
    """Return how an effect ended from the result of its call to Slack.

    A rejected call is retried MAX_TRIES times too: the channel may be created, or the bot invited, meanwhile.
    """
    match called:
        case CallDeferred(seconds, why, failed):
            return RetryIn(seconds, why, failed)
        case CallRejected(error) if task.tries >= MAX_TRIES:
            return Failed(error)
        case CallRejected(error):
            return RetryIn(2.0, error)
        case CallSucceeded():
            return Done()


def digest(message: Message) -> str:
    """Return a short hash of what a message shows."""
    shown = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:24]
