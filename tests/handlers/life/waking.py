"""That nothing which time alone changes is missed: a release is looked at again before that, and not one second later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.decide import decide
from handlers.effects import Effect
from handlers.outcome import Decision
from handlers.release import Release
from handlers.reports import Reevaluated
from handlers.step import StepState
from tests.handlers.life import openings

if TYPE_CHECKING:
    from tests.handlers.life.world import World

SELDOM = 3
FAR = timedelta(days=4)


@dataclass
class Waking:
    """How often it was checked."""

    checked: int = 0

    def check(self, world: "World", release: Release, decision: Decision) -> None:
        """Check when a release is looked at again."""
        if release.ended:
            return
        self.checked += 1
        wake = decision.wake_at
        for reason in world.reasons(release):
            if reason.until is not None:
                assert wake is not None, f"nothing wakes it for {reason.code}"
                assert wake <= max(reason.until, world.now), f"it is woken too late for {reason.code}"
        if release.step.state is StepState.WAITING:
            calendar = openings.calendar_of(world, release.step.environment)
            end = wake if wake is not None else world.now + FAR
            missed = openings.next_change(calendar, world.now, end)
            assert missed is None, f"it is not woken when its calendar changes at {missed}"
        if self.checked % SELDOM == 0:
            self._check_quiet(world, release, decision)

    def _check_quiet(self, world: "World", release: Release, decision: Decision) -> None:
        """Check that one second before it is woken nothing has changed, unless something has now of which it will be told."""
        now, wake = world.now, decision.wake_at
        before = now + FAR if wake is None else wake - timedelta(seconds=1)
        if before > now and _looked_at(world, release, now) == (release, ()):
            found = _looked_at(world, release, before)
            assert found == (release, ()), f"not woken at {wake} for what came before"


def _looked_at(world: "World", release: Release, at: datetime) -> tuple[Release | None, tuple[Effect, ...]]:
    """Return what a look at a release at some time would change."""
    now, event = world.now, Reevaluated(release.number)
    try:
        world.now = at
        outcome = decide(release, event, world.facts(release, event), at, seed="asleep")
    finally:
        world.now = now
    assert isinstance(outcome, Decision)
    return outcome.release, outcome.effects
