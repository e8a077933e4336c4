"""Posts cards, threads, announcements and direct messages to Slack.

The newest saved state is rendered.
"""

from collections.abc import Callable
from functools import partial

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.card_view import CardView
from bot.blocks.thread import channel_post, direct_message, thread_post
from bot.effects.messages import PostLocation, Render, SlackMessages, digest
from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.engine import Engine
from bot.snapshots import Snapshots
from handlers.effects import Announce, DirectMessage, PostToChannel, PostToThread, ShowCard
from storage import builds
from storage.codec import loads
from storage.effects import Task

CARD_PATIENCE = 10.0
"""Seconds until a thread post looks for its card again; posting the card makes it due."""

ANNOUNCEMENTS_UPDATED = 5
"""How many of the newest announcements are updated: one may lose its button."""


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
        return await self._slack_messages.post_or_edit(
            f"card:{number}", plan.channel, self._of_card(number, card), task
        )

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
        return await self._slack_messages.post(location, self._of_card(effect.release, line), task)

    async def announce(self, task: Task) -> EffectResult:
        """Post or edit the announcement of a build, and the newest other ones."""
        effect = loads(Announce, task.body)
        service = effect.service
        done = await self._announce(service, effect.version, task)
        find = partial(builds.newest, service=service, most=ANNOUNCEMENTS_UPDATED)
        for build in await self._engine.database.read(find):
            if not isinstance(done, Done):
                break
            key = _announcement(service, build.version)
            if build.version != effect.version and await self._slack_messages.find(key) is not None:
                done = await self._announce(service, build.version, task)
        return done

    async def _announce(self, service: str, version: str, task: Task) -> EffectResult:
        plan = self._engine.policy.plans.get(service)
        if plan is None:
            return Failed(f"the service {service} is no longer in the policy")

        async def render() -> Message | None:
            view = await self._snapshots.announcement(service, version)
            return None if view is None else announcement(view)

        # Most announcements show the same as before; those must not take a rate-limit slot from a card.
        key = _announcement(service, version)
        posted = await self._slack_messages.find(key)
        rendered = await render() if posted is not None else None
        if posted is not None and rendered is not None and posted.drawn == digest(rendered):
            return Done()
        return await self._slack_messages.post_or_edit(key, plan.channel, render, task)

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


def _announcement(service: str, version: str) -> str:
    return f"ready:{service}:{version}"
