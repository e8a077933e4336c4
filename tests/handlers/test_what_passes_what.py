"""What passes what, a case for each cell of the table in docs/policy.md: each starts, waits or is refused as it says there."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time, timedelta

import pytest

from handlers import events, reports
from handlers.actions.approve import SignedOff
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.go import HoldLifted
from handlers.actions.hold import Held
from handlers.actions.journey import StepRequested
from handlers.actions.retry import RetryRequested
from handlers.actions.rollback import RollbackStarted
from handlers.calendar import Calendar, Freeze, Window
from handlers.decide import decide
from handlers.effects import Notify, StopRun, Trigger
from handlers.environments import QueueEntry
from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal
from handlers.plan import AUTOMATIC, EnvironmentPlan, Plan
from handlers.release import Kind, Release, ReleaseState
from handlers.signers import missing_teams
from handlers.starting import new_release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    CORRELATION,
    NOW,
    TIM,
    build,
    environment_state,
    facts,
    failed,
    in_queue,
    later,
    live,
    lock,
    membership,
    of_kind,
    on_test,
    plan,
    production,
    release,
    rule,
    signed,
    staging,
    succeeded,
    under_way,
    waiting,
)
from tests.handlers.passing import (
    AGAIN,
    BY_ITSELF,
    CALLED_BACK,
    COLUMNS,
    GOES_ON,
    NOT_HELD,
    REFUSED,
    SIGNED_AGAIN,
    STARTS,
    TABLE,
)
from tests.handlers.urgent import HOTFIX, lane, owed

NOON = NOW.replace(hour=12)
"""NOW is a Monday at 10:00."""
SHUT = Calendar(windows=(Window(frozenset({0}), time(12), time(16)),))
FROZEN = Calendar(freezes=(Freeze("audit", later(days=-1), NOON),))
CALENDARS = {"window": SHUT, "freeze": FROZEN}
CLOSED: dict[str, dict[str, object]] = {
    "lock": {"locks": (lock(until=NOON),)},
    "review": {"reviews": (owed(release=9, due=NOW),)},
}
AGE = 3 * 3600
SPENT = tuple(replace(each, spent=True) for each in BOTH)
OTHER = 4
"""The number of the release that is in the way."""
ROLLBACK = RollbackStarted(build(), "production", TIM, "502")
CLAIM = reports.Claimed(1, CORRELATION, "run7", build().sha)


class Case:
    """A release, the environment that it goes to, and a clock; every event of a test is told to it."""

    def __init__(self, of: Release, start: events.ReleaseEvent | events.StartsRelease) -> None:
        self.release = of
        self.start = start
        """What would start it, or have its run deploy."""
        self.now = NOW
        self.calendar = Calendar()
        self.there = environment_state("production", live=live(3))
        self.in_flight = frozenset[int]()
        self.other: Release | None = None
        """The release that is in the way, if it can act."""
        self.last: Decision | Refusal | None = None
        self.triggers: list[Trigger] = []

    @property
    def step(self) -> Step:
        return self.release.step

    def facts(self) -> Facts:
        known = facts(
            self.there,
            membership=membership(self.now),
            successes={name: (build(), HOTFIX) for name in ("staging", "production")},
            in_flight=self.in_flight,
        )
        return replace(known, calendars={"production": self.calendar})

    def change(self, **fields: object) -> None:
        """Change the environment."""
        self.there = replace(self.there, **fields)

    def tell(self, event: events.ReleaseEvent | events.StartsRelease) -> Decision | Refusal:
        """Decide on an event of the release, and have it and the one in its way hear of each other."""
        self.last = decide(self.release, event, self.facts(), self.now, seed="seed")
        if isinstance(self.last, Decision):
            self.release = self.last.release or self.release
            self.triggers += of_kind(self.last.effects, Trigger)
            self._follow(self.last)
        return self.last

    def tell_other(self, event: events.ReleaseEvent) -> None:
        """Decide on an event of the release that is in the way."""
        assert self.other is not None
        decision = decide(self.other, event, self.facts(), self.now, seed="other")
        assert isinstance(decision, Decision), decision
        self.other = decision.release
        self._follow(decision)

    def _follow(self, decision: Decision) -> None:
        self.there = decision.environments.get("production", self.there)
        for told in of_kind(decision.effects, Notify):
            if self.other is not None and told.event.release == OTHER:
                self.tell_other(told.event)
            elif told.event.release == self.release.number:
                self.tell(told.event)

    def look(self) -> None:
        """Have the release look again, as it does when it was notified or a time has come."""
        self.tell(reports.Reevaluated(self.release.number))


def the_plan(*, protected: bool = True, signed_for: int = 0) -> Plan:
    """Return a plan in which a build is tested in production before it goes to a mirror."""
    gates = tuple(rule(team, signed_for=signed_for) for team in ("testers", "ops"))
    urgent = lane(gates=(rule("ops", signed_for=signed_for),))
    middle = production(protected=protected, gates=gates, kept=("testers",), emergency=urgent)
    mirror = EnvironmentPlan("mirror", middle.deploy, protected=True, gates=(rule("testers"),))
    return plan(staging(), middle, mirror)


PLAN = the_plan()


def with_production(of: Plan, **fields: object) -> Plan:
    """Return a plan with fields of production replaced."""
    return replace(of, environments=(staging(), replace(of.environments[1], **fields), of.environments[2]))


def journey(step: Step, of: Plan) -> Release:
    """Return a release on its way from staging through production."""
    return release(succeeded(holding=False), step, Step("mirror"), plan=of)


# The rows: everything is signed, and one event is missing until something starts.


def request(of: Plan = PLAN) -> Case:
    step = waiting("production", requested=False, requested_by="", sign_offs=BOTH)
    return Case(journey(step, of), StepRequested(1, ANDY, "production"))


def automatic(of: Plan = PLAN) -> Case:
    case = Case(journey(Step("production"), with_production(of, start=AUTOMATIC)), SignedOff(1, TIM, "ops"))
    case.look()
    case.tell(SignedOff(1, AMITA, "testers"))
    return case


def rollback(of: Plan = PLAN) -> Case:
    return Case(new_release(5, ROLLBACK, of, NOW), ROLLBACK)


def emergency(of: Plan = PLAN) -> Case:
    """Return an emergency that was started, signed, and has not looked since."""
    event = EmergencyStarted(HOTFIX, "production", ANDY, "log in is down")
    case = Case(new_release(6, event, of, NOW), reports.Reevaluated(6))
    case.tell(event)
    case.release = case.release.with_step(0, sign_offs=(signed("ops", TIM),))
    return case


def retry(of: Plan = PLAN) -> Case:
    case = Case(journey(failed("production", sign_offs=SPENT), of), RetryRequested(1, TIM))
    case.change(holder=1, failed=True)
    return case


def claim(of: Plan = PLAN) -> Case:
    step = under_way(StepState.SENT, "production", sign_offs=SPENT)
    case = Case(journey(step, of), CLAIM)
    case.change(holder=1)
    return case


ROWS: dict[str, Callable[..., Case]] = {
    "request": request,
    "rollback": rollback,
    "emergency": emergency,
    "automatic start": automatic,
    "retry": retry,
    "claim": claim,
}


# The columns: each is closed first and opened later.


def under_test(case: Case) -> Release:
    """Return a release that is tested in production, and is to go on to the mirror."""
    steps = (succeeded(holding=False), succeeded("production"))
    step = waiting("mirror", requested=False, testing=(on_test(AMITA),), called=("testers",))
    return replace(release(*steps, step, plan=case.release.plan), number=OTHER)


def close(case: Case, column: str) -> None:
    """Close one thing."""
    if column in CALENDARS:
        case.calendar = CALENDARS[column]
    elif column in CLOSED:
        case.change(**CLOSED[column])
    elif column == "hold":
        _hold(case)
    elif column == "signed_for":
        case.now = NOW + timedelta(seconds=AGE)
    elif case.there.holder:
        # Who retries and who claims has the environment: others can only stand in line.
        case.change(queue=in_queue(OTHER))
    elif column == "turn":
        case.change(holder=OTHER)
        case.in_flight = frozenset({OTHER})
    else:
        case.change(holder=OTHER)
        case.other = under_test(case)


def _hold(case: Case) -> None:
    held = Held(case.release.number, TIM, "legal looks at it", NOON)
    if isinstance(case.start, RollbackStarted):
        # Nothing keeps a rollback long enough to be held but a deployment that is stopped for it.
        case.change(holder=OTHER)
        case.tell(replace(ROLLBACK, cancel_holder=True))
        case.start = reports.Reevaluated(case.release.number)
    if isinstance(case.start, RetryRequested):
        # A step that failed starts nothing until it is tried again, and is held only if that waits.
        assert isinstance(case.tell(held), Refusal)
        case.calendar = SHUT
        case.tell(case.start)
        case.start = reports.Reevaluated(case.release.number)
    case.tell(held)


def open_again(case: Case, column: str) -> None:
    """Open what was closed, by its time or by what people do, and have the release look."""
    case.now = max(case.now, NOON)
    if column == "review":
        case.change(reviews=())
    elif column == "turn":
        case.change(holder=0)
    elif column == "kept":
        case.tell_other(SignedOff(OTHER, AMITA, "testers"))
    case.look()


# The outcomes.


def assert_starts(case: Case, _column: str) -> None:
    assert case.step.state is StepState.GRANTED
    assert len(case.triggers) == 1


def assert_by_itself(case: Case, column: str) -> None:
    assert (case.step.state, case.step.requested) == (StepState.WAITING, True)
    open_again(case, column)
    assert_starts(case, column)


def assert_again(case: Case, column: str) -> None:
    assert (case.step.state, case.step.requested) == (StepState.WAITING, False)
    assert all(each.counts for each in case.step.sign_offs), "nobody signs once more"
    open_again(case, column)
    assert case.step.state is StepState.WAITING, "its end starts nothing"
    case.tell(StepRequested(case.release.number, ANDY, "production"))
    assert_starts(case, column)


def assert_signed_again(case: Case, column: str) -> None:
    assert (case.step.state, case.step.requested) == (StepState.WAITING, True)
    results = evaluate_gates(case.release, case.step, case.facts(), case.now)
    signers = {"testers": AMITA, "ops": TIM}
    for team in missing_teams(results):
        assert not case.triggers
        case.tell(SignedOff(case.release.number, signers[team], team))
    assert_starts(case, column)


def assert_refused(case: Case, column: str) -> None:
    assert isinstance(case.last, Refusal)
    assert case.last.code == "holder_in_flight"
    open_again(case, column)
    case.tell(case.start)
    assert_starts(case, column)


def assert_called_back(case: Case, column: str) -> None:
    assert isinstance(case.last, Decision)
    assert case.last.reply.code == "claim_refused"
    assert of_kind(case.last.effects, StopRun)
    step = case.step
    assert {(each.at, each.spent) for each in step.sign_offs} == {(NOW, False)}
    assert (step.may_have_deployed, step.holding) == (False, False)
    assert_again(case, column)


def assert_goes_on(case: Case, _column: str) -> None:
    assert isinstance(case.last, Decision)
    assert case.last.reply.code == "admitted"
    assert case.step.state is StepState.RUNNING


def assert_not_held(case: Case, column: str) -> None:
    """What starts or runs already goes on as if nobody had asked for a hold."""
    assert case.release.hold is None
    case.change(holder=0 if case.there.holder == OTHER else case.there.holder)
    case.tell(case.start)
    (assert_goes_on if isinstance(case.start, reports.Claimed) else assert_starts)(case, column)


ASSERTIONS: dict[str, Callable[[Case, str], None]] = {
    STARTS: assert_starts,
    BY_ITSELF: assert_by_itself,
    AGAIN: assert_again,
    SIGNED_AGAIN: assert_signed_again,
    REFUSED: assert_refused,
    NOT_HELD: assert_not_held,
    CALLED_BACK: assert_called_back,
    GOES_ON: assert_goes_on,
}


def met(row: str, column: str, *, protected: bool = True) -> Case:
    """Return a case in which a kind of start met something closed."""
    aged = AGE if column == "signed_for" else 0
    case = ROWS[row](the_plan(protected=protected, signed_for=aged))
    close(case, column)
    refused = isinstance(case.last, Refusal)
    if not refused:
        case.tell(case.start)
    return case


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("row", TABLE)
def test_what_passes_what(row: str, column: str) -> None:
    outcome = TABLE[row][column]
    case = met(row, column)
    if outcome == NOT_HELD:
        code = {"rollback": "rollback_not_held", "claim": "too_late_to_hold"}[row]
        assert isinstance(case.last, Refusal)
        assert case.last.code == code
    ASSERTIONS[outcome](case, column)


def test_the_table_is_complete() -> None:
    assert set(TABLE) == set(ROWS)
    assert all(tuple(cells) == COLUMNS for cells in TABLE.values())
    assert {cell for cells in TABLE.values() for cell in cells.values()} == set(ASSERTIONS)


@pytest.mark.parametrize("row", ROWS)
def test_without_anything_closed_it_starts(row: str) -> None:
    case = ROWS[row]()
    case.tell(case.start)
    (assert_goes_on if row == "claim" else assert_starts)(case, "")


# What the notes under the table say.


@pytest.mark.parametrize("column", ["freeze", "lock", "hold"])
@pytest.mark.parametrize("row", ["request", "automatic start", "retry"])
def test_in_an_unprotected_environment_the_end_of_anything_starts_what_waited(row: str, column: str) -> None:
    assert_by_itself(met(row, column, protected=False), column)


@pytest.mark.parametrize("row", ["request", "automatic start", "retry"])
def test_in_an_unprotected_environment_no_review_is_waited_for(row: str) -> None:
    assert_starts(met(row, "review", protected=False), "review")


@pytest.mark.parametrize("column", ["window", "freeze", "lock"])
def test_a_claim_is_called_back_in_an_unprotected_environment_too(column: str) -> None:
    assert_called_back(met("claim", column, protected=False), column)


@pytest.mark.parametrize("column", ["freeze", "lock", "hold", "review"])
def test_what_waits_for_a_sign_off_too_starts_with_that_once_the_rest_is_over(column: str) -> None:
    """Signing it is what starts it then: nobody has to ask again."""
    case = request()
    case.release = case.release.with_step(1, sign_offs=BOTH[:1])
    close(case, column)
    case.tell(case.start)
    open_again(case, column)
    assert case.step.requested
    case.tell(SignedOff(1, TIM, "ops"))
    assert_starts(case, column)


@pytest.mark.parametrize("column", ["freeze", "lock", "review"])
def test_where_anything_else_is_closed_a_window_starts_nothing(column: str) -> None:
    case = request()
    close(case, column)
    case.calendar = replace(SHUT, freezes=case.calendar.freezes)
    case.tell(case.start)
    assert_again(case, column)


@pytest.mark.parametrize("row", [row for row in TABLE if TABLE[row]["hold"] == AGAIN])
def test_go_asks_again_for_what_a_hold_alone_kept(row: str) -> None:
    case = met(row, "hold")
    case.calendar = Calendar()
    case.tell(HoldLifted(case.release.number, TIM))
    assert_starts(case, "hold")


@pytest.mark.parametrize(
    ("row", "goes_first"),
    [("request", False), ("automatic start", False), ("emergency", True), ("rollback", True)],
)
def test_who_goes_before_those_who_stand_in_line(row: str, goes_first: bool) -> None:
    case = ROWS[row]()
    case.change(queue=in_queue(OTHER))
    case.tell(case.start)
    if goes_first:
        assert_starts(case, "turn")
    else:
        case.change(queue=tuple(each for each in case.there.queue if each.release != OTHER))
        assert_by_itself(case, "turn")


def test_a_rollback_starts_once_what_an_operator_had_stopped_for_it_is_over() -> None:
    case = rollback()
    close(case, "turn")
    case.tell(replace(ROLLBACK, cancel_holder=True))
    assert_by_itself(case, "turn")


def test_a_retry_ends_for_an_emergency_that_is_first_in_line() -> None:
    """It waits for its window, and would go back to what the emergency replaces."""
    case = met("retry", "window")
    case.change(queue=(QueueEntry(6, NOW, emergency=True), *case.there.queue))
    case.look()
    assert case.release.state is ReleaseState.CANCELLED


@pytest.mark.parametrize(
    ("row", "state", "place"),
    [
        ("rollback", ReleaseState.CANCELLED, StepState.SUCCEEDED),
        ("emergency", ReleaseState.WAITING, StepState.SUCCEEDED),
    ],
)
def test_what_was_tested_ends_for_a_rollback_and_makes_room_for_an_emergency(
    row: str, state: ReleaseState, place: StepState
) -> None:
    case = met(row, "kept")
    assert case.other is not None
    assert (case.other.state, case.other.steps[1].state) == (state, place)
    assert case.there.holder == case.release.number


@pytest.mark.parametrize("column", ["window", "freeze", "lock", "review"])
@pytest.mark.parametrize("kind", [Kind.ROLLBACK, Kind.EMERGENCY])
def test_the_claim_of_a_rollback_or_an_emergency_passes_what_its_start_passes(
    kind: Kind, column: str
) -> None:
    row = kind.value
    case = ROWS[row]()
    case.tell(case.start)
    number, intent = case.release.number, case.step.intent
    assert intent is not None
    case.tell(reports.SendRequested(number, intent.correlation, "secret"))
    close(case, column)
    case.tell(reports.Claimed(number, intent.correlation, "run7", case.release.build.sha))
    if TABLE[row][column] == STARTS:
        assert_goes_on(case, column)
    else:
        case.triggers.clear()
        assert_called_back(case, column)


def test_a_rollback_with_gates_of_its_own_waits_for_newer_sign_offs_too() -> None:
    own = (rule("testers", signed_for=AGE),)
    case = rollback(with_production(PLAN, rollback_gates=own))
    case.change(holder=OTHER)
    case.tell(ROLLBACK)
    case.tell(SignedOff(5, AMITA, "testers"))
    close(case, "signed_for")
    case.change(holder=0)
    case.look()
    assert_signed_again(case, "signed_for")


def test_what_a_claim_called_back_has_old_sign_offs_again() -> None:
    case = claim(the_plan(signed_for=AGE))
    close(case, "lock")
    case.tell(CLAIM)
    close(case, "signed_for")
    case.change(locks=())
    case.tell(StepRequested(1, ANDY, "production"))
    assert_signed_again(case, "signed_for")


def test_an_emergency_that_waits_for_its_turn_waits_for_no_window_meanwhile() -> None:
    case = met("emergency", "turn")
    case.calendar = SHUT
    case.look()
    case.calendar = replace(SHUT, windows=(Window(frozenset({0}), time(14), time(16)),))
    assert_by_itself(case, "turn")
