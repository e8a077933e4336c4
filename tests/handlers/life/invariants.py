"""The invariants: what has to hold at every decision and after every step, given a record of what people did."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from handlers import events, reports
from handlers.actions.approve import SignedOff
from handlers.actions.at import PlannedStartCancelled
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.go import HoldLifted
from handlers.actions.rollback import RollbackStarted
from handlers.actions.stop import RerunStopped
from handlers.actions.take import Taken
from handlers.actions.waive import AuthorsWaived
from handlers.actions.withdraw import Withdrawn
from handlers.decide import decide
from handlers.effects import Notify, NotifyOpen, ShowCard, StopRun, Trigger
from handlers.environments import EnvironmentState
from handlers.evaluation import gate_context
from handlers.gate import Reason
from handlers.lineage import Relation
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import SHIPROOM
from handlers.release import Kind, Release, ReleaseState
from handlers.step import Step, StepState
from handlers.tally import barred
from tests.handlers import builders
from tests.handlers.life import reference
from tests.handlers.life.limits import Limits
from tests.handlers.life.lying import Lying
from tests.handlers.life.promised import Promised
from tests.handlers.life.reference import AcceptedSignOff, AcceptedWaiver, Doubts, artifact, may_pass, person
from tests.handlers.life.reminders import Reminders
from tests.handlers.life.standing import Standing
from tests.handlers.life.urgent import Urgent
from tests.handlers.life.waking import Waking

if TYPE_CHECKING:
    from handlers.build import Build
    from tests.handlers.life.world import DecidedEvent, Worker, World

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
URGENT = {"rollback_started", "emergency_started"}
REQUESTS = (events.StepRequested, events.Started, RollbackStarted, EmergencyStarted)
Request = events.StepRequested | events.Started | RollbackStarted | EmergencyStarted
Key = tuple[int, str]


class Invariants:
    """The record of one world, and the invariants that are checked against it."""

    def __init__(self, world: "World") -> None:
        self.world = world
        self.sign_offs: list[AcceptedSignOff] = []
        self.waivers: list[AcceptedWaiver] = []
        self.automatic: set[int] = set()
        self.takes: list[tuple[int, str]] = []
        self.authors: dict[int, set[str]] = {}
        self.limits = Limits()
        self.seen: Counter[str] = Counter()
        self.promised = Promised(self.seen)
        self.waking = Waking()
        self.standing = Standing(self.seen)
        self.urgent = Urgent(self.seen)
        self.reminders = Reminders()
        self.testing: set[Key] = set()
        self.requested: dict[Key, str] = {}
        self.grants: dict[str, tuple[int, str, int]] = {}
        self.attempted: set[tuple[int, str, int]] = set()
        self.unproved: set[str] = set()
        self.finals: dict[int, tuple[object, ...]] = {}
        self.live: dict[str, tuple[int, Build]] = {}
        self.lying = Lying()

    # At a decision, before it is saved.

    def decided(self, release: Release, event: "DecidedEvent", outcome: Decision | Refusal) -> None:
        """Check a decision against the rules for its event."""
        if isinstance(event, reports.NewerRequested):
            assert self._gave_way(release, outcome) is self._gives_way(release, event)
        if isinstance(event, reports.NewerSucceeded):
            self._check_overtaken(release, event, outcome)
        if isinstance(event, AuthorsWaived):
            self._check_waiver(release, event, outcome)
        if isinstance(outcome, Refusal):
            return
        after = outcome.release
        assert after is not None
        self._check_stops(release, event, outcome)
        self._check_waits(release, after)
        if isinstance(event, events.Started) and after.begins_in:
            # Who asks for a later step asks for the one before it too, in which the build still lies.
            self.requested.setdefault((after.number, after.begins_in), "person")
        self.lying.begin(after, event)
        self.lying.check(self.world, release, after)
        if isinstance(event, REPORTS):
            self._check_twice(after, event, outcome)

    def _check_twice(self, after: Release, event: events.ReleaseEvent, outcome: Decision) -> None:
        facts = self.world.facts(after, event)
        facts = replace(facts, environments={**facts.environments, **outcome.environments})
        again = decide(after, event, facts, self.world.now, seed="again")
        if isinstance(again, Decision):
            assert (again.release, again.effects, again.deployed) == (after, (), ""), event
            assert not again.changed

    def _check_waits(self, before: Release, after: Release) -> None:
        """Check that an open release waits for something, and that what it waited for already keeps its time."""
        assert bool(after.waits) is (after.ending is None), after
        for wait in after.waits:
            kept = [
                each for each in before.waits if (each.environment, each.on) == (wait.environment, wait.on)
            ]
            assert wait.environment == after.step.environment
            assert wait.since == (kept[0].since if kept else self.world.now)

    def _check_waiver(self, release: Release, event: AuthorsWaived, outcome: Decision | Refusal) -> None:
        """Check that a waiver covers exactly what is in doubt, and that nobody who signed gives it."""
        doubts = reference.doubts(self.world, release, release.step.environment)
        if isinstance(outcome, Refusal):
            waits = release.step.state is StepState.WAITING
            assert outcome.code != "nothing_to_waive" or not (waits and doubts), (
                "a doubt that cannot be waived"
            )
            return
        assert outcome.release is not None
        given = outcome.release.step_in(release.step.environment)
        assert given is not None
        names, versions = frozenset(given.waivers[-1].authors), frozenset(given.waivers[-1].versions)
        assert Doubts(names, versions, given.waivers[-1].lacks) == doubts
        assert person(event.actor) not in self._signed(release, release.step.environment)

    def _signed(self, release: Release, environment: str) -> set[str]:
        return {
            person(sign_off.user)
            for sign_off in self.sign_offs
            if (sign_off.release, sign_off.environment) == (release.number, environment)
            and sign_off.counts(self.world.now)
        }

    def _took_part(self, release: Release) -> set[str]:
        return {person(each.user) for each in self.sign_offs if each.release == release.number}

    def _check_stops(self, release: Release, event: object, outcome: Decision) -> None:
        """Check that a further attempt of an ended run is stopped only if a person says so."""
        for effect in outcome.effects:
            run = self.world.ci.find(effect.run_id) if isinstance(effect, StopRun) else None
            if run is None:
                continue
            assert isinstance(effect, StopRun)
            assert effect.correlation == run.correlation, "a run was stopped by another attempt's id"
            if isinstance(event, RerunStopped):
                continue
            followed = any(
                step.in_flight and step.run is not None and step.run.id.removeprefix("queue/") == run.id
                for each in (release, outcome.release)
                for step in (each.steps if each is not None else ())
            )
            assert _attempt_told(event, run.id) == 1 or followed, (
                "a re-run was stopped that nobody asked to stop"
            )

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
        newer = self.world.releases[event.by].build
        older = self.world.knowledge.is_newer(newer, release.build)
        if release.kind is not Kind.NORMAL or not older or there is None:
            return False
        environment_state = self.world.environment_state(event.environment)
        present = release.number in {
            environment_state.holder,
            *(entry.release for entry in environment_state.queue),
        }
        stuck = release.step.state is StepState.FAILED or release.step.may_have_deployed
        closed = stuck and release.environment.protected
        return (
            present
            and not closed
            and release.hold is None
            and not self._worked_on(release)
            and not self._flies(release)
        )

    def _worked_on(self, release: Release) -> bool:
        signed = any(sign_off.release == release.number for sign_off in self.sign_offs)
        return signed or (release.number, release.step.environment) in self.testing

    def _flies(self, release: Release) -> bool:
        return any(step.state in IN_FLIGHT for step in release.steps)

    def _check_overtaken(
        self, release: Release, event: reports.NewerSucceeded, outcome: Decision | Refusal
    ) -> None:
        """Check that a newer build that succeeded ends older ones that have not entered (superseding 2).

        A release that begins further on has that environment behind it.
        """
        there = release.step_in(event.environment)
        if release.ended or there is None:
            return
        assert isinstance(outcome, Decision)
        after = outcome.release
        assert after is not None
        entered = there.may_have_deployed or there.state in {StepState.SUCCEEDED, StepState.SKIPPED}
        other = self.world.releases[event.by]
        newer = other.build
        claimed = self.world.knowledge.relation(newer, release.build) is Relation.CLAIMED
        older = release.kind is Kind.NORMAL and self.world.knowledge.is_newer(newer, release.build)
        if other.kind is Kind.EMERGENCY:
            contains = self.world.knowledge.relation(newer, release.build) is Relation.CONTAINS
            older = release.kind is Kind.NORMAL and contains and newer.version != release.build.version
        spared = claimed and newer.branch != release.build.branch and self._worked_on(release)
        if older and not spared and not entered and not release.superseded_by:
            assert after.ended or (self._flies(after) and after.superseded_by == event.by)
        elif not release.superseded_by:
            assert after.state is not ReleaseState.SUPERSEDED

    # At a decision, once it is saved.

    def saved(self, before: Release, event: object, decision: Decision) -> None:
        """Update the record and check every transition against it."""
        after = decision.release
        assert after is not None
        self.reminders.check(before, decision, self.sign_offs, self.world.now)
        self.reminders.check_able(self.world, decision)
        self.urgent.check_review(self.world, before, event, self._took_part(before))
        self.promised.check_claim(self.world, before, event, decision)
        self._write_down(before, event, decision.reply)
        self._write_down_promised(before, event, decision.reply)
        if isinstance(event, Taken):
            self._take_over(before, event.actor)
        self.standing.hear(before, decision)
        self._write_down_rerun(after, event, decision.reply.code)
        self.limits.hear(after, after.step, event, self.world.now)
        known = self.world.releases[after.number]
        for old, new in zip(before.steps, known.steps, strict=True):
            self._check_move(known, old, new)
            if self.promised.check_revoked(self.world, known, old, new):
                self.requested.pop((known.number, new.environment), None)
        self.lying.hear(before, event, decision)
        self.lying.check_left(self.world, before, known)
        if decision.reply.code == "settled_not_deployed":
            self._check_settled(known)
        self.urgent.end(self.world, before, known, self.attempted)
        self._forget_locked(known)
        self.promised.note(self.world, known, event)
        self.waking.check(self.world, known, decision)
        if after.state is ReleaseState.SUPERSEDED and not before.ended:
            self._check_superseded(before, after)
        if decision.deployed:
            self.live[decision.deployed] = (after.number, after.build)

    def _write_down(self, before: Release, event: object, reply: Reply) -> None:
        code = reply.code
        number, environment = before.number, before.step.environment
        if isinstance(event, SignedOff) and code in {"signed", "signed_alone"}:
            team, stands_for = reply.values["team"], reply.values.get("stands_for", "")
            lasts = {each.team: each.signed_for for each in reference.rules_of(before, environment)}[team]
            until = self.world.now + timedelta(seconds=lasts) if lasts else None
            signed = AcceptedSignOff(number, environment, team, event.actor, artifact(before))
            signed = replace(signed, at=self.world.now, until=until, stands_for=stands_for)
            self.standing.check_signed(self.world, before, event, signed)
            self.sign_offs.append(signed)
        elif code == "withdrawn" and isinstance(event, Withdrawn):
            self._take_back(before, event.actor)
        elif code in {"not_sent", "settled_not_deployed", "claim_refused"}:
            self._spend(number, environment, spent=False)
            self.attempted.discard((number, environment, before.step.attempt))
        elif code == "retried":
            self._spend(number, environment, spent=False)
            self.requested[number, environment] = "person"
        elif isinstance(event, AuthorsWaived):
            doubts = reference.doubts(self.world, before, environment)
            self.waivers.append(AcceptedWaiver(number, environment, event.actor, doubts))
        elif code == "testing":
            self.testing.add((number, environment))
        elif isinstance(event, REQUESTS):
            self._write_down_request(number, event, code)

    def _write_down_request(self, number: int, event: "Request", code: str) -> None:
        if code in {"asked", "asked_at", "started", "started_at", "goes_on", *URGENT}:
            self.requested[number, event.environment] = "person"
            at = None if code in URGENT else getattr(event, "at", None)
            self.promised.plan((number, event.environment), at)
        if isinstance(event, events.Started) and event.actor == SHIPROOM:
            self.automatic.add(number)

    def _write_down_promised(self, before: Release, event: object, reply: Reply) -> None:
        """Note what people say of planned starts, and that who lets go on what was held asks for it again."""
        if isinstance(event, events.StepRequested | events.Started | HoldLifted):
            self.promised.waits.pop((before.number, before.step.environment), None)
        if isinstance(event, PlannedStartCancelled):
            for key in self.promised.cancel(before.number, self.world.now):
                self.requested.pop(key, None)
        if isinstance(event, HoldLifted) and "again" in reply.values:
            self.requested.setdefault((before.number, before.step.environment), "person")

    def _write_down_rerun(self, release: Release, event: object, code: str) -> None:
        if isinstance(event, reports.RunReported) and code == "rerun" and event.state == "succeeded":
            places = (step for step in release.steps if _carries(step, event.correlation))
            self.live[next(places).environment] = (release.number, release.build)

    def _take_back(self, before: Release, user: str) -> None:
        number, environment = before.number, before.step.environment
        expired = {(each.user, each.at) for each in before.step.sign_offs if each.expired}
        self.sign_offs = [
            sign_off
            for sign_off in self.sign_offs
            if (sign_off.release, sign_off.environment, person(sign_off.user))
            != (number, environment, person(user))
            or sign_off.spent
            or (sign_off.user, sign_off.at) in expired
        ]

    def _take_over(self, before: Release, user: str) -> None:
        """Note who stands for a release, whose own sign-offs of it count no more."""
        number, taker = before.number, person(user)
        if number in self.automatic and not any(taken == number for taken, _ in self.takes):
            self.authors[number] = {person(each) for each in before.requesters}
        self.takes.append((number, taker))
        self.sign_offs = [
            each for each in self.sign_offs if (each.release, person(each.user)) != (number, taker)
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
            assert release.hold is None, "a held release was granted"
            self._check_grant(release, new)
        if new.state is StepState.SENT and old.state is not StepState.SENT:
            assert old.state is StepState.GRANTED
            assert new.intent is not None
            self.promised.check_start(self.world, release, new)
            assert self.world.now - new.intent.granted_at <= timedelta(minutes=10), "sent too late"
            assert may_pass(self.world, release, new.environment), "sent without leave"
            assert self.world.environment_state(new.environment).holder == release.number
            self._spend(*key, spent=True)
            self.attempted.add((*key, new.attempt))
        if new.cancel is not None and new.cancel.code == "timed_out" and old.cancel is None:
            self.limits.check_time_out(release, old, self.world.now)
        if len(new.voided) > len(old.voided):
            assert new.attempt > old.attempt or new.state is StepState.FAILED or release.ended

    def _check_settled(self, release: Release) -> None:
        """Check that a step that deployed nothing has left its environment, unless an earlier attempt may have deployed."""
        earlier = any(key[:2] == (release.number, release.step.environment) for key in self.attempted)
        assert release.step.holding == (earlier and not release.ended), (
            "who settled it does not hold what they should"
        )

    def _check_grant(self, release: Release, step: Step) -> None:
        assert step.intent is not None
        key = (release.number, step.environment)
        attempt = (*key, step.attempt)
        assert attempt not in self.grants.values(), "two grants for one attempt"
        self.grants[step.intent.correlation] = attempt
        self.promised.check_start(self.world, release, step)
        self.urgent.check_grant(self.world, release, step)
        assert may_pass(self.world, release, step.environment), "granted without leave"
        self.seen[f"granted {release.kind}"] += 1
        plan = release.plan_of(step)
        signed = release.kind is Kind.ROLLBACK or reference.rules_of(release, step.environment)
        assert signed or not (plan.protected and plan.signed), "a protected deployment without a quorum"
        assert not self.lying.takes_over(release, step.environment), "deployed again what lies there"
        asked = self.requested.pop(key, "")
        assert asked == "person" or (asked == "plan" and step.attempt == 1), "nobody asked for it"

    def _forget_locked(self, release: Release) -> None:
        """Check that a step of a protected environment that only a lock blocks loses its request: no unlock starts it."""
        if release.ended or release.kind is Kind.ROLLBACK:
            return
        step = release.step
        deploys = not self.lying.takes_over(release, step.environment)
        waits = step.state is StepState.WAITING and release.environment.protected and deploys
        ready = reference.ready(self.world, release, step.environment)
        if waits and ready and reference.shut(self.world, release, step.environment):
            self.requested.pop((release.number, step.environment), None)
            self.promised.waits.pop((release.number, step.environment), None)
            assert not step.requested

    def _check_superseded(self, before: Release, after: Release) -> None:
        """Check that a newer build of the branch, or one that contains it, ended a release; a claim only an idle one."""
        assert after.ending is not None
        newer = self.world.releases[after.ending.replaced_by]
        assert newer.kind is not Kind.ROLLBACK, "a rollback superseded a release"
        if newer.kind is Kind.EMERGENCY:
            assert self.world.knowledge.history.contains(newer.build.sha, before.build.sha)
        elif newer.build.branch == before.build.branch:
            assert newer.build.number > before.build.number, "superseded by an older build"
        elif not self.world.knowledge.history.contains(newer.build.sha, before.build.sha):
            assert before.build.version in newer.build.contains, "superseded by a build that lacks it"
            assert not self._worked_on(before), "a claim ended what somebody signed or tests"

    def reported(self, decision: Decision, *, late: bool) -> None:
        """Check that a build that arrives after a newer one starts nothing by itself."""
        starts = any(isinstance(effect, Notify) for effect in decision.effects)
        assert not (starts and late), "a late build started by itself"

    def barred(self) -> dict[tuple[int, str, str], set[str]]:
        """Return who may not sign, per open release, environment and team, as the product decides it."""
        found: dict[tuple[int, str, str], set[str]] = {}
        for release in self.world.open_releases():
            facts = self.world.facts(release)
            for step in release.steps:
                context = gate_context(release, step, facts, self.world.now)
                for rule in release.rules(step):
                    users = {user for user in builders.EVERYBODY if barred(rule, user, context)}
                    found[release.number, step.environment, rule.team] = users
        return found

    def seen_outside(
        self,
        state: EnvironmentState,
        event: events.ExternalRunSeen,
        decision: Decision,
        before: dict[tuple[int, str, str], set[str]],
    ) -> None:
        """Check that an external run changes what is live, and nothing else: nobody may sign who might not before."""
        after = self.world.environment_state(event.environment)
        told = {
            "live": state.live,
            "failed": state.failed,
            "outside": state.outside,
            "touched": state.touched,
        }
        kept = replace(after, **told)
        assert kept == state
        assert not any(isinstance(effect, Trigger | StopRun) for effect in decision.effects)
        now = self.barred()
        assert all(users <= now[key] for key, users in before.items()), "an external run let somebody sign"
        self.lying.hear_outside(event.environment, decision)
        if decision.changed and event.state == "succeeded":
            self.live[event.environment] = (0, event.build)

    def confirmed(self) -> None:
        """Take an operator's word for what is live everywhere."""
        self.lying.confirmed()
        for name, state in self.world.environments.items():
            self.live.pop(name, None)
            if state.live is not None:
                self.live[name] = (state.live.release, state.live.build)

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
            self.urgent.check(self.world, environment.name)
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
        known = (live.release, live.build.sha) if live is not None else None
        number, build = self.live.get(name, (0, None))
        assert known == ((number, build.sha) if build is not None else None)

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
        if step.state is StepState.WAITING:
            assert any(each.who or each.until or each.code == "turn" for each in reasons), (
                "nobody can clear it"
            )
        assert self._wakes(release, reasons), f"nothing wakes r{release.number}"

    def _wakes(self, release: Release, reasons: tuple[Reason, ...]) -> bool:
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
        someone = any(reason.who for reason in reasons)
        return someone or self.world.wake[release.number] is not None or self._comes(release)

    def _comes(self, release: Release) -> bool:
        holder = self.world.environment_state(release.step.environment).holder
        line = self.world.environment_state(release.step.environment).queue
        told = any(isinstance(effect, Notify | NotifyOpen) for effect in self.world.pending_effects())
        before = holder or (line[0].release if line else 0)
        waits_for = before not in {0, release.number} and not self.world.releases[before].ended
        return told or waits_for

    def check_quiet(self) -> None:
        """Check that no wake-up is lost: once all is done and time has passed, nothing that may pass still waits."""
        for release in self.world.open_releases():
            step = release.step
            self.limits.check_quiet(release, step, self.world.now)
            if step.state is StepState.WAITING and step.requested and release.hold is None:
                free = self.world.environment_state(step.environment).holder in {0, release.number}
                lies = self.lying.takes_over(release, step.environment)
                due = not self.promised.is_planned((release.number, step.environment), self.world.now)
                ready = (lies and due) or may_pass(self.world, release, step.environment)
                assert not (free and ready), f"r{release.number} was not woken"
            assert not any(isinstance(effect, ShowCard) for effect in self.world.pending_effects())


def _carries(step: Step, correlation: str) -> bool:
    current = step.intent.correlation if step.intent is not None else ""
    return correlation in {current, *step.voided}


def _attempt_told(event: object, run_id: str) -> int:
    """Return which attempt of a run an event tells of; the first if it tells of none."""
    if isinstance(event, reports.RunReported | reports.Claimed) and event.run_id == run_id:
        return event.attempt
    found = event.runs if isinstance(event, reports.SearchEnded) else ()
    return next((run.attempt for run in found if run.id == run_id), 1)
