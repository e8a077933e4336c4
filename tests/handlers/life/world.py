"""A small world around the decision core: it saves decisions whole and performs their effects, in order per destination."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from handlers import events, reports
from handlers.build import Build
from handlers.decide import decide, decide_build, decide_environment
from handlers.effects import Effect, StopRun, Tell, TellOpen, Trigger, destination
from handlers.facts import Capabilities, Facts
from handlers.gates.verdict import Reason
from handlers.ground import Ground
from handlers.outcome import Decision, Refusal
from handlers.people import Group, Member, Roll, Standing, Team
from handlers.plan import Plan
from handlers.record.starting import lay_out
from handlers.release import Kind, Release
from handlers.step import Step
from handlers.why import why
from tests.handlers import making
from tests.handlers.life.ci import Ci
from tests.handlers.life.watch import Watch

LEASE = timedelta(seconds=30)
Outcome = Decision | Refusal
Deed = events.Starting | events.ReleaseEvent


@dataclass
class Worker:
    """Somebody who marked a request as sent and has its answer, once it has posted, in hand."""

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
    now: datetime = making.NOW
    stale: bool = False
    teams: dict[str, Team] = field(default_factory=lambda: dict(making.TEAMS))
    group: frozenset[str] = frozenset()
    standing: dict[str, Standing] = field(default_factory=lambda: {making.GUEST: Standing.GUEST})
    builds: list[Build] = field(default_factory=list[Build])
    releases: dict[int, Release] = field(default_factory=dict[int, Release])
    grounds: dict[str, Ground] = field(default_factory=dict[str, Ground])
    successes: dict[str, tuple[Build, ...]] = field(default_factory=dict[str, tuple[Build, ...]])
    wake: dict[int, datetime | None] = field(default_factory=dict[int, datetime | None])
    queues: dict[str, deque[tuple[int, Effect]]] = field(default_factory=dict[str, deque[tuple[int, Effect]]])
    workers: list[Worker] = field(default_factory=list[Worker])
    ci: Ci = field(default_factory=Ci)
    heard: list[events.ReleaseEvent] = field(default_factory=list[events.ReleaseEvent])
    watch: Watch = field(init=False)
    numbers: int = 0
    seeds: int = 0
    tickets: int = 0

    def __post_init__(self) -> None:
        self.watch = Watch(self)

    # What is known.

    def roll(self) -> Roll:
        """Give what Slack said: now, or too long ago."""
        at = self.now - timedelta(minutes=5) if self.stale else self.now
        members = {user: Member(self.standing.get(user, Standing.FULL), at) for user in making.EVERYBODY}
        return Roll(making.directory(self.teams), members, {"S0OPS": Group(self.group, at)})

    def facts(self, build: Build | None = None) -> Facts:
        """Give all facts as of now, for a release of a build."""
        capabilities = {"here": Capabilities(authoritative_search=True, grace=60), "remote": Capabilities()}
        flying = frozenset(release.number for release in self.releases.values() if release.in_flight)
        newest = build.order if build is not None else 0
        authors = {place.name: self.authors(place.name, newest) for place in self.plan.environments}
        return Facts(self.roll(), self.grounds, capabilities, self.successes, authors, flying)

    def authors(self, environment: str, newest: int) -> tuple[str, ...]:
        """List the authors of all builds since the one that is live, up to one."""
        live = self.ground(environment).live
        since = live.build.order if live is not None else 0
        return tuple(
            change.author
            for build in self.builds
            if since < build.order <= newest
            for change in build.changes
        )

    def ground(self, environment: str) -> Ground:
        """Give an environment's ground."""
        return self.grounds.get(environment, Ground(environment))

    def open_releases(self) -> list[Release]:
        """List what has not ended."""
        return [release for release in self.releases.values() if not release.ended]

    def reasons(self, release: Release) -> tuple[Reason, ...]:
        """Ask what a release waits for."""
        return why(release, self.facts(release.build), self.now)

    def undone(self) -> Iterator[Effect]:
        """Give every effect that was not performed yet."""
        for queue in self.queues.values():
            yield from (effect for _, effect in queue)

    # The door.

    def deliver(self, event: Deed) -> Outcome:
        """Bring an event through the door: load, decide, save."""
        if isinstance(event, events.Started | events.RollbackStarted):
            return self._begin(event)
        return self._enter(self.releases[event.release], event)

    def _begin(self, event: events.Starting) -> Outcome:
        if isinstance(event, events.Started):
            for release in self.open_releases():
                if release.kind is Kind.NORMAL and release.build == event.build:
                    again = events.StepAsked(release.number, event.environment, event.actor)
                    return self._enter(release, again)
        self.numbers += 1
        return self._enter(lay_out(self.numbers, event, self.plan, self.now), event)

    def _enter(self, release: Release, event: Deed) -> Outcome:
        self.seeds += 1
        outcome = decide(release, event, self.facts(release.build), self.now, seed=f"seed{self.seeds}")
        self.watch.decided(release, event, outcome)
        if isinstance(outcome, Decision):
            self._save(outcome)
            self.watch.saved(release, event, outcome)
        if not isinstance(event, events.Started | events.RollbackStarted | reports.SendWanted):
            self.heard.append(event)
        return outcome

    def close(self, event: events.EnvironmentEvent) -> Outcome:
        """Bring a lock or an unlock through the door."""
        before = dict(self.grounds)
        outcome = decide_environment(self.plan, event, self.facts(), self.now)
        if isinstance(outcome, Decision):
            self._save(outcome)
        else:
            assert self.grounds == before
        return outcome

    def ready(self, build: Build) -> None:
        """Bring a build through the door."""
        self.builds.append(build)
        known = tuple(making.directory().person_of_author(change.author) or "" for change in build.changes)
        outcome = decide_build(self.plan, events.BuildReported(build), tuple(name for name in known if name))
        self._save(outcome)

    def _save(self, decision: Decision) -> None:
        release = decision.release
        if release is not None:
            self.releases[release.number] = replace(release, revision=release.revision + 1)
            self.wake[release.number] = decision.wake_at
            if decision.deployed:
                before = self.successes.get(decision.deployed, ())
                self.successes[decision.deployed] = (*before, release.build)
        self.grounds.update(decision.grounds)
        for effect in decision.effects:
            self.tickets += 1
            self.queues.setdefault(destination(effect), deque()).append((self.tickets, effect))

    # The effects.

    def perform(self, place: str) -> bool:
        """Perform the first effect of a destination; False if its turn has not come."""
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
            case Tell(event):
                self.deliver(event)
            case TellOpen():
                self.tell_open(effect)
            case StopRun(_, _, run_id):
                run = self.ci.find(run_id)
                if run is not None and run.state == "running" and self.seeds % 3:
                    run.state = "cancelled"
            case _:
                pass

    def tell_open(self, effect: TellOpen) -> None:
        """Hand an event to the open releases that it concerns."""
        for release in self.open_releases():
            if effect.order and release.build.order >= effect.order:
                continue
            self.deliver(told(effect, release.number))

    def _trigger(self, ticket: int, effect: Trigger) -> bool:
        """Let a worker take a request, unless another has it and had not its time yet; True if something was done."""
        if any(worker.ticket == ticket and self.now < worker.marked_at + LEASE for worker in self.workers):
            return False
        outcome = self.deliver(reports.SendWanted(effect.release, effect.correlation))
        if isinstance(outcome, Refusal) or outcome.reply.code != "send":
            self.finish_trigger(ticket, effect.correlation)
            return True
        intent = self.releases[effect.release].step.intent
        assert intent is not None
        self.workers.append(Worker(effect.release, effect.correlation, intent.tries, ticket, self.now))
        return True

    def finish_trigger(self, ticket: int, correlation: str) -> None:
        """Note that a request needs no worker any more."""
        place = f"run:{correlation}"
        if place in self.queues and self.queues[place][0][0] == ticket:
            self._drop(place)

    def post(self, worker: Worker, how: int) -> None:
        """Let a worker post, if it still may: within 10 s of the mark or not at all."""
        if worker.posted:
            return
        worker.posted = True
        number, correlation, tries = worker.release, worker.correlation, worker.tries
        if self.now > worker.marked_at + timedelta(seconds=10):
            worker.answer = reports.SendRefused(number, correlation, tries, transient=True)
            return
        self.watch.posted(worker)
        self.ci.posts[correlation] += 1
        worker.answer = self._answered(worker, how)
        self.watch.answered(worker)

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
        """Let a worker bring the answer that it has in hand."""
        if worker.answer is None:
            return
        self.workers.remove(worker)
        self.deliver(worker.answer)
        self.finish_trigger(worker.ticket, worker.correlation)

    def lose(self, worker: Worker) -> None:
        """Let a worker die; what it had in hand is lost."""
        self.workers.remove(worker)

    # The CI, polled.

    def poll(self, release: Release) -> None:
        """Ask the CI about what is in flight, as the sweep does."""
        step = release.step
        if not step.in_flight or step.intent is None:
            return
        correlation = step.intent.correlation
        if step.run is not None:
            self.deliver(self.report_of(release, step.run.id, correlation))
        elif step.intent.unclear_at is not None:
            runs = tuple(reports.FoundRun(run.id) for run in self.ci.carrying(correlation))
            self.deliver(reports.SearchEnded(release.number, correlation, step.intent.tries, runs))

    def report_of(self, release: Release, run_id: str, correlation: str) -> reports.RunReported:
        """Say how a run is now, by its own id if it was asked for by its place in the queue; an unknown one has vanished."""
        run = self.ci.find(run_id.removeprefix("queue/"))
        if run is None:
            return reports.RunReported(release.number, correlation, run_id, "vanished")
        return reports.RunReported(release.number, correlation, run.id, run.state, run.attempt)

    def owner(self, correlation: str) -> Release:
        """Find the release that an intent is of."""
        return next(each for each in self.releases.values() if step_of(each, correlation))

    def deploy_well(self) -> None:
        """Take, post and answer every request, and let its run succeed."""
        for place in [place for place in sorted(self.queues) if place.startswith("run:")]:
            self.perform(place)
        for worker in list(self.workers):
            self.post(worker, 0)
            self.report(worker)
        for run in self.ci.runs:
            if run.state == "running":
                run.state = "succeeded"
        for release in self.open_releases():
            self.poll(release)

    def tell_all(self) -> None:
        """Read the policy anew: everything open is looked at."""
        for release in self.open_releases():
            self.deliver(reports.Looked(release.number))

    def move_on(self) -> None:
        """Let all that is under way go one step on, and well."""
        for worker in list(self.workers):
            self.post(worker, 0)
            self.report(worker)
        for release in self.open_releases():
            self.poll(release)
        for run in self.ci.runs:
            if run.state == "running":
                run.state = "succeeded"

    # Time.

    def pass_time(self, seconds: float) -> None:
        """Let time pass and the sweep look at what is due."""
        self.now += timedelta(seconds=seconds)

    def sweep(self) -> None:
        """Look at every release whose time has come."""
        for number, at in list(self.wake.items()):
            if at is not None and at <= self.now:
                self.deliver(reports.Looked(number))

    def settle_down(self) -> None:
        """Perform everything that can be performed, let the clock pass, and look again, until it is quiet."""
        for _ in range(3):
            self.perform_all()
            self.pass_time(31)
            self.sweep()
        self.perform_all()

    def perform_all(self) -> None:
        """Perform all effects, and those that come of them."""
        while any(self.perform(place) for place in sorted(self.queues)):
            pass


def told(effect: TellOpen, number: int) -> events.ReleaseEvent:
    """Give the event that one release is told."""
    if effect.what == "look":
        return reports.Looked(number)
    kind = reports.NewerAsked if effect.what == "newer_asked" else reports.NewerSucceeded
    return kind(number, effect.environment, effect.by, effect.order)


def step_of(release: Release, correlation: str) -> Step | None:
    """Find the step that an intent was granted for."""
    for step in release.steps:
        current = step.intent.correlation if step.intent is not None else ""
        if correlation in {current, *step.voided}:
            return step
    return None
