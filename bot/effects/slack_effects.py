"""Posts cards, threads, announcements and direct messages to Slack.

The newest saved state is rendered.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.card_view import CardView
from bot.blocks.thread import channel_post, direct_message, thread_post
from bot.effects.messages import Drawing, PostLocation, Render, SlackMessages, digest
from bot.effects.redraw import announcement_key
from bot.effects.rejections import effect_result, message_is_gone
from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.engine import Engine
from bot.slack_client.results import CallRejected
from bot.snapshots import Snapshots
from handlers.effects import Announce, DirectMessage, PostToChannel, PostToThread, ShowCard
from handlers.plan import Plan
from storage import builds, effects, messages, releases
from storage.codec import loads
from storage.database import Connection
from storage.effects import Task
from storage.messages import Posted

CARD_PATIENCE = 10.0
"""Seconds until a thread post looks for its card again; posting the card makes it due."""

ANNOUNCEMENTS_UPDATED = 5
"""How many of the newest announcements are updated: one may lose its button."""

ANNOUNCED_WITHIN = timedelta(minutes=1)
"""How old a build is at most that is still announced although there is a newer one."""


class SlackEffects:
    """Performs the effects that go to Slack."""

    def __init__(self, engine: Engine, slack_messages: SlackMessages, snapshots: Snapshots) -> None:
        self._engine = engine
        self._slack_messages = slack_messages
        self._snapshots = snapshots

    async def show_card(self, task: Task) -> EffectResult:
        """Post or edit a release's card from the newest saved state."""
        number = loads(ShowCard, task.body).release
        plan = await self._engine.plan_of_release(number)
        if plan is None:
            return Failed(f"r{number} is gone")
        channel = await self._channel_of_card(number, plan)
        drawing = Drawing(f"card:{number}", f"r{number}", channel, self._of_card(number, card))
        return await self._slack_messages.post_or_edit(drawing, task)

    async def _channel_of_card(self, number: int, plan: Plan) -> str:
        """Return where a release's card belongs: in its service's channel as of now, or where it ended."""
        current = self._engine.policy.plans.get(plan.service, plan).channel
        posted = await self._slack_messages.find(f"card:{number}") if current != plan.channel else None
        if posted is None:
            return current
        release = await self._engine.database.read(partial(releases.get, number=number))
        return current if release is not None and not release.ended else posted.channel

    def _of_card(self, number: int, draw: Callable[[CardView], Message]) -> Render:
        async def render() -> Message | None:
            view = await self._snapshots.card(number)
            return None if view is None else draw(view)

        return render

    async def post_to_thread(self, task: Task) -> EffectResult:
        """Post one line in a release's thread.

        Retried until the release's card is posted.
        """
        effect = loads(PostToThread, task.body)
        anchor = await self._slack_messages.find(f"card:{effect.release}")
        if anchor is None:
            return RetryIn(CARD_PATIENCE, "the card is not there yet", counts_as_failure=False)

        def line(view: CardView) -> Message:
            return thread_post(effect, view.release, view.names, view.directory)

        location = PostLocation(anchor.channel, anchor.ts, effect.broadcast)
        render = self._of_card(effect.release, line)
        called = await self._slack_messages.try_to_post(location, render, task)
        if isinstance(called, CallRejected) and message_is_gone(called.error):
            await self._engine.database.write(partial(self._replace_card, number=effect.release, gone=anchor))
        return effect_result(called, task) if called is not None else Failed("it is gone")

    def _replace_card(self, connection: Connection, number: int, gone: Posted) -> None:
        """Have a card posted again whose thread is gone; what waits for its thread goes on there."""
        messages.forget(connection, gone)
        effects.add(connection, [ShowCard(number)], self._engine.clock.now())

    async def announce(self, task: Task) -> EffectResult:
        """Post or edit the announcement of a build, and the newest other ones."""
        effect = loads(Announce, task.body)
        service = effect.service
        done = await self._announce(service, effect.version, task)
        find = partial(builds.newest, service=service, most=ANNOUNCEMENTS_UPDATED)
        for build in await self._engine.database.read(find):
            if not isinstance(done, Done):
                break
            key = announcement_key(service, build.version)
            if build.version != effect.version and await self._slack_messages.find(key) is not None:
                done = await self._announce(service, build.version, task)
        return done

    async def _announce(self, service: str, version: str, task: Task) -> EffectResult:
        """Post or edit one announcement; that of a build that is not the newest is edited where it is, or left.

        Most announcements show the same as before; those must not take a rate-limit slot from a card.
        """
        plan = self._engine.policy.plans.get(service)
        if plan is None:
            return Failed(f"the service {service} is no longer in the policy")
        key = announcement_key(service, version)
        posted = await self._slack_messages.find(key)
        view = await self._snapshots.announcement(service, version)
        if view is None:
            return Failed("it is gone")
        ready_at, now = view.build.ready_at, self._engine.clock.now()
        late = ready_at is not None and ready_at < now - ANNOUNCED_WITHIN
        if posted is None and late and not view.newest:
            # Slack took nothing for a while, and a newer build is offered instead: nobody needs to look at this one.
            return Done()
        is_there = posted is not None and (posted.channel == plan.channel or not view.newest)
        if (
            posted is not None
            and is_there
            and not posted.left_ts
            and posted.drawn == digest(announcement(view))
        ):
            return Done()

        async def render() -> Message | None:
            newest = await self._snapshots.announcement(service, version)
            return None if newest is None else announcement(newest)

        drawing = Drawing(key, f"{service} {version}", plan.channel, render)
        if posted is not None and not view.newest:
            return await self._slack_messages.edit_or_leave(posted, drawing, task)
        return await self._slack_messages.post_or_edit(drawing, task)

    async def post_to_channel(self, task: Task) -> EffectResult:
        """Post a message that belongs to no release in a service's channel."""
        effect = loads(PostToChannel, task.body)
        plan = self._engine.policy.plans.get(effect.service)
        channel = effect.channel or (plan.channel if plan is not None else "")
        if not channel:
            return Failed(f"the service {effect.service} is no longer in the policy")

        async def render() -> Message:
            return channel_post(effect, self._snapshots.names(), self._engine.policy.directory)

        return await self._slack_messages.post(PostLocation(channel), render, task)

    async def direct_message(self, task: Task) -> EffectResult:
        """Send one person a direct message; Slack opens it when a user's id is posted to."""
        effect = loads(DirectMessage, task.body)

        async def render() -> Message:
            return direct_message(effect, self._snapshots.names(), self._engine.policy.directory)

        return await self._slack_messages.post(PostLocation(effect.user), render, task)
