"""A second implementation of what lies in an environment untouched, and of what may be taken over, from what happened there."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from handlers import events, reports
from handlers.outcome import Decision
from handlers.release import Kind, Release
from handlers.step import StepState
from tests.handlers.life import reference

if TYPE_CHECKING:
    from tests.handlers.life.world import World

UNDER_WAY = {"queued", "waits", "running"}


@dataclass
class Lying:
    """By environment, the release that deployed what lies there untouched and its version; which releases said `again`.

    `unsure` are environments of which this does not know: a re-run was called off, and may have run before.
    """

    there: dict[str, tuple[int, str]] = field(default_factory=dict[str, tuple[int, str]])
    again: set[int] = field(default_factory=set[int])
    unsure: set[str] = field(default_factory=set[str])
    taken: int = 0

    def hear(self, before: Release, event: object, decision: Decision) -> None:
        """Take down what an event says of an environment: something was sent there, runs there, or was deployed there."""
        after = decision.release
        assert after is not None
        for old, new in zip(before.steps, after.steps, strict=True):
            if new.state is StepState.SENT and old.state is not StepState.SENT:
                self.there.pop(new.environment, None)
        if isinstance(event, reports.RunReported) and decision.reply.code in {"late", "rerun"}:
            self._hear_run(after, event, decision.reply.code)
        if decision.deployed:
            self.there[decision.deployed] = (after.number, after.build.version)
            self.unsure.discard(decision.deployed)

    def _hear_run(self, release: Release, event: reports.RunReported, code: str) -> None:
        place = next(
            step.environment
            for step in release.steps
            if event.correlation in {step.intent.correlation if step.intent else "", *step.voided}
        )
        if code == "rerun" and event.state == "cancelled":
            self.unsure.add(place)
        elif code == "rerun" or event.state in UNDER_WAY:
            self.there.pop(place, None)

    def hear_outside(self, environment: str, decision: Decision) -> None:
        """Take down that somebody else runs something there, unless that was over before."""
        codes = {getattr(effect, "code", "") for effect in decision.effects}
        if codes & {"outside_running", "outside_failed", "outside_succeeded"}:
            self.there.pop(environment, None)

    def confirmed(self) -> None:
        """Forget what lies where: nobody knows what was attempted before an operator's word."""
        self.there.clear()
        self.unsure.clear()

    def lies(self, release: Release, environment: str) -> bool:
        """Whether a release's build lies in an environment untouched, as far as is known."""
        _, version = self.there.get(environment, (0, ""))
        return version == release.build.version and environment not in self.unsure

    def takes_over(self, release: Release, environment: str) -> bool:
        """Whether a release has to take over what lies in an environment, instead of deploying it once more."""
        normal = release.kind is Kind.NORMAL and release.number not in self.again
        step = release.step_in(environment)
        first = environment == release.begins_in and step is not None and step.attempt <= 1
        return normal and first and self.lies(release, environment)

    def begin(self, release: Release, event: object) -> None:
        """Take down that a release was started `again`."""
        if isinstance(event, events.Started) and event.again:
            self.again.add(release.number)

    def check(self, world: "World", before: Release, after: Release) -> None:
        """Check what a decision took over, before it is saved: it lies there, and it was the turn of the release."""
        taken = [
            new
            for old, new in zip(before.steps, after.steps, strict=True)
            if new.taken_over and not old.taken_over
        ]
        for step in taken:
            assert after.kind is Kind.NORMAL
            assert not after.again, "again was said, and nothing was deployed"
            assert step.intent is None
            before_it = after.steps[: after.steps.index(step)]
            assert all(each.taken_over or not each.attempt for each in before_it), (
                "taken over after a deployment of its own"
            )
            if step.environment not in self.unsure:
                assert self.there.get(step.environment) == (step.taken_over, after.build.version)
        for step in taken[-1:]:
            self.taken += 1
            state = world.environment_state(step.environment)
            first = state.queue[0].release if state.queue else after.number
            assert state.holder in {0, after.number}, "taken over what another release holds"
            assert after.number in {state.holder, first}, "taken over out of turn"

    def check_left(self, world: "World", before: Release, after: Release) -> None:
        """Check that a release keeps what it deployed or took over until the `kept` teams signed, or the next step goes.

        An emergency that is first in line there waits for nobody.
        """
        place = after.position - 1
        if after.ended or place < 0 or after.steps[place].holding:
            return
        old, new, following = before.steps[place], after.steps[place], after.steps[place + 1]
        entered = new.state is StepState.SUCCEEDED and old.state is not StepState.SUCCEEDED
        if not (old.holding or entered) or following.holding:
            return
        line = world.environment_state(new.environment).queue
        if line and world.releases[line[0].release].kind is Kind.EMERGENCY:
            return
        kept = reference.plan_of(after, new.environment).kept
        for rule in reference.rules_of(after, following.environment):
            if rule.team in kept:
                signed = reference.has_enough(world, after, following.environment, rule)
                assert signed, "an environment was left before its teams had signed"
