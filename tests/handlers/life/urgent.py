"""A record of emergencies and of the reviews that they owe, checked against what starts and who reviews."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.actions.review import Reviewed, ReviewWaived
from handlers.outcome import Decision, Refusal
from handlers.release import Kind, Release
from handlers.step import Step, StepState
from tests.handlers.life import reference

if TYPE_CHECKING:
    from tests.handlers.life.world import World

IN_FLIGHT = {StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN}


@dataclass
class Urgent:
    """When the signers of each emergency were called, and by environment which reviews are owed until when."""

    seen: Counter[str]
    called: dict[tuple[int, str], datetime] = field(default_factory=dict[tuple[int, str], datetime])
    reviews: dict[str, dict[int, datetime]] = field(default_factory=dict[str, dict[int, datetime]])

    def hear_call(self, number: int, environment: str, outcome: Decision | Refusal, now: datetime) -> None:
        """Take down when Slack took the first call."""
        if isinstance(outcome, Decision) and outcome.reply.code == "call_accepted":
            self.called.setdefault((number, environment), now)

    def owed(self) -> list[int]:
        """Return which emergencies have to be reviewed."""
        return [number for each in self.reviews.values() for number in each]

    def next_due(self, now: datetime) -> datetime | None:
        """Return when the next review is overdue."""
        due = (at for each in self.reviews.values() for at in each.values() if at > now)
        return min(due, default=None)

    def is_overdue(self, environment: str, now: datetime) -> bool:
        """Whether a review is overdue."""
        return any(at <= now for at in self.reviews.get(environment, {}).values())

    def signs_alone(self, world: "World", release: Release, environment: str) -> bool:
        """Whether operators who started an emergency may sign it by now."""
        called = self.called.get((release.number, environment))
        lane = reference.plan_of(release, environment).emergency
        if called is None or lane is None or not lane.alone_after or release.kind is not Kind.EMERGENCY:
            return False
        return world.now >= called + timedelta(seconds=lane.alone_after)

    def check_grant(self, world: "World", release: Release, step: Step) -> None:
        """Check that an emergency passes no lock and nothing in flight, and nothing else an overdue review."""
        place = step.environment
        if release.kind is Kind.NORMAL and release.plan_of(step).protected:
            assert not self.is_overdue(place, world.now), "granted while a review is overdue"
        if release.kind is not Kind.EMERGENCY:
            return
        assert not reference.locked(world, place), "an emergency was granted under a lock"
        others = (each for each in world.releases.values() if each.number != release.number)
        steps = (each.step_in(place) for each in others)
        assert not any(each is not None and each.state in IN_FLIGHT for each in steps), (
            "past what is in flight"
        )

    def end(
        self, world: "World", before: Release, after: Release, attempted: Iterable[tuple[int, str, int]]
    ) -> None:
        """Take down that an emergency ended which may have deployed something: it owes a review."""
        place = after.step.environment
        lane = after.plan_of(after.step).emergency
        if before.ended or not after.ended or after.kind is not Kind.EMERGENCY or lane is None:
            return
        deployed = any(key[:2] == (after.number, place) for key in attempted)
        if lane.review is not None and deployed:
            due = world.now + timedelta(seconds=lane.review.within)
            self.reviews.setdefault(place, {})[after.number] = due
            self.seen["reviews owed"] += 1

    def check_review(self, world: "World", before: Release, event: object, signed: set[str]) -> None:
        """Check that nobody reviews what they had a part in; it is owed no more."""
        if not isinstance(event, Reviewed | ReviewWaived):
            return
        team = "ops" if isinstance(event, ReviewWaived) else "testers"
        took_part = {reference.person(each) for each in before.requesters} | signed
        assert reference.person(event.actor) not in took_part, "reviewed by who took part"
        assert reference.belongs(world, event.actor, team), "reviewed by a stranger"
        assert self.reviews[before.step.environment].pop(before.number, None) is not None, "nothing was owed"
        self.seen["reviewed"] += 1

    def check(self, world: "World", environment: str) -> None:
        """Check that exactly the reviews are owed that nobody gave."""
        owed = {each.release: each.due for each in world.environment_state(environment).reviews}
        assert owed == self.reviews.get(environment, {})
