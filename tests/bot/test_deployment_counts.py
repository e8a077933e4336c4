"""What is counted of deployments and waits: each once, when a committed decision ends it."""

from collections import Counter as TallyOf
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Literal

import pytest
from prometheus_client import Counter

from bot import deployment_counts
from bot.metrics import WAITED_SECONDS, labels_of_wait
from handlers.attempt import Failure
from handlers.attempt_endings import attempt_ending
from handlers.events import ExternalRunSeen
from handlers.outcome import Decision, Refusal, Reply
from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.reports import Reevaluated
from handlers.step import Step, StepState
from handlers.wait import Wait
from storage.history import Head
from storage.incoming import IncomingEvent, Outcome
from tests.handlers import builders
from tests.handlers.builders import NOW, later
from tests.handlers.life.chapters import CHAPTERS
from tests.handlers.life.draw import Draw
from tests.handlers.life.operations import CLOCK, MACHINERY, PEOPLE, PLANS, push
from tests.handlers.life.world import DecidedEvent, World
from tests.handlers.life.world import Outcome as LifeOutcome
from tests.operate.series import Series, grown, labels, now
from tests.profile import size

STAGING = {"service": "website", "environment": "staging"}
PRODUCTION = {"service": "website", "environment": "production"}
OK = Reply("reported")


def counted(
    before: Release,
    after: Release,
    *names: str,
    at: timedelta = timedelta(0),
    deployed: str = "",
) -> Series:
    """Count a decision and give what grew."""
    known = now()
    incoming = IncomingEvent("id", Reevaluated(1), NOW + at)
    ended = attempt_ending(before, after, deployed)
    deployment_counts.count(incoming, Outcome(OK, after, was=before, ended=ended))
    return grown(known, *names)


def deployments(before: Release, after: Release, deployed: str = "") -> dict[str, str]:
    """Give kind, environment and outcome of the only deployment that a decision ended; nothing if it ended none."""
    grew = counted(before, after, "shiproom_deployments_total", deployed=deployed)
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
        (RUNNING, broken("run_cancelled"), "failed"),
        (builders.under_way(StepState.SENT), broken("not_sent"), "unsent"),
        (UNKNOWN, replace(broken("not_sent"), intent=None), "unsent"),
        # Its claim was refused: the run goes home, and the step waits again.
        (RUNNING, builders.waiting("staging", voided=(builders.CORRELATION,)), ""),
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
        (broken("run_failed"), broken("not_sent"), ""),
        (broken("run_failed"), builders.waiting("staging", attempt=2), ""),
        (OVER, OVER, ""),
    ],
)
def test_how_a_deployment_ends(old: Step, new: Step, outcome: str) -> None:
    pending = Step("production")
    deployed = "staging" if new.state is StepState.SUCCEEDED is not old.state else ""
    said = deployments(builders.release(old, pending), builders.release(new, pending), deployed)
    assert said == ({**STAGING, "kind": "normal", "outcome": outcome} if outcome else {})


@pytest.mark.parametrize(
    ("state", "may_have_deployed", "outcome"),
    [
        (StepState.CANCELLING, True, "stopped"),
        (StepState.CANCELLING, False, "unsent"),
        # After a restore nobody knows how it ended.
        (StepState.UNKNOWN, True, ""),
        (StepState.GRANTED, False, ""),
    ],
)
def test_a_release_that_ends_ends_what_is_stopped(
    state: StepState, may_have_deployed: bool, outcome: str
) -> None:
    step = builders.under_way(state, "production", may_have_deployed=may_have_deployed)
    over = replace(step, state=StepState.SKIPPED)
    ended = builders.rollback(over, ending=Ending(ReleaseState.CANCELLED, builders.TIM, NOW))
    said = deployments(builders.rollback(step), ended)
    assert said == ({**PRODUCTION, "kind": "rollback", "outcome": outcome} if outcome else {})


@pytest.mark.parametrize(
    "step",
    [
        broken("run_failed"),
        replace(RUNNING, attempt=2),
        builders.waiting("staging", attempt=2),
        replace(RUNNING, state=StepState.SKIPPED),
    ],
)
def test_a_late_success_is_no_other_deployment(step: Step) -> None:
    """The attempt that it was of has ended, and counted; one that is under way meanwhile counts when it ends."""
    pending = Step("production")
    before = builders.release(step, pending, build=builders.build(ready_at=NOW))
    after = replace(before, steps=(replace(step, late=("55#1:succeeded",)), pending))
    assert not deployments(before, after, deployed="staging")
    assert not counted(before, after, "shiproom_lead_time_seconds_count", deployed="staging")


def test_seconds_run_from_the_request_until_the_end() -> None:
    names = ("shiproom_deployment_seconds_sum", "shiproom_deployment_seconds_bucket")
    pending = Step("production")
    grew = counted(
        builders.release(RUNNING, pending),
        builders.release(OVER, pending),
        *names,
        at=timedelta(seconds=61.5),
        deployed="staging",
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
    deployed = "" if fields else "production"
    grew = counted(before, after, name, at=timedelta(hours=1), deployed=deployed)
    assert grew == ({} if seconds is None else {(name, labels(**PRODUCTION)): seconds})


def test_no_lead_time_where_nothing_is_protected_or_nobody_knows_when_the_build_was_ready() -> None:
    name = "shiproom_lead_time_seconds_count"
    pending = Step("production")
    known = builders.build(ready_at=NOW)
    assert not counted(
        builders.release(RUNNING, pending, build=known),
        builders.release(OVER, pending, build=known),
        name,
        deployed="staging",
    )
    step = builders.under_way(StepState.RUNNING, "production")
    unknown = builders.build(ready_at=None)
    over = replace(step, state=StepState.SUCCEEDED)
    assert not counted(
        builders.production_step(step, build=unknown),
        builders.production_step(over, build=unknown),
        name,
        deployed="production",
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
    ended = attempt_ending(before, after, "staging")
    deployment_counts.count(incoming, Outcome(Refusal("no"), after, was=before, ended=ended))
    deployment_counts.count(incoming, Outcome(OK, after, was=before, ended=ended, repeated=True))
    deployment_counts.count(incoming, Outcome(OK, after))
    assert not grown(known, "shiproom_deployments_total", "shiproom_waiting_seconds_total")


@pytest.mark.parametrize(
    ("state", "news", "counts"),
    [("succeeded", True, 1), ("failed", True, 1), ("running", True, 0), ("succeeded", False, 0)],
)
def test_what_was_deployed_from_elsewhere(
    state: Literal["running", "succeeded", "failed"], news: bool, counts: int
) -> None:
    event = ExternalRunSeen("website", "production", "9#1", state, builders.build())
    known, head = now(), Head("website") if news else None
    deployment_counts.count(IncomingEvent("id", event, NOW), Outcome(Reply("outside_seen"), head=head))
    assert sum(grown(known, "shiproom_deployments_total").values()) == counts


ANYTHING = PEOPLE | MACHINERY | CLOCK
AT_LARGE = {
    name: ANYTHING[name]
    for name in (
        "cancel",
        "poll",
        "rerun",
        "retry",
        "run_ends",
        "run_surprises",
        "send",
        "settle",
        "sweep",
        "webhook",
    )
}
"""What happens to attempts: without more of it most of them succeed."""


class Counting(World):
    """A simulated world in which each decision is counted, and endings and waits are counted a second way.

    `told` is what the history told first of each attempt, by its release, environment and number. What a late report says is of
    a run whose attempt was over: it corrects what was told, or somebody let it run without Shiproom.
    """

    told: dict[tuple[int, str, int], str]
    waited: float

    def _apply(self, release: Release, event: DecidedEvent) -> LifeOutcome:
        outcome = super()._apply(release, event)
        if isinstance(outcome, Decision) and outcome.release is not None:
            after = outcome.release
            ended = attempt_ending(release, after, outcome.deployed)
            incoming = IncomingEvent("id", event, self.now)
            deployment_counts.count(incoming, Outcome(outcome.reply, after, was=release, ended=ended))
            if ended is not None and outcome.reply.code != "late":
                attempt = (release.number, ended.environment, ended.attempt)
                self.told.setdefault(attempt, ended.outcome.value)
            self._note_waits(release, after)
        return outcome

    def _note_waits(self, before: Release, after: Release) -> None:
        left = {(each.environment, each.on): each for each in before.waits}
        for each in after.waits:
            left.pop((each.environment, each.on), None)
        self.waited += sum((self.now - each.since).total_seconds() for each in left.values())


def by_outcome() -> TallyOf[str]:
    found = TallyOf[str]()
    for (name, given), value in now().items():
        if name == "shiproom_deployments_total":
            found[dict(given)["outcome"]] += round(value)
    return found


def total(metric: Counter) -> float:
    return sum(sample.value for family in metric.collect() for sample in family.samples)


def test_whatever_happens_each_attempt_counts_once_as_the_history_first_told_it(seed: int) -> None:
    chance = Random(seed)
    ended = TallyOf[str]()
    for _ in range(size(12, 40, 200)):
        before, waited = by_outcome(), total(WAITED_SECONDS)
        world = Counting(PLANS[chance.choice(sorted(PLANS))])
        world.told, world.waited = {}, 0.0
        for step in range(60):
            draw = Draw(chance.randrange(60), chance.randrange(7), chance.choice(builders.EVERYBODY))
            if step == 0:
                CHAPTERS[chance.choice(sorted(CHAPTERS))](world, draw)
            elif step % 5 == 0:
                push(world, draw)
            else:
                operations = ANYTHING if step % 5 == 1 else AT_LARGE
                operations[chance.choice(sorted(operations))](world, draw)
        expected = TallyOf(world.told.values())
        assert by_outcome() - before == expected
        assert total(WAITED_SECONDS) - waited == pytest.approx(world.waited)
        ended += expected
    assert ended.total() > size(20, 60, 300)
