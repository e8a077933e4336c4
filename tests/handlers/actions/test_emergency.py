"""Starting an emergency: who may, with which build, what is in its way, and who is told."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.emergency import EmergencyRequest, EmergencyStarted
from handlers.command_parsing import CommandContext
from handlers.effects import Call, Notify, PostToThread, Trigger
from handlers.emergency_plan import EmergencyPlan
from handlers.environment_precondition import rollback_precondition
from handlers.environments import EnvironmentState
from handlers.events import Started
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.release import Kind, Release
from handlers.reports import Displaced, Reevaluated
from handlers.requests import Confirmation, ResolutionContext, UsageError
from handlers.starting import new_release
from handlers.step import StepState
from tests.handlers.actions.contexts import ALONE, HERE, NOWHERE, read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    live,
    lock,
    of_kind,
    plan,
    refused,
    release,
    signed,
)
from tests.handlers.urgent import HOTFIX, LANE, emergency, lane, urgent_plan

DOWN = "log in is down"


def asked(token: str, reason: str = DOWN, service: str = "website", **fields: Any) -> EmergencyRequest:
    return replace(EmergencyRequest(service, "production", ANDY, token, reason), **fields)


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("emergency 2.4.2 log in is down", HERE, asked("2.4.2")),
        ("emergency 2.4.2 to prod log in is down", HERE, asked("2.4.2")),
        ("emergency production 2.4.2 log in is down", HERE, asked("2.4.2")),
        ("2.4.2 to production emergency log in is down", HERE, asked("2.4.2")),
        ("2.4.2 emergency to production log in is down", HERE, asked("2.4.2")),
        ("emergency r4 log in is down", ALONE, asked("r4")),
        ("emergency shop@2.4.2 to canary 502s", HERE, asked("2.4.2", "502s", "shop", environment="canary")),
        ("emergency shop 2.4.2 502s", NOWHERE, asked("2.4.2", "502s", "shop")),
        ("shop@2.4.2 to production emergency 502s", NOWHERE, asked("2.4.2", "502s", "shop")),
        ("emergency 2.4.2", HERE, asked("2.4.2", "")),
        ("emergency 2.4.2 to be safe", HERE, asked("2.4.2", "to be safe")),
        ("emergency 2.4.2 to production to production", HERE, asked("2.4.2", "to production")),
        ("emergency 2.4.2 shop website 3", HERE, asked("2.4.2", "website 3", "shop")),
        (
            "emergency 7 502s",
            CommandContext(ANDY, {"a": ("qa", "live")}),
            EmergencyRequest("a", "live", ANDY, "7", "502s"),
        ),
    ],
)
def test_an_emergency_is_read_in_any_order(
    line: str, context: CommandContext, requested: EmergencyRequest
) -> None:
    assert read(line, context) == requested


@pytest.mark.parametrize(
    ("line", "context", "wrong"),
    [
        ("emergency", HERE, UsageError("emergency_build")),
        ("emergency log in is down", HERE, UsageError("emergency_build", "log in is down")),
        ("emergency 2.4.2 502s", NOWHERE, UsageError("which_service", "", ("website", "shop"))),
    ],
)
def test_what_an_emergency_lacks_is_asked_for(line: str, context: CommandContext, wrong: UsageError) -> None:
    assert read(line, context) == wrong


# Which build is meant.

WANTED = EmergencyRequest("website", "production", ANDY, HOTFIX.version, DOWN)
CONTEXT = ResolutionContext(urgent_plan(), builds=(HOTFIX,))
EVENT = EmergencyStarted(HOTFIX, "production", ANDY, DOWN)
WHERE = {"environment": "production", "service": "website"}


def test_it_means_a_build_by_version_commit_or_release() -> None:
    assert WANTED.named_build == "2.2.0"
    assert WANTED.resolve(CONTEXT) == EVENT
    assert replace(WANTED, token=HOTFIX.sha[:8]).resolve(CONTEXT) == EVENT
    assert replace(WANTED, cancel_holder=True).resolve(CONTEXT) == replace(EVENT, cancel_holder=True)
    named = replace(CONTEXT, release=release(build=HOTFIX))
    assert replace(WANTED, token="r1").resolve(named) == EVENT


@pytest.mark.parametrize(
    ("wanted", "context", "code"),
    [
        (replace(WANTED, token="9.9"), CONTEXT, "unknown_build"),
        (replace(WANTED, token="r1"), CONTEXT, "no_such_release"),
        (
            replace(WANTED, token="r1"),
            replace(CONTEXT, release=release(build=build(service="cart"))),
            "release_of_another",
        ),
        (WANTED, replace(CONTEXT, plan=plan()), "no_emergency_lane"),
        (replace(WANTED, environment="moon"), CONTEXT, "no_emergency_lane"),
        (WANTED, replace(CONTEXT, plan=urgent_plan(lane(branches=("fix/*",)))), "wrong_branch"),
    ],
)
def test_what_it_cannot_mean_is_refused(
    wanted: EmergencyRequest, context: ResolutionContext, code: str
) -> None:
    resolved = wanted.resolve(context)
    assert isinstance(resolved, Refusal)
    assert resolved.code == code


def test_a_form_asks_first_and_only_those_who_may_start_one() -> None:
    expected = Confirmation(HOTFIX, CONTEXT.environment_state, LANE.may, DOWN, "emergency")
    assert WANTED.confirm(EVENT, CONTEXT) == expected
    assert WANTED.confirm(EVENT, replace(CONTEXT, plan=plan())) == replace(expected, teams=())
    assert replace(WANTED, environment="moon").confirm(EVENT, CONTEXT) == replace(expected, teams=())


# Starting it.


def new(event: EmergencyStarted = EVENT, **fields: Any) -> Release:
    return new_release(6, event, replace(urgent_plan(), **fields), NOW)


def in_production(**fields: Any) -> Facts:
    return facts(environment_state("production", **fields))


def test_an_emergency_is_one_step_that_its_own_teams_sign_and_the_others_are_told() -> None:
    decision = decided(new(), EVENT)
    started = after(decision)
    assert (started.kind, [step.environment for step in started.steps]) == (Kind.EMERGENCY, ["production"])
    assert (started.requesters, started.note, started.step.requested) == ((ANDY,), DOWN, True)
    assert [each.team for each in started.rules(started.step)] == ["ops"]
    assert decision.reply == Reply(
        "emergency_started", {"release": "r6", "environment": "production", "version": "2.2.0"}
    )
    told, wanted = of_kind(decision.effects, Call)
    assert (told.code, told.teams, told.attempt) == ("emergency", ("testers",), 0)
    assert (wanted.code, wanted.teams) == ("sign_offs_wanted", ("ops",))
    [post] = of_kind(decision.effects, PostToThread)
    assert (post.code, post.values["reason"]) == ("emergency_started", DOWN)
    assert not of_kind(decision.effects, Trigger, Notify)


def test_where_the_same_teams_sign_as_always_nobody_else_is_told() -> None:
    both = urgent_plan(gates=(LANE.gates[0],))
    decision = decided(new_release(6, EVENT, both, NOW), EVENT)
    assert [each.code for each in of_kind(decision.effects, Call)] == ["sign_offs_wanted"]


@pytest.mark.parametrize(
    ("event", "given", "known", "refusal"),
    [
        (
            replace(EVENT, actor=AMITA),
            LANE,
            facts(),
            Refusal("not_in_team", {"action": "emergency"}, LANE.may),
        ),
        (EVENT, None, facts(), Refusal("no_emergency_lane", {**WHERE, "version": "2.2.0"}, ("ops",))),
        (replace(EVENT, reason=""), LANE, facts(), Refusal("reason_needed", {"action": "emergency"})),
        (
            EVENT,
            lane(branches=()),
            facts(),
            Refusal(
                "wrong_branch", {"branch": "hotfix/login", "branches": "main", "environment": "production"}
            ),
        ),
        (
            EVENT,
            lane(skips=()),
            facts(),
            Refusal("skipped_environment", {**WHERE, "version": "2.2.0", "missing": "staging", "seen": ""}),
        ),
        (
            EVENT,
            lane(skips=()),
            facts(successes={"staging": (replace(HOTFIX, digest="other"), build(1))}),
            Refusal("skipped_environment", {**WHERE, "version": "2.2.0", "missing": "staging", "seen": ""}),
        ),
        (
            EVENT,
            LANE,
            in_production(live=replace(live(), build=HOTFIX)),
            Refusal("already_live", {"environment": "production", "version": "2.2.0"}),
        ),
        (
            replace(EVENT, cancel_holder=True),
            LANE,
            in_production(holder=1),
            Refusal("not_in_team", {"action": "cancel"}, ("ops",)),
        ),
    ],
)
def test_an_emergency_is_refused(event: EmergencyStarted, given: Any, known: Facts, refusal: Refusal) -> None:
    assert refused(new_release(6, event, urgent_plan(given), NOW), event, known) == refusal


def test_a_form_that_showed_something_else_starts_nothing() -> None:
    shown = rollback_precondition(HOTFIX, EnvironmentState("production", holder=1))
    refusal = refused(new(), replace(EVENT, precondition=shown), in_production(holder=2))
    assert (refusal.code, refusal.values["changed"]) == ("environment_changed", "holder")
    assert refusal.values["kind"] == "emergency"


def test_a_build_that_succeeded_everywhere_before_it_may_go_without_a_skip() -> None:
    known = facts(successes={"staging": (build(1), HOTFIX)})
    given = new_release(6, EVENT, urgent_plan(lane(skips=())), NOW)
    assert after(decided(given, EVENT, known)).state.value == "waiting"


def test_an_operator_may_have_what_is_in_flight_there_stopped_first() -> None:
    event = replace(EVENT, actor=TIM, cancel_holder=True)
    decision = decided(new(event), event, in_production(holder=1))
    [notified] = of_kind(decision.effects, Notify)
    assert notified.event == Displaced(1, "production", 6, TIM, cancel=True, kind=Kind.EMERGENCY)
    # Nothing is there to be stopped.
    free = decided(new(event), event)
    assert not of_kind(free.effects, Notify)


def test_a_lock_holds_it_up_like_any_other() -> None:
    locked = in_production(locks=(lock(),))
    step = replace(emergency().step, sign_offs=(signed("ops", TIM),))
    decision = decided(emergency(step), Reevaluated(6), locked)
    assert after(decision).step.state is StepState.WAITING
    assert (after(decision).step.requested, after(decision).step.unrequested_by) == (False, "lock")


def test_a_build_from_a_branch_that_main_would_refuse_is_taken_and_what_is_live_may_be_missing() -> None:
    strict = urgent_plan(LANE, contains_live=True)
    step = replace(emergency().step, sign_offs=(signed("ops", TIM),))
    decision = decided(emergency(step, plan=strict), Reevaluated(6), in_production(live=live(1)))
    assert after(decision).step.state is StepState.GRANTED
    assert of_kind(decision.effects, Trigger)


@pytest.mark.parametrize(
    ("given", "offered"), [(LANE, True), (lane(branches=("other/*",)), False), (None, False)]
)
def test_a_normal_release_that_another_branch_keeps_out_is_offered_the_lane(
    given: EmergencyPlan | None, offered: bool
) -> None:
    event = Started(HOTFIX, "production", ANDY, (ANDY,))
    refusal = refused(new_release(6, event, urgent_plan(given), NOW), event)
    assert refusal.code == "wrong_branch"
    assert ("emergency" in refusal.values) is offered
    assert refusal.values.get("version", HOTFIX.version) == HOTFIX.version


@pytest.mark.parametrize(("given", "offered"), [(LANE, True), (lane(skips=()), False), (None, False)])
def test_so_is_one_that_skipped_an_environment_that_the_lane_skips_too(
    given: EmergencyPlan | None, offered: bool
) -> None:
    event = Started(build(2), "production", ANDY, (ANDY,))
    refusal = refused(new_release(6, event, urgent_plan(given), NOW), event)
    assert (refusal.code, "emergency" in refusal.values) == ("skipped_environment", offered)
