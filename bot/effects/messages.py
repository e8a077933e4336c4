"""Posts messages to Slack and edits them in place.

A message is rendered only once its rate-limit slot is taken.
"""

import hashlib
import json
import logging
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from bot.blocks.block_kit import Message
from bot.blocks.thread import continues_in
from bot.clock import Clock
from bot.effects.drawing import Drawing, PostLocation, Render
from bot.effects.rejections import edit_is_final, effect_result, message_is_gone
from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.slack_client.rate_limiter import Rank
from bot.slack_client.results import CallRejected, CallResult, CallSucceeded
from bot.slack_client.web import SlackWeb
from handlers.effects import ShowCard
from storage import effects, messages
from storage.database import Connection, Database
from storage.effects import Task
from storage.messages import Posted

log = logging.getLogger("shiproom.effect")

CARD_PACE = timedelta(seconds=3)
"""The shortest time between two edits of a message (the contract; Slack's advice for progress)."""

LEFT = "left"
"""Stands in `Posted.drawn` for a message that cannot be edited any more and is left as it is."""


class SlackMessages:
    """Posts and edits the bot's messages, and remembers where each one is."""

    def __init__(self, database: Database, clock: Clock, slack: SlackWeb) -> None:
        self._database = database
        self._clock = clock
        self._slack = slack
        self._uneditable: set[str] = set()
        """The `ts` of messages that cannot be edited any more, while the one in their place waits for its turn."""

    async def find(self, key: str) -> Posted | None:
        """Return where the message with this key was posted; None if it was not."""
        return await self._database.read(partial(messages.find, key=key))

    async def address(self, key: str) -> str:
        """Return the address of the message with this key; empty if it was not posted, or Slack does not say now."""
        posted = await self.find(key)
        if posted is None:
            return ""
        asked = {"channel": posted.channel, "message_ts": posted.ts}
        called = await self._slack.call("chat.getPermalink", asked, read=True)
        return str(called.answer.get("permalink") or "") if isinstance(called, CallSucceeded) else ""

    async def post_or_edit(self, drawing: Drawing, task: Task) -> EffectResult:
        """Post a message, or edit the one that is there. One that can never be edited any more is posted again.

        Nothing is sent if the content is unchanged. If its channel is another one now, it goes on there.
        """
        posted = await self.find(drawing.key)
        if posted is None or posted.drawn == LEFT:
            return await self._post_new(drawing, task)
        if posted.channel != drawing.channel:
            return await self._move(posted, drawing, task)
        if posted.left_ts:
            waits = await self._point_on(posted, drawing.name, task)
            if waits is not None:
                return waits
            posted = replace(posted, left_channel="", left_ts="")
        if posted.ts not in self._uneditable:
            edited = await self._edit_unless_final(posted, drawing, task)
            if not isinstance(edited, CallRejected):
                return edited
            if message_is_gone(edited.error):
                # Nothing is posted into its thread meanwhile.
                await self._database.write(partial(messages.forget, posted=posted))
            else:
                self._uneditable.add(posted.ts)
        return await self._post_instead(posted, drawing, task)

    async def _post_instead(self, posted: Posted, drawing: Drawing, task: Task) -> EffectResult:
        done = await self._post_new(drawing, task)
        if not isinstance(done, RetryIn) or done.counts_as_failure:
            self._uneditable.discard(posted.ts)
        return done

    async def edit_or_leave(self, posted: Posted, drawing: Drawing, task: Task) -> EffectResult:
        """Edit a message where it is; one that cannot be edited is left as it is, and nothing waits for it."""
        if posted.drawn == LEFT:
            return Done()
        edited = await self._edit_unless_final(posted, drawing, task)
        if not isinstance(edited, CallRejected):
            return edited
        log.warning("%s cannot be edited any more (%s); it is left as it is", drawing.name, edited.error)
        await self._database.write(partial(messages.save, posted=replace(posted, drawn=LEFT)))
        return Done()

    async def _edit_unless_final(
        self, posted: Posted, drawing: Drawing, task: Task
    ) -> EffectResult | CallRejected:
        """Edit a message; the rejection of one that can never be edited any more is returned as it is."""
        edited = self._paced(posted) or await self._edit(posted, drawing)
        if isinstance(edited, RetryIn):
            return edited
        if isinstance(edited, CallRejected) and edit_is_final(edited.error, task):
            return edited
        return effect_result(edited, task)

    def _paced(self, posted: Posted) -> RetryIn | None:
        wait = (posted.at + CARD_PACE - self._clock.now()).total_seconds()
        return RetryIn(wait, "pace", counts_as_failure=False) if wait > 0 else None

    async def _edit(self, posted: Posted, drawing: Drawing) -> CallResult:
        deferred = self._slack.acquire_slot("chat.update", posted.channel, drawing.key, drawing.rank)
        message = None if deferred is not None else await drawing.render()
        if deferred is not None:
            return deferred
        if message is None or posted.drawn == digest(message):
            return CallSucceeded()
        called = await self._update(posted.channel, posted.ts, message)
        if isinstance(called, CallSucceeded):
            edited = replace(posted, drawn=digest(message), at=self._clock.now())
            await self._database.write(partial(messages.save, posted=edited))
        return called

    async def _update(self, channel: str, ts: str, message: Message) -> CallResult:
        body = {"channel": channel, "ts": ts, "text": message.text, "blocks": message.blocks}
        return await self._slack.call("chat.update", body, slot_taken=True)

    async def _move(self, posted: Posted, drawing: Drawing, task: Task) -> EffectResult:
        """Post a message in the channel where it belongs now, and have the old one say so.

        Until the new channel takes it, the old message goes on.
        """
        done = await self._post_new(drawing, task, posted)
        if isinstance(done, Done):
            moved = await self.find(drawing.key)
            return (await self._point_on(moved, drawing.name, task) if moved is not None else None) or done
        message = await drawing.render()
        if message is not None and posted.drawn != digest(message) and self._paced(posted) is None:
            await self._edit(posted, drawing)
        return done

    async def _point_on(self, posted: Posted, name: str, task: Task) -> EffectResult | None:
        """Have the message that was left in another channel say where it goes on; None once that is settled."""
        deferred = self._slack.acquire_slot("chat.update", posted.left_channel, f"left:{posted.key}")
        pointer = continues_in(name, posted.channel)
        called = deferred or await self._update(posted.left_channel, posted.left_ts, pointer)
        if isinstance(called, CallRejected) and edit_is_final(called.error, task):
            log.warning("%s in %s cannot be edited (%s); it is left", name, posted.left_channel, called.error)
        elif not isinstance(called, CallSucceeded):
            return effect_result(called, task)
        settled = replace(posted, left_channel="", left_ts="")
        await self._database.write(partial(messages.save, posted=settled))
        return None

    async def _post_new(self, drawing: Drawing, task: Task, before: Posted | None = None) -> EffectResult:
        deferred = self._slack.acquire_slot("chat.postMessage", drawing.channel, drawing.key, drawing.rank)
        message = None if deferred is not None else await drawing.render()
        if deferred is not None or message is None:
            return effect_result(deferred, task) if deferred is not None else Failed("it is gone")
        called = await self._send(PostLocation(drawing.channel), message, drawing.key)
        if isinstance(called, CallSucceeded):
            posted = self._posted(drawing.key, called, message)
            if before is not None:
                posted = replace(posted, left_channel=before.channel, left_ts=before.ts)
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
            await self._database.write(partial(messages.save, posted=self._posted(keep, called, message)))
        gone = isinstance(called, CallRejected) and message_is_gone(called.error)
        if gone and location.anchor is not None:
            await self._database.write(partial(self._replace_card, gone=location.anchor))
        return effect_result(called, task)

    def _replace_card(self, connection: Connection, gone: Posted) -> None:
        """Have a card posted again whose thread is gone; what waits for its thread goes on there."""
        messages.forget(connection, gone)
        card = ShowCard(int(gone.key.removeprefix("card:")))
        effects.add(connection, [card], self._clock.now())

    def _posted(self, key: str, called: CallSucceeded, message: Message) -> Posted:
        channel, ts = str(called.answer["channel"]), str(called.answer["ts"])
        return Posted(key, channel, ts, digest(message), self._clock.now())

    def not_wanted(self, channel: str, key: str) -> None:
        """Leave the line for a message that nobody wants any more."""
        self._slack.rate_limiter.leave("chat.postMessage", channel, key)

    async def edit_last(self, posted: Posted, message: Message, task: Task) -> EffectResult:
        """Edit a message for the last time; one that cannot be edited any more stays as it is."""

        async def render() -> Message:
            return message

        called = await self._edit(posted, Drawing(posted.key, "call", posted.channel, render, Rank.CALL))
        given_up = isinstance(called, CallRejected) and edit_is_final(called.error, task)
        if not given_up and not isinstance(called, CallSucceeded):
            return effect_result(called, task)
        await self._database.write(partial(messages.forget, posted=posted))
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
        if location.anchor is not None:
            body |= {"thread_ts": location.anchor.ts, "reply_broadcast": location.broadcast}
        return await self._slack.call("chat.postMessage", body, slot_taken=True)


def digest(message: Message) -> str:
    """Return a short hash of what a message shows."""
    shown = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(shown.encode()).hexdigest()[:24]
