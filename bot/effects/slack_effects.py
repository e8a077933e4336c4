"""Posts cards, threads, announcements and direct messages to Slack.

The newest saved state is rendered.
"""

from functools import partial

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.thread import channel_post, direct_message
from bot.effects.calls import Calls
from bot.effects.messages import PostLocation, SlackMessages, digest
from bot.effects.worker import Done, EffectResult, Failed
from bot.engine import Engine
from bot.slack_client.rate_limiter import Rank
from bot.snapshots import Snapshots
from handlers.effects import Announce, DirectMessage, PostToChannel, ShowCard
from storage import builds, following
from storage.codec import loads
from storage.effects import Task

ANNOUNCEMENTS_UPDATED = 5
"""How many of the newest announcements are updated: one may lose its button."""


class SlackEffects:
    """Performs the effects that go to Slack."""

    def __init__(self, engine: Engine, slack_messages: SlackMessages, snapshots: Snapshots) -> None:
        self._engine = engine
        self._slack_messages = slack_messages
        self._snapshots = snapshots
        self._calls = Calls(engine, slack_messages, snapshots)

    async def show_card(self, task: Task) -> EffectResult:
        """Post or edit a release's card from the newest saved state."""
        number = loads(ShowCard, task.body).release
        plan = await self._engine.plan_of_release(number)
        if plan is None:
            return Failed(f"r{number} is gone")
        location = PostLocation(plan.channel, rank=await self._rank(number))

        async def render() -> Message | None:
            view = await self._snapshots.card(number)
            return None if view is None else card(view)

        shown = await self._slack_messages.post_or_edit(f"card:{number}", location, render, task)
        if isinstance(shown, Done):
            await self._calls.review(number)
        return shown

    async def _rank(self, number: int) -> Rank:
        """Return what goes before a card: nothing, if a call waits for it."""
        called = await self._engine.database.read(partial(following.is_pending, where=f"call:{number}"))
        return Rank.CALL if called else Rank.CARD

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
        key = _announcement(service, version)

        async def render() -> Message | None:
            """Return the announcement; none of a build that was replaced before it could be announced."""
            view = await self._snapshots.announcement(service, version)
            told = view is not None and (view.newest or await self._slack_messages.find(key) is not None)
            return announcement(view) if view is not None and told else None

        # Most announcements show the same as before; those must not take a rate-limit slot from a card.
        posted = await self._slack_messages.find(key)
        rendered = await render()
        if rendered is None or (posted is not None and posted.drawn == digest(rendered)):
            return Done()
        return await self._slack_messages.post_or_edit(
            key, PostLocation(plan.channel, rank=Rank.NEWS), render, task
        )

    async def post_to_channel(self, task: Task) -> EffectResult:
        """Post a message that belongs to no release in a service's channel."""
        effect = loads(PostToChannel, task.body)
        plan = self._engine.policy.plans.get(effect.service)
        if plan is None:
            return Failed(f"the service {effect.service} is no longer in the policy")

        async def render() -> Message:
            return channel_post(effect, self._snapshots.names(), self._engine.policy.directory)

        location = PostLocation(plan.channel, rank=Rank.NEWS)
        return await self._slack_messages.post(location, render, task)

    async def direct_message(self, task: Task) -> EffectResult:
        """Send one person a direct message; Slack opens it when a user's id is posted to."""
        effect = loads(DirectMessage, task.body)

        async def render() -> Message:
            return direct_message(effect, self._snapshots.names(), self._engine.policy.directory)

        return await self._slack_messages.post(PostLocation(effect.user), render, task)


def _announcement(service: str, version: str) -> str:
    return f"ready:{service}:{version}"
