"""Posts cards, threads, announcements and direct messages to Slack.

The newest saved state is rendered.
"""

from functools import partial

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.report_message import report_message
from bot.blocks.thread import channel_post, direct_message
from bot.effects.calls import Calls
from bot.effects.drawing import Drawing, PostLocation
from bot.effects.messages import SlackMessages, digest
from bot.effects.redraw import announcement_key
from bot.effects.worker import Done, EffectResult, Failed
from bot.engine import Engine
from bot.reports.requested import ReportRequest, make_report
from bot.slack_client.rate_limiter import Rank
from bot.snapshots import Snapshots
from handlers.effects import Announce, DirectMessage, PostReport, PostToChannel, ShowCard
from handlers.plan import Plan
from storage import builds, following, releases
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

        async def render() -> Message | None:
            view = await self._snapshots.card(number)
            return None if view is None else card(view)

        channel, rank = await self._channel_of_card(number, plan), await self._rank(number)
        drawing = Drawing(f"card:{number}", f"r{number}", channel, render, rank)
        shown = await self._slack_messages.post_or_edit(drawing, task)
        if isinstance(shown, Done):
            await self._calls.review(number)
        return shown

    async def _channel_of_card(self, number: int, plan: Plan) -> str:
        """Return where a release's card belongs: in its service's channel as of now, or where it ended."""
        current = self._engine.policy.plans.get(plan.service, plan).channel
        posted = await self._slack_messages.find(f"card:{number}") if current != plan.channel else None
        if posted is None:
            return current
        release = await self._engine.database.read(partial(releases.get, number=number))
        return current if release is not None and not release.ended else posted.channel

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
        if posted is None and not view.newest:
            # It was replaced before it could be announced: nobody needs to look at this one.
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

        drawing = Drawing(key, f"{service} {version}", plan.channel, render, Rank.NEWS)
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

        return await self._slack_messages.post(PostLocation(channel, rank=Rank.NEWS), render, task)

    async def post_report(self, task: Task) -> EffectResult:
        """Post the report on all services, as their history tells it when it is posted."""
        effect = loads(PostReport, task.body)
        request = ReportRequest(effect.since, effect.until)

        async def render() -> Message:
            made = await make_report(self._engine.database, self._engine.policy, request)
            return report_message(made, self._snapshots.names().for_reader())

        return await self._slack_messages.post(PostLocation(effect.channel, rank=Rank.NEWS), render, task)

    async def direct_message(self, task: Task) -> EffectResult:
        """Send one person a direct message; Slack opens it when a user's id is posted to."""
        effect = loads(DirectMessage, task.body)

        async def render() -> Message:
            return direct_message(effect, self._snapshots.names(), self._engine.policy.directory)

        return await self._slack_messages.post(PostLocation(effect.user), render, task)
