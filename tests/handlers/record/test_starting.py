from dataclasses import replace

import pytest

from handlers import events, reports
from handlers.effects import Say, ShowCard, Tell, TellOpen, Trigger
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.record.starting import lay_out
from handlers.release import Kind, Release
from handlers.step import Step, StepState
from tests.handlers.making import (
    AMITA,
    ANDY,
    ANNOUNCED,
    GUEST,
    MARA,
    NOW,
    STRANGER,
    TIM,
    after,
    build,
    decided,
    facts,
    ground,
    in_line,
    live,
    lock,
    plan,
    production,
    refused,
    roll,
    rule,
    staging,
    waiting,
)

START = events.Started(build(), "staging", ANDY, (ANDY,), "hot")
BACK = events.RollbackStarted(build(1), "production", TIM, "broken")


def laid(event: events.Starting = START, number: int = 1, **fields: object) -> Release:
    return lay_out(number, event, replace(plan(), **fields), NOW)


def rollback_facts(
    *, failed: bool = False, line: tuple[int, ...] = (), holder: int = 0, **fields: object
) -> Facts:
    place = ground(
        "production", live=live(2), failed=failed, line=in_line(*line, rollbacks=line), holder=holder
    )
    return replace(facts(place, successes={"production": (build(1), build(2))}), **fields)


def test_a_journey_goes_through_all_environments() -> None:
    steps = (Step("staging"), Step("production"))
    expected = Release(1, Kind.NORMAL, build(), plan(), (ANDY,), NOW, steps, "hot")
    assert laid() == expected


def test_a_rollback_goes_to_one() -> None:
    steps = (Step("production"),)
    assert laid(BACK, 5) == Release(5, Kind.ROLLBACK, build(1), plan(), (TIM,), NOW, steps, "broken")


def test_a_started_journey_goes_on_at_once() -> None:
    decision = decided(laid(), START)
    intent = after(decision).step.intent
    assert intent is not None
    expected = waiting("staging", state=StepState.GRANTED, holding=True, intent=intent)
    assert after(decision).steps == (expected, Step("production"))
    assert decision.reply == Reply("started", {"release": "r1", "environment": "staging"})
    assert decision.effects == (
        Say(1, "started", {"by": ANDY, "note": "hot"}),
        TellOpen("website", "newer_asked", "staging", 1, 1),
        ShowCard(1),
        Trigger(1, intent.correlation),
        ANNOUNCED,
    )


def test_a_start_that_needs_sign_offs_tells_the_teams() -> None:
    guarded = plan(staging(gates=(rule("testers"), rule("ops"))), production())
    decision = decided(lay_out(1, START, guarded, NOW), START)
    assert decision.effects[1] == Say(
        1, "sign_offs_wanted", {"environment": "staging"}, broadcast=True, teams=("testers", "ops")
    )
    assert after(decision).step == waiting("staging")


@pytest.mark.parametrize(
    ("actor", "code"),
    [(AMITA, "not_in_team"), (STRANGER, "not_in_team"), (GUEST, "not_full_member")],
)
def test_only_starters_start(actor: str, code: str) -> None:
    event = replace(START, actor=actor)
    teams = ("developers",)
    known = laid(event, starters=teams)
    assert refused(known, event) == Refusal(code, {"deed": "start"}, teams)


def test_whom_nobody_knows_does_not_start() -> None:
    given = facts(roll=roll(unknown=(ANDY,)))
    assert refused(laid(), START, given).code == "standing_unknown"


def test_a_ready_build_may_start_by_itself() -> None:
    assert decided(laid(), replace(START, actor=SHIPROOM)).reply.code == "started"


def test_a_start_elsewhere_names_the_missing_environment() -> None:
    event = replace(START, environment="production")
    values = {"environment": "production", "missing": "staging", "version": "2.1.0"}
    assert refused(laid(event), event) == Refusal("skipped_environment", values)


def test_a_build_of_another_branch_does_not_start_into_a_protected_environment() -> None:
    event = replace(START, build=build(branch="feature"), environment="production")
    known = lay_out(1, event, plan(production()), NOW)
    values = {"branch": "feature", "branches": "main", "environment": "production"}
    assert refused(known, event) == Refusal("wrong_branch", values)


# Rollback.


def test_a_rollback_goes_at_once_and_passes_locks() -> None:
    given = rollback_facts()
    locked = replace(given, grounds={"production": replace(given.ground("production"), lock=lock())})
    decision = decided(laid(BACK, 5), BACK, locked)
    intent = after(decision).step.intent
    assert intent is not None
    expected = waiting("production", requested_by=TIM, state=StepState.GRANTED, holding=True, intent=intent)
    assert after(decision).step == expected
    assert decision.reply == Reply("rollback_started", {"release": "r5", "version": "2.1.0"})
    assert decision.effects == (
        Say(5, "rollback_started", {"by": TIM, "reason": "broken"}),
        ShowCard(5),
        Trigger(5, intent.correlation),
    )


def test_a_rollback_tells_the_holder_to_give_way() -> None:
    decision = decided(laid(BACK, 5), BACK, rollback_facts(holder=4))
    assert decision.effects[0] == Tell(reports.Displaced(4, "production", 5, TIM))
    assert after(decision).step.in_line_since == NOW


def test_a_rollback_may_cancel_what_is_in_flight() -> None:
    known = rollback_facts(holder=4, in_flight=frozenset({4}))
    assert refused(laid(BACK, 5), BACK, known) == Refusal(
        "holder_in_flight", {"holder": "r4", "environment": "production"}, ("ops",)
    )
    event = replace(BACK, cancel_holder=True)
    decision = decided(laid(event, 5), event, known)
    assert decision.effects[0] == Tell(reports.Displaced(4, "production", 5, TIM, cancel=True))


def test_a_rollback_with_gates_of_its_own_tells_the_teams() -> None:
    guarded = plan(staging(), production(rollback_gates=(rule("testers"),)))
    decision = decided(lay_out(5, BACK, guarded, NOW), BACK, rollback_facts())
    assert decision.effects[1] == Say(
        5, "sign_offs_wanted", {"environment": "production"}, broadcast=True, teams=("testers",)
    )


@pytest.mark.parametrize("actor", [ANDY, MARA, AMITA])
def test_only_operators_roll_back(actor: str) -> None:
    event = replace(BACK, actor=actor)
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal(
        "not_in_team", {"deed": "roll back"}, ("ops",)
    )


@pytest.mark.parametrize(
    "of", [build(3), build(1, sha="f" * 40), build(1, digest="sha256:9"), build(7, version="2.1.0")]
)
def test_only_what_succeeded_there_comes_back(of: object) -> None:
    event = replace(BACK, build=of)
    values = {"environment": "production", "version": event.build.version}
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal("never_succeeded_there", values)


def test_where_nothing_succeeded_nothing_comes_back() -> None:
    assert refused(laid(BACK, 5), BACK, facts()).code == "never_succeeded_there"


def test_what_is_live_does_not_come_back_unless_the_newest_attempt_failed() -> None:
    event = replace(BACK, build=build(2))
    values = {"environment": "production", "version": "2.2.0"}
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal("already_live", values)
    assert decided(laid(event, 5), event, rollback_facts(failed=True)).reply.code == "rollback_started"


def test_something_comes_back_where_nothing_is_known_to_be_live() -> None:
    given = facts(ground("production"), successes={"production": (build(1),)})
    assert decided(laid(BACK, 5), BACK, given).reply.code == "rollback_started"


def test_one_rollback_is_open_at_a_time() -> None:
    values = {"environment": "production", "version": "2.1.0", "release": "r4"}
    assert refused(laid(BACK, 5), BACK, rollback_facts(line=(4,))) == Refusal("rollback_open", values)
    granted = rollback_facts(holder=4, rolling_back=4)
    assert refused(laid(BACK, 5), BACK, granted) == Refusal("rollback_open", values)
    given = rollback_facts()
    plain = replace(given, grounds={"production": replace(given.ground("production"), line=in_line(4))})
    assert decided(laid(BACK, 5), BACK, plain).reply.code == "rollback_started"
