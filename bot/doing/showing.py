"""Shows in Slack what was decided: cards edited in place, threads, announcements, direct messages; always the newest state."""

import hashlib
import json
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from bot.blocks.card import card
from bot.blocks.parts import Message
from bot.blocks.ready import ready
from bot.blocks.thread import proclaimed, said, whispered
from bot.engine import Engine
from bot.perform import Done, Failed, Later, Performed
from bot.slack.views import Views
from bot.slack.web import Called, Never, NotNow, SlackWeb
from handlers.effects import Announce, Proclaim, Say, ShowCard, Whisper
from handlers.plan import Plan
from storage import builds, effects, messages
from storage.codec import loads
from storage.database import Connection
from storage.effects import Task
from storage.messages import Posted

CARD_PACE = timedelta(seconds=3)
"""A card changes at most once in this time (the contract; Slack's advice for progress)."""

MOST_TRIES = 30
CARD_PATIENCE = 10.0
"""How many seconds a line waits for its card, unless the card comes and calls it."""

_GONE = frozenset({"message_not_found", "cant_update_message", "thread_not_found"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message goes: a channel, and the thread in it if it goes into one."""

    channel: str
    thread: str = ""
    broadcast: bool = False


class Showing:
    """Effects that go to Slack."""

    def __init__(self, engine: Engine, slack: SlackWeb, views: Views) -> None:
        self._engine = engine
        self._slack = slack
        self._views = views

    async def show_card(self, task: Task) -> Performed:
        """Draw a card anew from the newest saved state; where it shows that already, nothing is sent."""
        number = loads(ShowCard, task.body).release
        view = await self._views.card(number)
        if view is None:
            return Failed(f"r{number} is gone")
        return await self._draw(f"card:{number}", view.release.plan.channel, card(view), task)

    async def _draw(self, key: str, channel: str, message: Message, task: Task) -> Performed:
        posted = await self._engine.database.read(partial(messages.find, key=key))
        drawn = _digest(message)
        if posted is None:
            return await self._post_new(key, Place(channel), message, task)
        if posted.drawn == drawn:
            return Done()
        rest = (posted.at + CARD_PACE - self._engine.clock.now()).total_seconds()
        if rest > 0:
            return Later(rest, "pace", failed=False)
        body = {"channel": posted.channel, "ts": posted.ts, "text": message.text, "blocks": message.blocks}
        called = await self._slack.call("chat.update", body, key=key)
        if isinstance(called, Never) and called.error in _GONE:
            return await self._post_new(key, Place(channel), message, task)
        return await self._remember(
            called, Posted(key, posted.channel, posted.ts, drawn, self._engine.clock.now()), task
        )

    async def _post_new(self, key: str, place: Place, message: Message, task: Task) -> Performed:
        called = await self._post(place, message, key)
        if isinstance(called, Never | NotNow):
            return _outcome(called, task)
        answer = called.answer
        posted = Posted(
            key, str(answer["channel"]), str(answer["ts"]), _digest(message), self._engine.clock.now()
        )
        await self._engine.database.write(partial(self._stands, posted=posted))
        return Done()

    def _stands(self, connection: Connection, posted: Posted) -> None:
        """Remember where a message stands; what waited for it as its thread may go now."""
        messages.save(connection, posted)
        effects.hasten(connection, posted.key.replace("card:", "thread:"), self._engine.clock.now())

    async def _remember(self, called: Called, posted: Posted, task: Task) -> Performed:
        if isinstance(called, Never | NotNow):
            return _outcome(called, task)
        await self._engine.database.write(partial(messages.save, posted=posted))
        return Done()

    async def _post(self, place: Place, message: Message, key: str) -> Called:
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
        return await self._slack.call("chat.postMessage", body, key=key)

    async def say(self, task: Task) -> Performed:
        """Post one line in a release's thread; it waits for the card that the thread hangs on."""
        effect = loads(Say, task.body)
        anchor = await self._engine.database.read(partial(messages.find, key=f"card:{effect.release}"))
        if anchor is None:
            return Later(CARD_PATIENCE, "the card is not there yet", failed=False)
        view = await self._views.card(effect.release)
        if view is None:
            return Failed(f"r{effect.release} is gone")
        message = said(effect, view.release, view.names, view.directory)
        place = Place(anchor.channel, anchor.ts, effect.broadcast)
        return _outcome(await self._post(place, message, f"say:{task.id}"), task)

    async def announce(self, task: Task) -> Performed:
        """Announce a ready build, and take the button off the announcement before it."""
        effect = loads(Announce, task.body)
        view = await self._views.ready(effect.service, effect.version)
        plan = self._engine.policy.plans.get(effect.service)
        if view is None or plan is None:
            return Failed(f"{effect.service} {effect.version} is gone")
        key = f"ready:{effect.service}:{effect.version}"
        done = await self._draw(key, plan.channel, ready(view), task)
        if isinstance(done, Done):
            return await self._retire(plan, effect.version, task)
        return done

    async def _retire(self, plan: Plan, version: str, task: Task) -> Performed:
        find = partial(builds.newest, service=plan.service, most=5)
        for build in await self._engine.database.read(find):
            key = f"ready:{plan.service}:{build.version}"
            posted = await self._engine.database.read(partial(messages.find, key=key))
            if build.version == version or posted is None:
                continue
            view = await self._views.ready(plan.service, build.version)
            if view is not None:
                done = await self._draw(key, plan.channel, ready(view), task)
                if not isinstance(done, Done):
                    return done
        return Done()

    async def proclaim(self, task: Task) -> Performed:
        """Post a message in a service's channel that belongs to no release."""
        effect = loads(Proclaim, task.body)
        plan = self._engine.policy.plans.get(effect.service)
        if plan is None:
            return Failed(f"the service {effect.service} is no longer in the policy")
        message = proclaimed(effect, self._views.names(), self._engine.policy.directory)
        return _outcome(await self._post(Place(plan.channel), message, f"proclaim:{task.id}"), task)

    async def whisper(self, task: Task) -> Performed:
        """Tell one person something in a direct message; Slack opens it when a user's id is posted to."""
        effect = loads(Whisper, task.body)
        message = whispered(effect, self._views.names(), self._engine.policy.directory)
        return _outcome(await self._post(Place(effect.user), message, f"whisper:{task.id}"), task)


def _outcome(called: Called, task: Task) -> Performed:
    """What Slack will never do is tried for a while all the same: a channel may be made, the bot may be invited."""
    match called:
        case NotNow(seconds, why, failed):
            return Later(seconds, why, failed)
        case Never(error) if task.tries >= MOST_TRIES:
            return Failed(error)
        case Never(error):
            return Later(2.0, error)
        case _:
            return Done()


def _digest(message: Message) -> str:
    drawn = json.dumps([message.text, message.blocks], sort_keys=True)
    return hashlib.sha256(drawn.encode()).hexdigest()[:24]
