"""Random lives of a normal release and an emergency in one environment: the emergency never passes what it may not pass."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from handlers import reports
from handlers.actions.approve import SignedOff
from handlers.actions.journey import StepRequested
from handlers.actions.retry import RetryRequested
from handlers.actions.settle import Settled
from handlers.actions.withdraw import Withdrawn
from handlers.decide import decide
from handlers.effects import Notify, NotifyOpen
from handlers.environments import EnvironmentState
from handlers.events import ReleaseEvent
from handlers.outcome import Decision
from handlers.release import Kind, Release
from handlers.step import StepState
from tests.handlers.builders import (
    AMITA,
    NOW,
    OLGA_TOO,
    TIM,
    environment_state,
    facts,
    in_production,
    lock,
    membership,
)
from tests.handlers.urgent import emergency, urgent_plan

STEPS = 120
IN_FLIGHT = {StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN}


@dataclass
class Life:
    """r1, a normal release that waits for production, and r6, an emergency of Tim's for it."""

    chance: random.Random
    releases: dict[int, Release] = field(default_factory=dict[int, Release])
    state: EnvironmentState = field(default_factory=lambda: environment_state("production"))
    staging: EnvironmentState = field(default_factory=lambda: environment_state("staging", holder=1))
    signed: set[str] = field(default_factory=set[str])
    accepted: bool = False
    waiting: list[ReleaseEvent] = field(default_factory=list[ReleaseEvent])
    granted: int = 0
    clock: datetime = NOW

    def __post_init__(self) -> None:
        normal = replace(in_production(requested=True), plan=urgent_plan())
        self.releases = {1: normal, 6: emergency(requesters=(TIM,))}

    def deliver(self, event: ReleaseEvent) -> None:
        release = self.releases[event.release]
        known = facts(self.state, self.staging, membership=membership(self.clock))
        outcome = decide(release, event, known, self.clock, seed=str(self.chance.random()))
        if not isinstance(outcome, Decision):
            return
        after = outcome.release or release
        if event.release == 6:
            self.note(event)
        self.check(release, after)
        self.releases[event.release] = after
        self.state = outcome.environments.get("production", self.state)
        self.staging = outcome.environments.get("staging", self.staging)
        for effect in outcome.effects:
            if isinstance(effect, Notify) and isinstance(effect.event, ReleaseEvent):
                self.waiting.append(effect.event)
            elif isinstance(effect, NotifyOpen):
                self.waiting += [reports.Reevaluated(number) for number in self.releases]
        holders = [
            each.number
            for each in self.releases.values()
            for step in each.steps
            if step.environment == "production" and step.holding
        ]
        assert len(holders) <= 1
        assert holders == ([self.state.holder] if self.state.holder else [])

    def note(self, event: ReleaseEvent) -> None:
        """Write down what people did, beside what the release says of it."""
        if isinstance(event, SignedOff):
            self.signed.add(event.actor)
        elif isinstance(event, Withdrawn):
            self.signed.discard(event.actor)
        elif isinstance(event, reports.CallAccepted):
            self.accepted = True

    def check(self, before: Release, after: Release) -> None:
        step = after.step
        if after.kind is not Kind.EMERGENCY or step.state is not StepState.GRANTED:
            return
        if before.step.state is StepState.GRANTED:
            return
        self.granted += 1
        alone = self.accepted and self.clock >= NOW + timedelta(minutes=15)
        assert self.signed & ({OLGA_TOO, TIM} if alone else {OLGA_TOO}), "granted without its sign-off"
        assert not self.state.current_locks(self.clock), "granted under a lock"
        assert self.state.holder in {0, after.number}, "granted past a holder"
        other = self.releases[1].step_in("production")
        assert other is not None
        assert other.state not in IN_FLIGHT, "granted past what is in flight"


def signs(life: Life) -> None:
    number = life.chance.choice((1, 6))
    life.deliver(SignedOff(number, life.chance.choice((AMITA, OLGA_TOO, TIM))))


def withdraws(life: Life) -> None:
    life.deliver(Withdrawn(6, life.chance.choice((OLGA_TOO, TIM))))


def locks(life: Life) -> None:
    held = life.state.locks or (life.chance.random() < 0.5)
    life.state = replace(life.state, locks=() if held else (lock(),))
    for number in life.releases:
        life.waiting.append(reports.Reevaluated(number))


def asks(life: Life) -> None:
    life.deliver(StepRequested(life.chance.choice((1, 6)), TIM, "production"))


def works(life: Life) -> None:
    release = life.releases[life.chance.choice((1, 6))]
    step, intent = release.step, release.step.intent
    if intent is None:
        return
    if step.state is StepState.GRANTED:
        life.deliver(reports.SendRequested(release.number, intent.correlation))
    elif step.state is StepState.SENT and life.chance.random() < 0.7:
        life.deliver(reports.SendAccepted(release.number, intent.correlation, "run1"))
    elif step.state is StepState.SENT:
        life.deliver(reports.SendUnclear(release.number, intent.correlation, intent.tries))
    elif step.state is StepState.RUNNING:
        ended = life.chance.choice(("failed", "failed", "succeeded"))
        life.deliver(reports.RunReported(release.number, intent.correlation, "run1", ended))
    elif step.state is StepState.UNKNOWN:
        life.deliver(Settled(release.number, TIM, deployed=False, reason="looked"))


def retries(life: Life) -> None:
    life.deliver(RetryRequested(life.chance.choice((1, 6)), TIM))


def is_called(life: Life) -> None:
    life.deliver(reports.CallAccepted(6, "production", NOW))


def performs(life: Life) -> None:
    if life.waiting:
        life.deliver(life.waiting.pop(life.chance.randrange(len(life.waiting))))


def passes(life: Life) -> None:
    life.clock += timedelta(minutes=life.chance.choice((1, 4)))
    for number in life.releases:
        life.deliver(reports.Reevaluated(number))


DOES: tuple[Callable[[Life], None], ...] = (
    signs, signs, withdraws, locks, asks, works, works, works, retries, is_called, performs, performs, passes,
)  # fmt: skip


@pytest.mark.parametrize("seed", range(40))
def test_an_emergency_never_passes_what_it_may_not(seed: int) -> None:
    life = Life(random.Random(seed))
    for _ in range(STEPS):
        life.chance.choice(DOES)(life)


def test_in_these_lives_emergencies_are_granted_alone_and_after_a_failure() -> None:
    granted = 0
    for seed in range(40):
        life = Life(random.Random(seed))
        for _ in range(STEPS):
            life.chance.choice(DOES)(life)
        granted += life.granted
    assert granted > 20
