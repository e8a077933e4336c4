"""What a release is noted to wait for after a decision, and since when."""

from dataclasses import replace
from datetime import datetime

import pytest

from handlers import reports
from handlers.environments import EnvironmentState
from handlers.release import Ending, Release, ReleaseState
from handlers.step import StepState
from handlers.wait import Wait
from handlers.wait_rules import note_waits
from tests.handlers.builders import (
    AMITA,
    BOTH,
    NOW,
    TIM,
    after,
    decided,
    draft,
    environment_state,
    facts_at,
    failed,
    granted,
    hold,
    in_production,
    in_queue,
    later,
    lock,
    production_step,
    release,
    signed,
    under_way,
)

SOON = later(minutes=5)
HELD = environment_state("production", holder=7, queue=in_queue(1))
FREE = environment_state("production")
ENDED = Ending(ReleaseState.CANCELLED, TIM, NOW)


def waits_of(
    known: Release, *environments: EnvironmentState, now: datetime = NOW
) -> list[tuple[str, str, datetime]]:
    work = draft(known, facts_at(now, *environments), now)
    note_waits(work)
    return [(each.environment, each.on, each.since) for each in work.release.waits]


@pytest.mark.parametrize(
    ("known", "place", "names"),
    [
        (in_production(), FREE, ["request", "team:ops", "team:testers"]),
        (in_production(requested=True), FREE, ["team:ops", "team:testers"]),
        (in_production(requested=True, sign_offs=(signed("testers", AMITA),)), FREE, ["team:ops"]),
        (in_production(requested=False, sign_offs=BOTH), FREE, ["request"]),
        # A turn counts once nothing else is missing: what is long in line is not waited for by who has not signed.
        (in_production(requested=True), HELD, ["team:ops", "team:testers"]),
        (in_production(requested=True, sign_offs=BOTH), HELD, ["gate:turn"]),
        (in_production(requested=True, sign_offs=BOTH), replace(FREE, locks=(lock(),)), ["gate:lock"]),
        (replace(in_production(requested=True, sign_offs=BOTH), hold=hold()), FREE, ["gate:hold"]),
        (production_step(granted("production")), FREE, ["deployment"]),
        (production_step(under_way(StepState.SENT, "production")), FREE, ["deployment"]),
        (production_step(under_way(StepState.RUNNING, "production")), FREE, ["deployment"]),
        (production_step(under_way(StepState.CANCELLING, "production")), FREE, ["deployment"]),
        (production_step(under_way(StepState.UNKNOWN, "production")), FREE, ["decision"]),
        (production_step(failed("production")), FREE, ["decision"]),
        (replace(in_production(), ending=ENDED), FREE, []),
    ],
)
def test_what_a_release_waits_for(known: Release, place: EnvironmentState, names: list[str]) -> None:
    assert waits_of(known, place) == [("production", name, NOW) for name in names]


def test_what_it_waits_for_since_before_keeps_its_time() -> None:
    known = in_production(requested=True, sign_offs=(signed("testers", AMITA),))
    before = (Wait("production", "team:ops", NOW), Wait("production", "team:testers", NOW))
    assert waits_of(replace(known, waits=before), FREE, now=SOON) == [("production", "team:ops", NOW)]


def test_a_wait_of_another_environment_is_another_one() -> None:
    known = replace(in_production(), waits=(Wait("staging", "request", NOW),))
    assert waits_of(known, FREE, now=SOON)[0] == ("production", "request", SOON)


def test_a_decision_that_changes_nothing_notes_nothing_for_a_release_of_before() -> None:
    known = in_production(requested=True)
    decision = decided(known, reports.Reevaluated(1), now=NOW)
    assert not decision.changed
    assert after(decision).waits == ()


def test_what_time_alone_changes_is_noted_when_it_is_looked_at_again() -> None:
    known = in_production(requested=True, sign_offs=BOTH, called=("testers", "ops"))
    locked = facts_at(NOW, replace(FREE, locks=(lock(until=SOON),)))
    noted = replace(known, waits=(Wait("production", "team:ops", NOW),))
    decision = decided(noted, reports.Reevaluated(1), locked)
    assert decision.changed
    # The lock called the request back.
    assert [each.on for each in after(decision).waits] == ["gate:lock", "request"]


def test_waits_make_no_other_release_of_it() -> None:
    assert replace(release(), waits=(Wait("staging", "request", NOW),)) == release()
