"""Reminds people of what waits for them: in their working hours, at most once an hour, and only of what still waits."""

import asyncio
from functools import partial

from bot.blocks.block_kit import Message
from bot.blocks.card_view import CardView
from bot.blocks.reminder import WITH_BUTTONS, reminder
from bot.blocks.standing import can_do
from bot.effects.drawing import PostLocation
from bot.effects.messages import SlackMessages
from bot.effects.worker import Done, EffectResult, RetryIn
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack_client.rate_limiter import Rank
from bot.snapshots import Snapshots
from handlers.effects import Remind
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.reminding import awaited, working_at
from storage import releases, reminders
from storage.codec import loads
from storage.effects import Task
from storage.reading import ReleaseSnapshot

ASK_AGAIN = 60.0
"""Seconds until Slack is asked again about somebody of whom nothing is known."""


class Reminders:
    """Performs reminders."""

    def __init__(
        self, engine: Engine, freshness: Freshness, messages: SlackMessages, snapshots: Snapshots
    ) -> None:
        self._engine = engine
        self._freshness = freshness
        self._messages = messages
        self._snapshots = snapshots

    async def remind(self, task: Task) -> EffectResult:
        """Send one person what waits for them; nothing if it is over, or if a reminder was sent since it was due.

        That it was sent is marked before it leaves, so that a crash loses a reminder rather than repeating it.
        """
        effect = loads(Remind, task.body)
        later = await self._later(effect)
        if later is not None:
            return later
        views = await self._waiting(effect.user)
        if not views:
            return Done()
        links = await self._links(views)
        marked = [False]

        async def render() -> Message | None:
            now = self._engine.clock.now()
            mark = partial(reminders.claim, user=effect.user, now=now, at=effect.at)
            marked[0] = await self._engine.database.write(mark)
            return reminder(views, effect.user, self._teams(effect.user), links) if marked[0] else None

        posted = await self._messages.post(PostLocation(effect.user, rank=Rank.REMINDER), render, task)
        return posted if marked[0] or isinstance(posted, RetryIn) else await self._later(effect) or Done()

    async def _later(self, effect: Remind) -> EffectResult | None:
        """Return how a reminder ends without being sent now; None if it may be sent."""
        last = await self._engine.database.read(partial(reminders.last, user=effect.user))
        if last is not None and last >= effect.at:
            return Done()
        await self._freshness.refresh_person(effect.user)
        now, membership = self._engine.clock.now(), self._freshness.membership()
        status = membership.account_status(effect.user, now)
        if status is Eligibility.UNKNOWN:
            return RetryIn(ASK_AGAIN, "Slack says nothing of them", counts_as_failure=False)
        if status is not Eligibility.YES:
            return Done()
        rested = now if last is None else max(now, last + reminders.PAUSE)
        due = working_at(membership, effect.user, rested)
        return (
            None if due <= now else RetryIn((due - now).total_seconds(), "not now", counts_as_failure=False)
        )

    def _teams(self, user: str) -> tuple[str, ...]:
        membership, now = self._freshness.membership(), self._engine.clock.now()
        names = membership.directory.teams
        return tuple(name for name in names if membership.eligible(user, name, now) is Eligibility.YES)

    async def _waiting(self, user: str) -> list[CardView]:
        """Return the releases that wait for a person, first what they are reminded of; nothing if that is over.

        Only services are read whose people they are among.
        """
        teams, policy = set(self._teams(user)), self._engine.policy
        stood_in = {name for name, team in policy.directory.teams.items() if user in team.stand_ins}
        concerned = {name for name, plan in policy.plans.items() if (teams | stood_in) & _teams_of(plan)}
        opened = await self._engine.database.read(releases.open_everywhere)
        numbers = [number for number, service in opened if service in concerned]
        read = await asyncio.gather(*(self._read(number) for number in numbers))
        found = [each for each in read if each is not None]
        reminded = [view for view, snapshot in found if self._awaits(snapshot, user)]
        own = [view for view, _ in found if view not in reminded and can_do(view, user, teams)]
        return [*reminded, *own] if reminded else []

    def _awaits(self, snapshot: ReleaseSnapshot, user: str) -> bool:
        """Return whether a release of a service that reminds awaits a person, under any of their accounts."""
        release, facts = snapshot.release, snapshot.facts
        if release.plan.remind is None:
            return False
        person_of = facts.membership.directory.person_of
        found = awaited(release, facts, self._engine.clock.now())
        return any(person_of(each.user) == person_of(user) for each in found)

    async def _read(self, number: int) -> tuple[CardView, ReleaseSnapshot] | None:
        """Read a release as its card shows it, with fresh facts about its signers."""
        view = await self._snapshots.card(number)
        snapshot = await self._snapshots.snapshot(number)
        return None if view is None or snapshot is None else (view, snapshot)

    async def _links(self, views: list[CardView]) -> dict[int, str]:
        """Return the addresses of the first cards."""
        return {
            view.release.number: address
            for view in views[:WITH_BUTTONS]
            if (address := await self._messages.address(f"card:{view.release.number}"))
        }


def _teams_of(plan: Plan) -> set[str]:
    """Return the teams of which anything of a service may wait."""
    return {*plan.starters, *plan.operators, *(team for each in plan.environments for team in each.teams)}
