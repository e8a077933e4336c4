"""A record of who was reminded of what, checked against what people did."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from handlers.actions.approve import SignedOff
from handlers.decide import decide
from handlers.effects import Call, Remind
from handlers.outcome import Decision
from handlers.release import Release
from handlers.step import StepState
from tests.handlers.life.reference import AcceptedSignOff, person

if TYPE_CHECKING:
    from tests.handlers.life.world import World

Key = tuple[int, str, int, str]
"""A release, an environment, an attempt, and a person or a team."""


@dataclass
class Reminders:
    """When each person was reminded of an attempt, and of which teams others were called."""

    reminded: dict[Key, datetime] = field(default_factory=dict[Key, datetime])
    escalated: set[tuple[Key, datetime | None]] = field(default_factory=set[tuple[Key, datetime | None]])

    def check(
        self, before: Release, decision: Decision, signed: list[AcceptedSignOff], now: datetime
    ) -> None:
        """Check that nobody is reminded more than once an hour, nor of what is over, and that the next time is a wake-up."""
        plan, after = before.plan.remind, decision.release
        sent = [effect for effect in decision.effects if isinstance(effect, Remind)]
        calls = [
            effect for effect in decision.effects if isinstance(effect, Call) and effect.code == "escalated"
        ]
        assert plan is not None or not (sent or calls), "reminded without a word of the policy"
        if plan is None or after is None:
            return
        for effect in sent:
            self._check_reminder(before, after, effect, signed, now)
        for call in calls:
            self._check_escalation(before, call)
        if after.ended:
            assert decision.wake_at is None, "looked at for what is over"

    def _check_reminder(
        self, before: Release, after: Release, effect: Remind, signed: list[AcceptedSignOff], now: datetime
    ) -> None:
        assert not before.ended, "reminded of what is over"
        assert effect.at <= now, "reminded too early"
        step = before.step if before.step.state is not StepState.PENDING else after.step
        done = {
            person(each.user)
            for each in signed
            if (each.release, each.environment) == (before.number, step.environment) and each.counts(now)
        }
        waits = step.state is StepState.WAITING and after.step.environment == step.environment
        assert not (waits and person(effect.user) in done), "reminded of what they have signed"
        key = (before.number, step.environment, step.attempt, person(effect.user))
        last = self.reminded.get(key)
        called = max((at for _, at in after.step.called_at), default=None)
        again = last is not None and called is not None and called >= last
        assert last is None or again or now - last >= timedelta(hours=1), "reminded twice within an hour"
        self.reminded[key] = now

    def check_able(self, world: "World", decision: Decision) -> None:
        """Check that whoever is reminded of a sign-off may give it."""
        release = decision.release
        if release is None or release.ended or release.step.state is not StepState.WAITING or world.stale:
            return
        for effect in decision.effects:
            if isinstance(effect, Remind):
                signs = (
                    SignedOff(release.number, effect.user, rule.team) for rule in release.rules(release.step)
                )
                facts = world.facts(release)
                tried = [decide(release, each, facts, world.now, seed="able") for each in signs]
                assert any(isinstance(each, Decision) for each in tried), (
                    f"reminded of what they may not do: {tried}"
                )
                world.invariants.seen["reminded"] += 1

    def _check_escalation(self, before: Release, call: Call) -> None:
        (team,) = call.teams
        key = (before.number, call.values["environment"], call.attempt, team)
        since = dict(before.step.called_at).get(team)
        assert (key, since) not in self.escalated, "others were called twice for one call"
        self.escalated.add((key, since))
