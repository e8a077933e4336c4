"""A simulated world around the decision core: saves decisions and performs their effects, in order per destination."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers import events, reports
from handlers.absence import Absence
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.rollback import RollbackStarted
from handlers.build import Build
from handlers.calendar import Calendar
from handlers.comparing import effects_of_comparison
from handlers.decide import decide, decide_build, decide_environment
from handlers.effects import CompareBuilds, Effect, Notify, NotifyOpen, StopRun, Trigger, destination
from handlers.environments import EnvironmentState
from handlers.external_runs import decide_external_run
from handlers.facts import Capabilities, Facts
from handlers.gate import Reason
from handlers.lineage import Authorship, Relation
from handlers.outcome import Decision, Refusal
from handlers.people import AccountStatus, Directory, Group, Member, Membership, Person, Team
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.starting import new_release
from handlers.step import Step
from handlers.why import why
from tests.handlers import builders
from tests.handlers.life.ci import Ci
from tests.handlers.life.invariants import Invariants
from tests.handlers.life.knowledge import Knowledge
from tests.handlers.life.teams import teams

LEASE = timedelta(seconds=30)
Outcome = Decision | Refusal
DecidedEvent = events.StartsRelease | events.ReleaseEvent


@dataclass
class Worker:
    """A worker that marked a request as sent, and the CI's answer once it has posted it."""

    release: int
    correlation: str
    tries: int
    ticket: int
    marked_at: datetime
    posted: bool = False
    answer: events.ReleaseEvent | None = None


@dataclass
class World:
    """Everything outside the decision core, in memory."""

    plan: Plan
    now: datetime = builders.NOW
    stale: bool = False
    grouped: bool = True
    teams: dict[str, Team] = field(init=False)
    absences: dict[str, Absence] = field(default_factory=dict[str, Absence])
    group: frozenset[str] = frozenset()
    account_status: dict[str, AccountStatus] = field(
        default_factory=lambda: {builders.GUEST: AccountStatus.GUEST}
    )
    people: tuple[Person, ...] = builders.PEOPLE
    knowledge: Knowledge = field(default_factory=Knowledge)
    unreported: list[Build] = field(default_factory=list[Build])
    asked: bool = False
    releases: dict[int, Release] = field(default_factory=dict[int, Release])
    environments: dict[str, EnvironmentState] = field(default_factory=dict[str, EnvironmentState])
    calendars: dict[str, Calendar] = field(default_factory=dict[str, Calendar])
    successes: dict[str, tuple[Build, ...]] = field(default_factory=dict[str, tuple[Build, ...]])
    wake: dict[int, datetime | None] = field(default_factory=dict[int, datetime | None])
    queues: dict[str, deque[tuple[int, Effect]]] = field(default_factory=dict[str, deque[tuple[int, Effect]]])
    workers: list[Worker] = field(default_factory=list[Worker])
    ci: Ci = field(default_factory=Ci)
    delivered: list[events.ReleaseEvent] = field(default_factory=list[events.ReleaseEvent])
    invariants: Invariants = field(init=False)
    numbers: int = 0
    seeds: int = 0
    tickets: int = 0

    def __post_init__(self) -> None:
        self.restore_teams()
        self.invariants = Invariants(self)

    def restore_teams(self) -> None:
        """Make the teams what they were at first."""
        self.teams = teams(grouped=self.grouped)

    def drop_stand_in(self, team: str, user: str) -> None:
        """Take a stand-in from the list of a team; the policy is reloaded."""
        known = self.teams[team]
        rest = tuple(each for each in known.stand_ins if each != user)
        self.teams[team] = replace(known, stand_ins=rest)
        self.reevaluate_all()

    # Facts.

    def membership(self) -> Membership:
        """Return what Slack said: now, or too long ago."""
        at = self.now - timedelta(minutes=5) if self.stale else self.now
        members = {
            user: Member(self.account_status.get(user, AccountStatus.FULL), at) for user in builders.EVERYBODY
        }
        return Membership(self.directory, members, {"S0OPS": Group(self.group, at)}, self.absences)

    @property
    def directory(self) -> Directory:
        """The teams and persons of the policy now."""
        return builders.directory(self.teams, self.people)

    @property
    def builds(self) -> list[Build]:
        """The builds that were reported, as they arrived."""
        return self.knowledge.builds

    def facts(self, release: Release | None = None, event: DecidedEvent | None = None) -> Facts:
        """Return all facts as of now, for an event of a release."""
        capabilities = {"here": Capabilities(authoritative_search=True, grace=60), "remote": Capabilities()}
        rolls_back = isinstance(event, RollbackStarted)
        in_flight = frozenset(each.number for each in self.open_releases() if rolls_back and each.in_flight)
        facts = Facts(
            self.membership(),
            self.environments,
            capabilities,
            self.successes,
            in_flight=in_flight,
            calendars=self.calendars,
        )
        if release is None:
            return facts
        live = {name: state.live.build for name, state in self.environments.items() if state.live is not None}
        facts = replace(
            facts,
            authorship={each.name: self.authorship(release, each.name) for each in self.plan.environments},
            to_live={name: self.knowledge.relation(release.build, build) for name, build in live.items()},
        )
        if not isinstance(event, reports.NewerRequested | reports.NewerSucceeded):
            return facts
        other = self.releases[event.by]
        newer, relation = other.build, self.knowledge.relation(other.build, release.build)
        if other.kind is Kind.EMERGENCY:
            proved = Relation.CONTAINS if relation is Relation.CONTAINS else Relation.UNKNOWN
            return replace(facts, newer=newer, relation=proved, in_emergency=True)
        return replace(facts, newer=newer, relation=relation)

    def authorship(self, release: Release, environment: str) -> Authorship:
        """Return who wrote what a release would deploy since what Shiproom itself deployed there last."""
        before = self.successes.get(environment, ())
        return self.knowledge.authorship(release.build, before[-1] if before else None)

    def environment_state(self, environment: str) -> EnvironmentState:
        """Return an environment's state."""
        return self.environments.get(environment, EnvironmentState(environment))

    def open_releases(self) -> list[Release]:
        """Return the releases that have not ended."""
        return [release for release in self.releases.values() if not release.ended]

    def reasons(self, release: Release) -> tuple[Reason, ...]:
        """Return what a release waits for."""
        return why(release, self.facts(release), self.now)

    def pending_effects(self) -> Iterator[Effect]:
        """Yield every effect that was not performed yet."""
        for queue in self.queues.values():
            yield from (effect for _, effect in queue)

    # Applying events.

    def deliver(self, event: DecidedEvent) -> Outcome:
        """Apply an event: load, decide, save."""
        if isinstance(event, events.StartsRelease):
            return self._begin(event)
        return self._apply(self.releases[event.release], event)

    def _begin(self, event: events.StartsRelease) -> Outcome:
        if isinstance(event, events.Started):
            for release in self.open_releases():
                if release.kind is Kind.NORMAL and release.build.version == event.build.version:
                    again = events.StepRequested(release.number, event.actor, event.environment, event.at)
                    return self._apply(release, again)
        if isinstance(event, EmergencyStarted):
            for release in self.open_releases():
                there = release.kind is Kind.EMERGENCY and release.step.environment == event.environment
                if there and release.build.version == event.build.version:
                    again = events.StepRequested(release.number, event.actor, event.environment)
                    return self._apply(release, again)
        self.numbers += 1
        return self._apply(new_release(self.numbers, event, self.plan, self.now), event)

    def _apply(self, release: Release, event: DecidedEvent) -> Outcome:
        self.seeds += 1
        outcome = decide(release, event, self.facts(release, event), self.now, seed=f"seed{self.seeds}")
        self.invariants.decided(release, event, outcome)
        if isinstance(outcome, Decision):
            self._save(outcome)
            self.invariants.saved(release, event, outcome)
        if not isinstance(event, events.StartsRelease | reports.SendRequested):
            self.delivered.append(event)
        return outcome

    def apply(self, event: events.EnvironmentEvent) -> Outcome:
        """Apply a lock or an unlock."""
        before = dict(self.environments)
        outcome = decide_environment(self.plan, event, self.facts(), self.now)
        if isinstance(outcome, Decision):
            self._save(outcome)
        else:
            assert self.environments == before
        return outcome

    def take(self, decision: Decision) -> None:
        """Save what an operator's word changes of environments."""
        self._save(decision)

    def ready(self, build: Build) -> None:
        """Apply the report of a build, which may be known already."""
        late = self.knowledge.is_late(build)
        known = any(each.version == build.version for each in self.builds)
        order = len(self.builds) if known else len(self.builds) + 1
        self.knowledge.report(build if known else replace(build, order=order))
        if known:
            return
        named = (self.directory.person_of_author(name) for name in self.knowledge.own_names(build) or ())
        people = tuple(dict.fromkeys(person for person in named if person))
        decision = decide_build(self.plan, events.BuildReported(self.builds[-1]), people, late=late)
        self.invariants.reported(decision, late=late)
        self._save(decision)

    def external(self, event: events.ExternalRunSeen) -> None:
        """Apply the report of a run that no release started."""
        before = self.invariants.barred()
        state = self.environment_state(event.environment)
        decision = decide_external_run(event, state, self.now)
        self._save(decision)
        self.invariants.seen_outside(state, event, decision, before)

    def compare(self, old: Build, new: Build, *, says_contains: bool, complete: bool) -> None:
        """Apply a CI's comparison of two builds, which is asked for once."""
        if (old.sha, new.sha) in self.knowledge.comparisons:
            return
        found = self.knowledge.compare(old.sha, new.sha, says_contains=says_contains, complete=complete)
        event = events.CommitsCompared(builders.SERVICE, "remote", old.sha, new.sha, found)
        builds = [each for each in self.builds if each.sha == new.sha]
        lives = {name: state.live for name, state in self.environments.items() if state.live is not None}
        deployed = {name: self.releases[live.release] for name, live in lives.items() if live.release}
        self._queue(effects_of_comparison(event, builds, self.open_releases(), deployed))

    def _save(self, decision: Decision) -> None:
        release = decision.release
        if release is not None:
            self.releases[release.number] = replace(release, revision=release.revision + 1)
            self.wake[release.number] = decision.wake_at
            if decision.deployed:
                before = self.successes.get(decision.deployed, ())
                self.successes[decision.deployed] = (*before, release.build)
        self.environments.update(decision.environments)
        if decision.absence is not None:
            self.absences[decision.absence.user] = decision.absence
        self._queue(decision.effects)

    def _queue(self, effects: tuple[Effect, ...]) -> None:
        for effect in effects:
            self.tickets += 1
            self.queues.setdefault(destination(effect), deque()).append((self.tickets, effect))

    # Effects.

    def perform(self, place: str) -> bool:
        """Perform the first effect of a destination; return False if it has to wait."""
        queue = self.queues.get(place)
        if not queue:
            return False
        ticket, effect = queue[0]
        if isinstance(effect, Trigger):
            return self._trigger(ticket, effect)
        self._drop(place)
        self._do(effect)
        return True

    def _drop(self, place: str) -> None:
        self.queues[place].popleft()
        if not self.queues[place]:
            del self.queues[place]

    def _do(self, effect: Effect) -> None:
        match effect:
            case Notify(event):
                self.deliver(event)
            case NotifyOpen():
                self.notify_open(effect)
            case CompareBuilds():
                self.asked = True
            case StopRun(_, _, run_id):
                run = self.ci.find(run_id)
                if run is not None and run.under_way and self.seeds % 3:
                    run.state = "cancelled"
            case _:
                pass

    def notify_open(self, effect: NotifyOpen) -> None:
        """Deliver an event to the open releases that it concerns."""
        for release in self.open_releases():
            if release.number != effect.by:
                self.deliver(event_for(effect, release.number))

    def _trigger(self, ticket: int, effect: Trigger) -> bool:
        """Have a worker claim a request unless another's lease on it runs; return whether anything was done."""
        if any(worker.ticket == ticket and self.now < worker.marked_at + LEASE for worker in self.workers):
            return False
        outcome = self.deliver(reports.SendRequested(effect.release, effect.correlation))
        if isinstance(outcome, Refusal) or outcome.reply.code != "send":
            self.finish_trigger(ticket, effect.correlation)
            return True
        intent = self.releases[effect.release].step.intent
        assert intent is not None
        self.workers.append(Worker(effect.release, effect.correlation, intent.tries, ticket, self.now))
        return True

    def finish_trigger(self, ticket: int, correlation: str) -> None:
        """Remove a request that needs no worker any more."""
        place = f"run:{correlation}"
        if place in self.queues and self.queues[place][0][0] == ticket:
            self._drop(place)

    def post(self, worker: Worker, how: int) -> None:
        """Have a worker post its request, within 10 s of marking it as sent or not at all."""
        if worker.posted:
            return
        worker.posted = True
        number, correlation, tries = worker.release, worker.correlation, worker.tries
        if self.now > worker.marked_at + timedelta(seconds=10):
            worker.answer = reports.SendRefused(number, correlation, tries, transient=True)
            return
        self.invariants.posted(worker)
        self.ci.posts[correlation] += 1
        worker.answer = self._answered(worker, how)
        self.invariants.answered(worker)

    def _answered(self, worker: Worker, how: int) -> events.ReleaseEvent:
        number, correlation, tries = worker.release, worker.correlation, worker.tries
        remote = self.releases[number].environment.deploy.ci == "remote"
        if how == 0:
            run = self.ci.take(correlation).id
            if remote and len(self.ci.runs) % 3 == 0:
                return reports.SendAccepted(number, correlation, f"queue/{run}", provisional=True)
            return reports.SendAccepted(number, correlation, run)
        if how == 1:
            self.ci.take(correlation)
            return reports.SendAccepted(number, correlation)
        if how in {2, 3}:
            if how == 3 and remote:
                self.ci.take_for_later(correlation)
            else:
                self.ci.take(correlation)
            return reports.SendUnclear(number, correlation, tries)
        if how == 4:
            return reports.SendUnclear(number, correlation, tries)
        return reports.SendRefused(number, correlation, tries, transient=how == 5)

    def report(self, worker: Worker) -> None:
        """Have a worker report the answer that it got."""
        if worker.answer is None:
            return
        self.workers.remove(worker)
        self.deliver(worker.answer)
        self.finish_trigger(worker.ticket, worker.correlation)

    def lose(self, worker: Worker) -> None:
        """Kill a worker; its answer is lost."""
        self.workers.remove(worker)

    # Polling the CI.

    def poll(self, release: Release) -> None:
        """Ask the CI about what is in flight, as the poller does."""
        step = release.step
        if not step.in_flight or step.intent is None:
            return
        correlation = step.intent.correlation
        if step.run is not None:
            self.deliver(self.report_of(release, step.run.id, correlation))
        elif step.intent.unclear_at is not None:
            runs = tuple(reports.FoundRun(run.id, run.attempt) for run in self.ci.carrying(correlation))
            self.deliver(reports.SearchEnded(release.number, correlation, step.intent.tries, runs))

    def report_of(self, release: Release, run_id: str, correlation: str) -> reports.RunReported:
        """Return a run's state now, under its own id even if asked for by its queue id; an unknown run has vanished."""
        run = self.ci.find(run_id)
        if run is None:
            return reports.RunReported(release.number, correlation, run_id, "vanished")
        detail = "a reviewer" if run.state == "waits" else ""
        return reports.RunReported(release.number, correlation, run.id, run.state, run.attempt, detail=detail)

    def owner(self, correlation: str) -> Release:
        """Return the release that an intent belongs to."""
        return next(each for each in self.releases.values() if step_of(each, correlation))

    def deploy_well(self) -> None:
        """Send and answer every request, and let its run succeed."""
        for place in [place for place in sorted(self.queues) if place.startswith("run:")]:
            self.perform(place)
        for worker in list(self.workers):
            self.post(worker, 0)
            self.report(worker)
        self.ci.succeed()
        for release in self.open_releases():
            self.poll(release)

    def reevaluate_all(self) -> None:
        """Reload the policy: every open release is reevaluated."""
        for release in self.open_releases():
            self.deliver(reports.Reevaluated(release.number))

    def move_on(self) -> None:
        """Move everything under way one step further, with success."""
        for worker in list(self.workers):
            self.post(worker, 0)
            self.report(worker)
        for release in self.open_releases():
            self.poll(release)
        self.ci.succeed()

    # Time.

    def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    def sweep(self) -> None:
        """Reevaluate every release whose wake-up time has come."""
        for number, at in list(self.wake.items()):
            if at is not None and at <= self.now:
                self.deliver(reports.Reevaluated(number))

    def settle_down(self) -> None:
        """Perform all effects, let time pass and sweep, until nothing is left to do."""
        for _ in range(3):
            self.perform_all()
            self.pass_time(31)
            self.sweep()
        self.perform_all()

    def perform_all(self) -> None:
        """Perform all effects, and those that follow from them."""
        while any(self.perform(place) for place in sorted(self.queues)):
            pass


def event_for(effect: NotifyOpen, number: int) -> events.ReleaseEvent:
    """Return the event that one release gets."""
    if effect.what == "reevaluate":
        return reports.Reevaluated(number)
    kind = reports.NewerRequested if effect.what == "newer_requested" else reports.NewerSucceeded
    return kind(number, effect.environment, effect.by)


def step_of(release: Release, correlation: str) -> Step | None:
    """Return the step that an intent was granted for."""
    for step in release.steps:
        current = step.intent.correlation if step.intent is not None else ""
        if correlation in {current, *step.voided}:
            return step
    return None
