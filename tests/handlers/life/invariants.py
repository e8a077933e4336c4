"""The invariants: what has to hold at every decision and after every step, given a record of what people did."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers import events, reports
from handlers.actions.approve import SignedOff
from handlers.actions.rollback import RollbackStarted
from handlers.actions.withdraw import Withdrawn
from handlers.decide import decide
from handlers.effects import Notify, NotifyOpen, ShowCard, Trigger
from handlers.outcome import Decision, Refusal
from handlers.release import Kind, Release, ReleaseState
from handlers.step import Step, StepState
from tests.handlers.life import reference
from tests.handlers.life.reference import AcceptedSignOff, artifact, may_pass, person

if TYPE_CHECKING:
    from tests.handlers.life.world import Worker, World

REPORTS = (
    reports.SendAccepted,
    reports.SendRefused,
    reports.SendUnclear,
    reports.SearchEnded,
    reports.RunReported,
    reports.Claimed,
    reports.NewerSucceeded,
    reports.Displaced,
    reports.Reevaluated,
)
IN_FLIGHT = {StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN}
REQUESTS = (events.StepRequested, events.Started, RollbackStarted)
Key = tuple[int, str]


class Invariants:
    """The record of one world, and the invariants that are checked against it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.sign_offs: list[AcceptedSignOff] = []
        self.waived: set[Key] = set()
        self.testing: set[Key] = set()
        self.requested: dict[Key, str] = {}
        self.grants: dict[str, tuple[int, str, int]] = {}
        self.unproved: set[str] = set()
        self.finals: dict[int, tuple[object, ...]] = {}
        self.live: dict[str, int] = {}

    # At a decision, before it is saved.

    def decided(self, release: Release, event: object, outcome: Decision | Refusal) -> None:
        """Check a decision against the rules for its event."""
        if isinstance(event, reports.NewerRequested):
            assert self._gave_way(release, outcome) is self._gives_way(release, event)
        if isinstance(event, reports.NewerSucceeded):
            self._check_overtaken(release, event, outcome)
        if isinstance(outcome, Refusal):
            return
        after = outcome.release
        assert after is not None
        if isinstance(event, REPORTS):
            self._check_twice(after, event, outcome)

    def _check_twice(self, after: Release, event: events.ReleaseEvent, outcome: Decision) -> None:
        facts = self.world.facts(after.build)
        facts = replace(facts, environments={**facts.environments, **outcome.environments})
        again = decide(after, event, facts, self.world.now, seed="again")
        if isinstance(again, Decision):
            assert (again.release, again.effects, again.deployed) == (after, (), ""), event
            assert not again.changed

    def _gave_way(self, release: Release, outcome: Decision | Refusal) -> bool:
        assert isinstance(outcome, Decision)
        after = outcome.release
        assert after is not None
        return not release.ended and after.state is ReleaseState.SUPERSEDED

    def _gives_way(self, release: Release, event: reports.NewerRequested) -> bool:
        """Whether a newer build ends a release that holds an environment or queues for it (superseding 1)."""
        if release.ended:
            return False
        there = release.step_in(event.environment)
        if release.kind is Kind.ROLLBACK or release.build.order >= event.order or there is None:
            return False
        environment_state = self.world.environment_state(event.environment)
        present = release.number in {
            environment_state.holder,
            *(entry.release for entry in environment_state.queue),
        }
        closed = release.step.state is StepState.FAILED and release.environment.protected
        signed = any(sign_off.release == release.number for sign_off in self.sign_offs)
        busy = signed or (release.number, release.step.environment) in self.testing
        return present and not closed and not busy and not self._flies(release)

    def _flies(self, release: Release) -> bool:
        return any(step.state in IN_FLIGHT for step in release.steps)

    def _check_overtaken(
        self, release: Release, event: reports.NewerSucceeded, outcome: Decision | Refusal
    ) -> None:
        """Check that a newer build that succeeded ends older ones that have not entered (superseding 2)."""
        there = release.step_in(event.environment)
        if release.ended or there is None:
            return
        assert isinstance(outcome, Decision)
        after = outcome.release
        assert after is not None
        entered = there.may_have_deployed or there.state is StepState.SUCCEEDED
        older = release.kind is Kind.NORMAL and release.build.order < event.order
        if older and not entered and not release.superseded_by:
            assert after.ended or (self._flies(after) and after.superseded_by == event.by)
        elif not release.superseded_by:
            assert after.state is not ReleaseState.SUPERSEDED

    # At a decision, once it is saved.

    def saved(self, before: Release, event: object, decision: Decision) -> None:
        """Update the record and check every transition against it."""
        after = decision.release
        assert after is not None
        self._write_down(before, event, decision.reply.code)
        known = self.world.releases[after.number]
        for old, new in zip(before.steps, known.steps, strict=True):
            self._check_move(known, old, new)
        self._forget_locked(known)
        if after.state is ReleaseState.SUPERSEDED and not before.ended:
            self._check_superseded(before, after)
        if decision.deployed:
            self.live[decision.deployed] = after.number

    def _write_down(self, before: Release, event: object, code: str) -> None:
        number, environment = before.number, before.step.environment
        if isinstance(event, SignedOff) and code == "signed":
            team = event.team or self._team_of(before, event.actor)
            self.sign_offs.append(AcceptedSignOff(number, environment, team, event.actor, artifact(before)))
        elif code == "withdrawn" and isinstance(event, Withdrawn):
            self._take_back(number, environment, event.actor)
        elif code == "not_sent":
            self._spend(number, environment, spent=False)
        elif code == "retried":
            self._spend(number, environment, spent=False)
            self.requested[number, environment] = "person"
        elif code == "waived":
            self.waived.add((number, environment))
        elif code == "testing":
            self.testing.add((number, environment))
        elif isinstance(event, REQUESTS) and code in {"asked", "started", "rollback_started"}:
            self.requested[number, event.environment] = "person"

    def _team_of(self, release: Release, user: str) -> str:
        rules = reference.rules_of(release, release.step.environment)
        return next(rule.team for rule in rules if reference.belongs(self.world, user, rule.team))

    def _take_back(self, number: int, environment: str, user: str) -> None:
        self.sign_offs = [
            sign_off
            for sign_off in self.sign_offs
            if (sign_off.release, sign_off.environment, person(sign_off.user))
            != (number, environment, person(user))
            or sign_off.spent
        ]

    def _spend(self, number: int, environment: str, *, spent: bool) -> None:
        for sign_off in self.sign_offs:
            if (sign_off.release, sign_off.environment) == (number, environment):
                sign_off.spent = spent

    def _check_move(self, release: Release, old: Step, new: Step) -> None:
        key = (release.number, new.environment)
        automatic = release.plan_of(new).start == "automatic"
        if old.state is StepState.PENDING and new.attempt == 1 and automatic:
            self.requested.setdefault(key, "plan")
        if new.intent is not None and new.intent.correlation not in self.grants:
            self._check_grant(release, new)
        if new.state is StepState.SENT and old.state is not StepState.SENT:
            assert old.state is StepState.GRANTED
            assert new.intent is not None
            assert self.world.now - new.intent.granted_at <= timedelta(minutes=10), "sent too late"
            assert may_pass(self.world, release, new.environment), "sent without leave"
            assert self.world.environment_state(new.environment).holder == release.number
            self._spend(*key, spent=True)
        if len(new.voided) > len(old.voided):
            assert new.attempt > old.attempt or new.state is StepState.FAILED or release.ended

    def _check_grant(self, release: Release, step: Step) -> None:
        assert step.intent is not None
        key = (release.number, step.environment)
        attempt = (*key, step.attempt)
        assert attempt not in self.grants.values(), "two grants for one attempt"
        self.grants[step.intent.correlation] = attempt
        assert may_pass(self.world, release, step.environment), "granted without leave"
        assert self.requested.pop(key, "") == "person" or step.attempt == 1, "nobody asked for it"

    def _forget_locked(self, release: Release) -> None:
        """Check that a step of a protected environment that only a lock blocks loses its request: no unlock starts it."""
        if release.ended or release.kind is Kind.ROLLBACK:
            return
        step = release.step
        waits = step.state is StepState.WAITING and release.environment.protected
        ready = reference.ready(self.world, release, step.environment)
        if waits and ready and reference.locked(self.world, step.environment):
            self.requested.pop((release.number, step.environment), None)
            assert not step.requested

    def _check_superseded(self, before: Release, after: Release) -> None:
        assert after.ending is not None
        newer = self.world.releases[after.ending.replaced_by]
        assert newer.kind is Kind.NORMAL
        assert newer.build.order > before.build.order

    def posted(self, worker: "Worker") -> None:
        """Check G2: a second request of an intent is sent only if it is proved that the first started nothing."""
        correlation = worker.correlation
        assert not self.world.ci.taken[correlation], "a second request after one that was taken"
        release = self.world.releases[worker.release]
        searchable = release.environment.deploy.ci == "here"
        assert searchable or correlation not in self.unproved, "re-sent after an ambiguous answer"

    def answered(self, worker: "Worker") -> None:
        """Note whether the answer proves that nothing was started."""
        if not isinstance(worker.answer, reports.SendRefused):
            self.unproved.add(worker.correlation)

    # After every step.

    def check(self) -> None:
        """Check the whole world against the invariants."""
        for environment in self.world.plan.environments:
            self._check_environment(environment.name)
        for release in self.world.releases.values():
            if release.ended:
                self._check_final(release)
            else:
                self._check_open(release)
        assert all(count <= 1 for count in self.world.ci.taken.values()), "two runs for one intent"

    def _check_environment(self, name: str) -> None:
        environment_state = self.world.environment_state(name)
        every = [(release.number, release.step_in(name)) for release in self.world.releases.values()]
        holders = [number for number, step in every if step is not None and step.holding]
        assert holders == ([environment_state.holder] if environment_state.holder else [])
        line = {number for number, step in every if step is not None and step.queued_since is not None}
        assert line == {entry.release for entry in environment_state.queue}
        assert len(line) == len(environment_state.queue)
        live = environment_state.live
        assert (live.release if live is not None else 0) == self.live.get(name, 0)
        if live is not None:
            assert live.build == self.world.successes[name][-1]

    def _check_final(self, release: Release) -> None:
        shape = (release.ending, *(step.state for step in release.steps))
        assert self.finals.setdefault(release.number, shape) == shape, "a final release moved"
        assert not any(step.holding or step.in_flight for step in release.steps)

    def _check_open(self, release: Release) -> None:
        step = release.step
        if step.state in IN_FLIGHT:
            assert all(signed.spent for signed in step.sign_offs)
            assert step.holding
        reasons = self.world.reasons(release)
        assert reasons
        assert all(reason.who or reason.until or reason.event for reason in reasons)
        assert self._wakes(release), f"nothing wakes r{release.number}"

    def _wakes(self, release: Release) -> bool:
        """Whether something will wake the release: a time, an effect, a poll, a person, or another release's end."""
        step = release.step
        if step.state is StepState.GRANTED:
            assert step.intent is not None
            assert self.world.wake[release.number] is not None
            wanted = Trigger(release.number, step.intent.correlation)
            return wanted in self.world.pending_effects()
        if step.state in IN_FLIGHT:
            polled = step.run is not None or (step.intent is not None and step.intent.unclear_at is not None)
            return polled or self.world.wake[release.number] is not None
        reasons = self.world.reasons(release)
        someone = any(reason.who for reason in reasons)
        return someone or self.world.wake[release.number] is not None or self._comes(release, reasons)

    def _comes(self, release: Release, reasons: tuple[object, ...]) -> bool:
        holder = self.world.environment_state(release.step.environment).holder
        line = self.world.environment_state(release.step.environment).queue
        told = any(isinstance(effect, Notify | NotifyOpen) for effect in self.world.pending_effects())
        before = holder or (line[0].release if line else 0)
        waits_for = before not in {0, release.number} and not self.world.releases[before].ended
        return bool(reasons) and (told or waits_for)

    def check_quiet(self) -> None:
        """Check that no wake-up is lost: once all is done and time has passed, nothing that may pass still waits."""
        for release in self.world.open_releases():
            step = release.step
            if step.state is StepState.WAITING and step.requested:
                free = self.world.environment_state(step.environment).holder in {0, release.number}
                ready = may_pass(self.world, release, step.environment)
                assert not (free and ready), f"r{release.number} was not woken"
            assert not any(isinstance(effect, ShowCard) for effect in self.world.pending_effects())
