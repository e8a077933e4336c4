"""What is counted of deployments and waits: each once, when a committed decision ends it."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from prometheus_client import Counter

from bot import deployment_counts
from bot.metrics import DEPLOYMENTS, WAITED_SECONDS, labels_of_wait
from handlers.attempt import Failure
from handlers.events import ExternalRunSeen
from handlers.outcome import Decision, Refusal, Reply
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.reports import Reevaluated
from handlers.step import IN_FLIGHT, Step, StepState
from handlers.wait import Wait
from storage.history import Head
from storage.incoming import IncomingEvent, Outcome
from tests.handlers import builders
from tests.handlers.builders import NOW, later
from tests.handlers.life.chapters import CHAPTERS
from tests.handlers.life.draw import Draw
from tests.handlers.life.operations import MACHINERY, PEOPLE, PLANS, push
from tests.handlers.life.world import DecidedEvent, World
from tests.handlers.life.world import Outcome as LifeOutcome
from tests.operate.series import Series, grown, labels, now
from tests.profile import size

STAGING = {"service": "website", "environment": "staging"}
PRODUCTION = {"service": "website", "environment": "production"}
OK = Reply("reported")


def counted(before: Release, after: Release, *names: str, at: timedelta = timedelta(0)) -> Series:
    """Count a decision and give what grew."""
    known = now()
    incoming = IncomingEvent("id", Reevaluated(1), NOW + at)
    deployment_counts.count(incoming, Outcome(OK, after, was=before))
    return grown(known, *names)


def deployments(before: Release, after: Release) -> dict[str, str]:
    """Give kind, environment and outcome of the only deployment that a decision ended; nothing if it ended none."""
    grew = counted(before, after, "shiproom_deployments_total")
    assert len(grew) <= 1
    return {name: value for _, given in grew for name, value in given}


RUNNING = builders.under_way(StepState.RUNNING)
UNKNOWN = builders.under_way(StepState.UNKNOWN)
OVER = replace(RUNNING, state=StepState.SUCCEEDED)


def broken(code: str) -> Step:
    return replace(RUNNING, state=StepState.FAILED, failure=Failure(code))


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        (RUNNING, OVER, "succeeded"),
        (UNKNOWN, replace(UNKNOWN, state=StepState.SUCCEEDED, settled_by=builders.TIM), "succeeded"),
        (RUNNING, broken("run_failed"), "failed"),
        (RUNNING, broken("timed_out"), "failed"),
        (builders.under_way(StepState.SENT), broken("not_sent"), "failed"),
        (RUNNING, broken("run_cancelled"), "stopped"),
        (UNKNOWN, replace(broken("not_sent"), intent=None), "failed"),
        # Its claim was refused: the run goes home, and the step waits again.
        (RUNNING, builders.waiting("staging", voided=(builders.CORRELATION,)), "stopped"),
        # What goes on is no end.
        (builders.under_way(StepState.SENT), RUNNING, ""),
        (RUNNING, UNKNOWN, ""),
        (UNKNOWN, RUNNING, ""),
        (RUNNING, replace(RUNNING, state=StepState.CANCELLING), ""),
        (builders.under_way(StepState.SENT), builders.granted(), ""),
        # Nothing was sent yet.
        (builders.granted(), builders.waiting("staging"), ""),
        (builders.waiting("staging"), builders.granted(), ""),
        # It was counted when it failed.
        (broken("run_failed"), OVER, ""),
        (broken("run_failed"), builders.waiting("staging", attempt=2), ""),
        (OVER, OVER, ""),
    ],
)
def test_how_a_deployment_ends(old: Step, new: Step, outcome: str) -> None:
    pending = Step("production")
    said = deployments(builders.release(old, pending), builders.release(new, pending))
    assert said == ({**STAGING, "kind": "normal", "outcome": outcome} if outcome else {})


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(StepState.CANCELLING, "stopped"), (StepState.UNKNOWN, "unknown"), (StepState.GRANTED, "")],
)
def test_a_release_that_ends_ends_what_is_under_way(state: StepState, outcome: str) -> None:
    step = builders.under_way(state, "production")
    over = replace(step, state=StepState.SKIPPED)
    ended = builders.rollback(over, ending=Ending(ReleaseState.CANCELLED, builders.TIM, NOW))
    said = deployments(builders.rollback(step), ended)
    assert said == ({**PRODUCTION, "kind": "rollback", "outcome": outcome} if outcome else {})


def test_another_attempt_in_the_same_decision_is_another_deployment() -> None:
    again = replace(RUNNING, state=StepState.GRANTED, intent=builders.intent(correlation="corr2"))
    pending = Step("production")
    said = deployments(builders.release(RUNNING, pending), builders.release(again, pending))
    assert said["outcome"] == "stopped"


def test_seconds_run_from_the_request_until_the_end() -> None:
    names = ("shiproom_deployment_seconds_sum", "shiproom_deployment_seconds_bucket")
    pending = Step("production")
    grew = counted(
        builders.release(RUNNING, pending),
        builders.release(OVER, pending),
        *names,
        at=timedelta(seconds=61.5),
    )
    mine = {**STAGING, "outcome": "succeeded"}
    assert grew.pop((names[0], labels(**mine))) == pytest.approx(61.5)
    assert {dict(key[1])["le"] for key in grew} == {
        "120.0",
        "300.0",
        "600.0",
        "1200.0",
        "1800.0",
        "3600.0",
        "7200.0",
        "14400.0",
        "+Inf",
    }


@pytest.mark.parametrize(
    ("kind", "fields", "seconds"),
    [
        (Kind.NORMAL, {}, 7200.0),
        (Kind.EMERGENCY, {}, 7200.0),
        (Kind.ROLLBACK, {}, None),
        (Kind.NORMAL, {"taken_over": 7}, None),
    ],
)
def test_lead_time(kind: Kind, fields: dict[str, int], seconds: float | None) -> None:
    step = builders.under_way(StepState.RUNNING, "production")
    build = builders.build(ready_at=later(hours=-1))
    before = builders.production_step(step, kind=kind, build=build)
    after = builders.production_step(
        replace(step, state=StepState.SUCCEEDED, **fields), kind=kind, build=build
    )
    name = "shiproom_lead_time_seconds_sum"
    grew = counted(before, after, name, at=timedelta(hours=1))
    assert grew == ({} if seconds is None else {(name, labels(**PRODUCTION)): seconds})


def test_no_lead_time_where_nothing_is_protected_or_nobody_knows_when_the_build_was_ready() -> None:
    name = "shiproom_lead_time_seconds_count"
    pending = Step("production")
    known = builders.build(ready_at=NOW)
    assert not counted(
        builders.release(RUNNING, pending, build=known), builders.release(OVER, pending, build=known), name
    )
    step = builders.under_way(StepState.RUNNING, "production")
    unknown = builders.build(ready_at=None)
    over = replace(step, state=StepState.SUCCEEDED)
    assert not counted(
        builders.production_step(step, build=unknown), builders.production_step(over, build=unknown), name
    )


def test_a_wait_counts_when_it_ends_and_never_backwards() -> None:
    testers, ops = Wait("production", "team:testers", NOW), Wait("production", "team:ops", later(minutes=5))
    window = Wait("production", "gate:window", later(hours=3))
    name = "shiproom_waiting_seconds_total"
    before, after = builders.release(waits=(testers, ops, window)), builders.release(waits=(ops,))
    grew = counted(before, after, name, at=timedelta(hours=2))
    assert grew == {(name, labels(**PRODUCTION, what="sign_off", team="testers")): 7200.0}
    assert counted(after, builders.release(), name, at=timedelta(hours=2)) == {
        (name, labels(**PRODUCTION, what="sign_off", team="ops")): 6900.0
    }


@pytest.mark.parametrize(
    ("on", "what", "team"),
    [
        ("team:testers", "sign_off", "testers"),
        ("gate:window", "window", ""),
        ("request", "request", ""),
        ("decision", "decision", ""),
    ],
)
def test_the_labels_of_a_wait(on: str, what: str, team: str) -> None:
    assert labels_of_wait(on) == (what, team)


def test_a_refusal_and_a_repeated_delivery_count_nothing() -> None:
    pending, known = Step("production"), now()
    before, after = builders.release(RUNNING, pending), builders.release(OVER, pending)
    incoming = IncomingEvent("id", Reevaluated(1), NOW)
    deployment_counts.count(incoming, Outcome(Refusal("no"), after, was=before))
    deployment_counts.count(incoming, Outcome(OK, after, was=before, repeated=True))
    deployment_counts.count(incoming, Outcome(OK, after))
    assert not grown(known, "shiproom_deployments_total", "shiproom_waiting_seconds_total")


@pytest.mark.parametrize(
    ("state", "news", "counts"),
    [("succeeded", True, 1), ("failed", True, 1), ("running", True, 0), ("succeeded", False, 0)],
)
def test_what_was_deployed_from_elsewhere(state: str, news: bool, counts: int) -> None:
    event = ExternalRunSeen("website", "production", "9#1", state, builders.build())  # pyright: ignore[reportArgumentType] - a case
    known, head = now(), Head("website") if news else None
    deployment_counts.count(IncomingEvent("id", event, NOW), Outcome(Reply("outside_seen"), head=head))
    assert sum(grown(known, "shiproom_deployments_total").values()) == counts


class Counting(World):
    """A simulated world in which each decision is counted, and attempts and waits are counted a second way."""

    attempts: set[str]
    waited: float

    def _apply(self, release: Release, event: DecidedEvent) -> LifeOutcome:
        outcome = super()._apply(release, event)
        if isinstance(outcome, Decision) and outcome.release is not None:
            incoming = IncomingEvent("id", event, self.now)
            deployment_counts.count(incoming, Outcome(outcome.reply, outcome.release, was=release))
            self._note(release, outcome.release)
        return outcome

    def _note(self, before: Release, after: Release) -> None:
        self.attempts |= {of(step) for step in after.steps if step.state in IN_FLIGHT}
        # The CI has taken nothing of it: it is sent again, or it was never a deployment.
        self.attempts -= {of(step) for step in after.steps if step.state is StepState.GRANTED}
        left = {(each.environment, each.on): each for each in before.waits}
        for each in after.waits:
            left.pop((each.environment, each.on), None)
        self.waited += sum((self.now - each.since).total_seconds() for each in left.values())


def of(step: Step) -> str:
    return step.intent.correlation if step.intent is not None else ""


def total(metric: Counter) -> float:
    return sum(sample.value for family in metric.collect() for sample in family.samples)


def test_whatever_happens_each_attempt_that_was_sent_counts_once(seed: int) -> None:
    chance = Random(seed)
    ended = 0
    for _ in range(size(12, 40, 200)):
        before, waited = total(DEPLOYMENTS), total(WAITED_SECONDS)
        world = Counting(PLANS[chance.choice(sorted(PLANS))])
        world.attempts, world.waited = set(), 0.0
        for step in range(60):
            draw = Draw(chance.randrange(60), chance.randrange(7), chance.choice(builders.EVERYBODY))
            if step == 0:
                CHAPTERS[chance.choice(sorted(CHAPTERS))](world, draw)
            elif step % 3:
                push(world, draw)
            else:
                operations = chance.choice((PEOPLE, MACHINERY))
                operations[chance.choice(sorted(operations))](world, draw)
        flying = {of(step) for each in world.releases.values() for step in each.steps if step.in_flight}
        counted_now = total(DEPLOYMENTS) - before
        assert counted_now == len(world.attempts) - len(flying & world.attempts)
        assert total(WAITED_SECONDS) - waited == pytest.approx(world.waited)
        ended += counted_now
    assert ended > size(20, 60, 300)
