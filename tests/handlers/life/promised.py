"""A record of planned starts and of the windows that releases wait for alone, checked against what starts and what does not."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from handlers import events
from handlers.calendar import Window
from handlers.outcome import Decision
from handlers.release import Kind, Release
from handlers.reports import Claimed
from handlers.step import Step, StepState
from tests.handlers.life import openings, reference

if TYPE_CHECKING:
    from tests.handlers.life.world import World

Key = tuple[int, str]
Windows = tuple[Window, ...]


@dataclass
class Promised:
    """By release and environment: when a step may start at the earliest, and for which windows it waits alone."""

    seen: Counter[str]
    planned: dict[Key, datetime] = field(default_factory=dict[Key, datetime])
    waits: dict[Key, Windows] = field(default_factory=dict[Key, Windows])

    def plan(self, key: Key, at: datetime | None) -> None:
        """Take down for when a step was asked."""
        self.planned.pop(key, None)
        if at is not None:
            self.planned[key] = at

    def is_planned(self, key: Key, now: datetime) -> bool:
        """Whether a step was asked for at a time that has yet to come."""
        return now < self.planned.get(key, now)

    def cancel(self, number: int, now: datetime) -> list[Key]:
        """Forget the planned starts of a release, and return them."""
        gone = [key for key, at in self.planned.items() if key[0] == number and now < at]
        for key in gone:
            del self.planned[key]
        return gone

    def check_start(self, world: "World", release: Release, step: Step) -> None:
        """Check a grant, or the mark "sent": not before its time, nor in other windows than those it had waited for alone."""
        key = (release.number, step.environment)
        assert world.now >= self.planned.get(key, world.now), "a planned start came early"
        self.seen["planned starts"] += key in self.planned
        waited = self.waits.pop(key, None)
        if waited is None or release.kind is not Kind.NORMAL or not release.plan_of(step).protected:
            return
        assert waited == openings.calendar_of(world, step.environment).windows, "a reload started it"
        self.seen["started at an opening"] += 1

    def check_revoked(self, world: "World", release: Release, old: Step, new: Step) -> bool:
        """Check that a request is revoked because of windows only if there are others now; return whether it was."""
        if not (old.requested and not new.requested and new.unrequested_by == "window"):
            return False
        if new.attempt != old.attempt:
            return False
        waited = self.waits.pop((release.number, new.environment), None)
        windows = openings.calendar_of(world, new.environment).windows
        assert waited is not None, "revoked although it did not wait for a window alone"
        assert waited != windows, "revoked although its windows are the same"
        self.seen["revoked by other windows"] += 1
        return True

    def note(self, world: "World", release: Release, event: object) -> None:
        """Note the windows that a requested step waits for alone; what a person does begins that anew."""
        step = release.step
        key = (release.number, step.environment)
        if isinstance(event, events.ReleaseAction | events.StartsRelease):
            self.waits.pop(key, None)
        waits = step.state is StepState.WAITING and step.requested and not release.ended
        shut = not openings.in_window(world, release, step.environment)
        if waits and shut and release.hold is None and reference.may_pass_but_window(world, release):
            windows = openings.calendar_of(world, step.environment).windows
            self.waits.setdefault(key, windows)

    def check_claim(self, world: "World", before: Release, event: object, decision: Decision) -> None:
        """Check that a run is let in only while nothing has closed, and that one refused for that leaves all as before."""
        after = decision.release
        if not isinstance(event, Claimed) or after is None:
            return
        place = before.step.environment
        normal, step = before.kind is Kind.NORMAL, after.step
        shut = not openings.in_window(world, before, place) or openings.frozen(world, before, place)
        shut = shut or (before.kind is not Kind.ROLLBACK and reference.locked(world, place))
        again = before.step.intent is not None and before.step.intent.claimed_by
        if decision.reply.code == "admitted" and not again:
            assert not shut, "a run was let in although its environment is closed"
        if decision.reply.code == "claim_refused":
            self.seen["refused claims"] += 1
            assert shut or not normal
            assert step.environment == place
            assert not any(each.in_flight for each in after.steps), "in flight after a refused claim"
            assert step.intent is None
            assert not step.requested, "a refused claim starts again by itself"
            assert all(not each.spent or each.void for each in step.sign_offs), (
                "a refused claim spent sign-offs"
            )
