"""Reminders: who is reminded when of what waits, and when others are called."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from handlers.absence import Absence
from handlers.advance import advance
from handlers.draft import Draft
from handlers.effects import Call, Remind, ShowCard
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.gate import Reason
from handlers.hours import Hours
from handlers.people import AccountStatus, Directory, Group, Member, Membership, Person, Team
from handlers.plan import Reminding
from handlers.release import Ending, Release, ReleaseState
from handlers.reminding import announced, awaited, escalations, next_due, reminders, working_at
from handlers.reports import Reevaluated
from handlers.step import Step, StepState
from handlers.why import gate_results, why
from tests.handlers.builders import (
    AMITA,
    ANDY,
    CALLED_NOW,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    SERVICE,
    TEAMS,
    TIM,
    TOM,
    UNGROUPED,
    after,
    decided,
    environment_state,
    facts,
    facts_at,
    failed,
    later,
    lock,
    membership,
    of_kind,
    plan,
    production,
    production_step,
    release,
    rule,
    sent,
    signed,
    staging,
    under_way,
    waiting,
    written_by,
)

REMIND = Reminding(after=1800, then=7200, escalate_after=14400, escalate_to=("developers",))
"""NOW is a Monday, 10:00 in UTC: office hours are until 17:30."""

PLAN = plan(remind=REMIND)
KNOWN = facts(environment_state("production"), authorship=written_by())


def waits(**fields: Any) -> Release:
    """Return r1 in production, which waits for sign-offs since now, of a service that reminds."""
    fields = {"called_at": CALLED_NOW, "requested": False, **fields}
    return production_step(waiting("production", **fields), plan=PLAN)


def known(now: datetime = NOW, *environments: EnvironmentState, **fields: Any) -> Facts:
    people = membership(now, teams=UNGROUPED)
    return facts_at(now, *environments, **{"authorship": written_by(), "membership": people, **fields})


def people(found: tuple[Any, ...]) -> set[str]:
    return {getattr(each, "user", "") or each.who for each in found}


@pytest.mark.parametrize(
    ("step", "given", "expected"),
    [
        pytest.param({}, {}, {AMITA, TOM, OLGA, TIM}, id="who can sign, each person once; no guest"),
        pytest.param({"sign_offs": (signed("testers", AMITA),)}, {}, {TIM, OLGA_TOO}, id="a team is done"),
        pytest.param(
            {"sign_offs": (signed("ops", OLGA_TOO),)},
            {},
            {AMITA, TOM},
            id="who signed for another team fills no slot",
        ),
        pytest.param({"called": ("ops",)}, {}, {TIM, OLGA_TOO}, id="who was not called"),
        pytest.param(
            {},
            {"membership": membership(account_status={AMITA: AccountStatus.DELETED})},
            {TOM, OLGA, TIM},
            id="an account that was deactivated",
        ),
        pytest.param(
            {},
            {"membership": membership(unknown=(AMITA, TOM))},
            {AMITA, TOM, OLGA, TIM},
            id="who is not known",
        ),
        pytest.param(
            {},
            {"membership": membership(group=frozenset({ANDY}))},
            {AMITA, TOM, OLGA, TIM},
            id="not who started it",
        ),
        pytest.param(
            {},
            {"membership": membership(group=frozenset({MARA}))},
            {AMITA, TOM, OLGA, TIM, MARA},
            id="a user group",
        ),
        pytest.param(
            {}, {"membership": membership(group=None)}, {AMITA, TOM, OLGA, TIM}, id="an unknown group"
        ),
        pytest.param({"requested": True}, {}, {AMITA, TOM, OLGA, TIM}, id="requested"),
        pytest.param({"state": StepState.PENDING}, {}, set[str](), id="not there yet"),
        pytest.param(
            {},
            {"environments": {"production": environment_state("production", locks=(lock(),))}},
            set[str](),
            id="locked",
        ),
    ],
)
def test_who_is_awaited(step: Mapping[str, Any], given: Mapping[str, Any], expected: set[str]) -> None:
    assert people(awaited(waits(**step), replace(KNOWN, **given), NOW)) == expected


def test_a_team_that_fills_two_slots_is_awaited_again() -> None:
    both = production(gates=(rule("testers", needs=2, same_person=True), rule("ops", same_person=True)))
    step = waiting("production", called_at=CALLED_NOW, sign_offs=(signed("testers", OLGA),))
    given = production_step(step, plan=plan(staging(), both, remind=REMIND))
    assert people(awaited(given, KNOWN, NOW)) == {AMITA, TOM, TIM, OLGA_TOO}


def test_a_team_that_is_not_in_the_policy_has_nobody() -> None:
    gone = {name: team for name, team in TEAMS.items() if name != "ops"}
    given = replace(KNOWN, membership=membership(teams=gone))
    assert people(awaited(production_step(failed("production"), plan=PLAN), given, NOW)) == set()


def test_whoever_is_called_for_two_teams_is_awaited_since_the_first() -> None:
    given = waits(called_at=(("testers", NOW), ("ops", later(hours=-1))))
    found = {each.user: each.since for each in awaited(given, KNOWN, NOW)}
    assert found == {AMITA: NOW, TOM: NOW, OLGA: later(hours=-1), TIM: later(hours=-1)}


def test_a_step_that_waited_before_times_were_kept_counts_from_its_beginning() -> None:
    assert {each.since for each in awaited(waits(called_at=()), KNOWN, NOW)} == {NOW}
    assert awaited(waits(called_at=(), waiting_since=None), KNOWN, NOW) == ()


OPERATORS = {TIM, OLGA_TOO}


@pytest.mark.parametrize(
    ("step", "expected", "since"),
    [
        pytest.param(failed("production"), OPERATORS, NOW, id="failed: operators, where it is protected"),
        pytest.param(
            failed("production", ended_at=None), OPERATORS, later(hours=3), id="failed, nobody knows when"
        ),
        pytest.param(
            under_way(StepState.UNKNOWN, "production", intent=sent(alerted=True, unclear_at=NOW)),
            OPERATORS,
            NOW,
            id="unknown",
        ),
        pytest.param(
            under_way(StepState.UNKNOWN, "production", intent=sent(alerted=True)),
            OPERATORS,
            later(hours=3),
            id="unknown, nobody knows since when",
        ),
        pytest.param(under_way(StepState.UNKNOWN, "production"), set[str](), None, id="still searched for"),
        pytest.param(
            under_way(StepState.UNKNOWN, "production", intent=None), set[str](), None, id="no grant"
        ),
        pytest.param(under_way(StepState.RUNNING, "production"), set[str](), None, id="running"),
    ],
)
def test_operators_are_awaited_once_they_were_called(
    step: Step, expected: set[str], since: datetime | None
) -> None:
    found = awaited(production_step(step, plan=PLAN), known(later(hours=3)), later(hours=3))
    assert people(found) == expected
    assert {each.since for each in found} == ({since} if since else set())


def test_starters_are_awaited_too_where_they_decide() -> None:
    given = release(failed(), Step("production"), plan=PLAN)
    assert people(awaited(given, KNOWN, NOW)) == {ANDY, MARA, TIM, OLGA_TOO}


def test_nobody_is_awaited_after_the_end() -> None:
    over = replace(waits(), ending=Ending(ReleaseState.CANCELLED, TIM, NOW))
    assert awaited(over, KNOWN, NOW) == ()
    assert next_due(Draft(over, KNOWN, NOW, "seed"), None) is None


@pytest.mark.parametrize(
    ("reminding", "reminded", "now", "expected"),
    [
        pytest.param(REMIND, None, NOW, later(minutes=30), id="after half an hour"),
        pytest.param(REMIND, NOW, NOW, later(hours=2), id="then every two hours"),
        pytest.param(REMIND, later(hours=5), NOW, later(hours=7), id="as long as they work"),
        pytest.param(REMIND, later(hours=6), NOW, later(hours=23), id="else the next morning"),
        pytest.param(REMIND, later(hours=-1), NOW, later(minutes=30), id="called again since"),
        pytest.param(Reminding(86400 * 5), None, NOW, later(days=7, hours=-1), id="a Saturday"),
        pytest.param(Reminding(1800), NOW, NOW, None, id="once only"),
        pytest.param(None, None, NOW, None, id="never, without a word of the policy"),
    ],
)
def test_when_somebody_is_reminded(
    reminding: Reminding | None, reminded: datetime | None, now: datetime, expected: datetime | None
) -> None:
    given = waits(reminded=((AMITA, reminded),) if reminded else ())
    given = replace(given, plan=plan(remind=reminding))
    assert {each.who: each.at for each in reminders(given, KNOWN, now)}.get(AMITA) == expected


HOURS = Hours(frozenset({0, 1}), time(6), time(8))


def test_working_hours_are_those_of_ones_teams_in_ones_own_zone() -> None:
    teams = {
        **TEAMS,
        "early": Team("early", (AMITA,), hours=HOURS),
        "group": Team("group", (), "S0OPS", Hours(frozenset({0}), time(20), time(22))),
    }
    member = Member(AccountStatus.FULL, NOW, tz="America/New_York")
    groups = {"S0OPS": Group(frozenset({TOM}), NOW)}
    people = Membership(
        Directory(teams, zone=UTC), {AMITA: member, TIM: Member(AccountStatus.FULL, NOW)}, groups
    )
    assert working_at(people, AMITA, NOW) == later(hours=1)
    assert working_at(people, TOM, NOW) == later(hours=10)
    assert working_at(people, TIM, later(hours=8)) == later(hours=23)
    assert working_at(people, MARA, NOW) == NOW


def test_the_zone_of_the_policy_counts_for_whoever_has_none() -> None:
    given = Membership(Directory(TEAMS, zone=ZoneInfo("America/New_York")))
    assert working_at(given, AMITA, NOW) == later(hours=4)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        pytest.param({}, {"testers": later(hours=4), "ops": later(hours=4)}, id="by the wall clock"),
        pytest.param({"escalated": ("ops",)}, {"testers": later(hours=4)}, id="once"),
        pytest.param({"sign_offs": (signed("testers", AMITA),)}, {"ops": later(hours=4)}, id="signed"),
        pytest.param({"state": StepState.FAILED}, {}, id="only for sign-offs"),
    ],
)
def test_when_others_are_called(step: Mapping[str, Any], expected: Mapping[str, datetime]) -> None:
    assert {each.who: each.at for each in escalations(waits(**step), KNOWN, NOW)} == expected


def test_without_a_word_of_the_policy_nobody_else_is_called() -> None:
    for reminding in (None, Reminding(1800)):
        given = replace(waits(), plan=plan(remind=reminding))
        assert escalations(given, KNOWN, NOW) == ()


def advanced(given: Release, now: datetime, *environments: EnvironmentState) -> Draft:
    work = Draft(given, known(now, *environments), now, "seed")
    advance(work)
    return work


def test_everybody_who_can_sign_is_reminded_once_and_the_next_time_is_a_wake_up() -> None:
    now = later(minutes=30)
    decision = decided(waits(), Reevaluated(1), known(now), now)
    assert decision.effects == tuple(Remind(user, SERVICE, now) for user in (AMITA, TOM, OLGA, TIM))
    assert after(decision).step.reminded == tuple((user, now) for user in (AMITA, TOM, OLGA, TIM))
    assert decision.wake_at == later(hours=2, minutes=30)
    again = decided(after(decision), Reevaluated(1), known(later(minutes=31)), later(minutes=31))
    assert again.effects == ()
    assert not again.changed


def test_what_is_late_by_a_day_is_done_once() -> None:
    now = later(days=1, hours=1)
    decision = decided(waits(), Reevaluated(1), known(now), now)
    reminded = of_kind(decision.effects, Remind)
    assert [each.user for each in reminded] == [AMITA, TOM, OLGA, TIM]
    assert {each.at for each in reminded} == {later(minutes=30)}
    assert [each.teams for each in of_kind(decision.effects, Call)] == [("testers",), ("ops",)]
    assert decision.wake_at == later(days=1, hours=3)


def test_the_first_wake_up_is_the_first_reminder() -> None:
    assert decided(waits(), Reevaluated(1), known(), NOW).wake_at == later(minutes=30)


def test_a_failed_step_wakes_up_for_its_reminders() -> None:
    given = production_step(failed("production"), plan=PLAN)
    assert decided(given, Reevaluated(1), known(), NOW).wake_at == later(minutes=30)
    work = advanced(given, later(minutes=30))
    assert work.effects == [Remind(user, SERVICE, later(minutes=30)) for user in (TIM, OLGA_TOO)]


def test_a_failed_step_wakes_up_when_somebody_is_back_who_is_reminded_then() -> None:
    back = later(minutes=20)
    absences = {user: Absence(user, back, NOW, ANDY) for user in (TIM, OLGA)}
    away = replace(membership(NOW), absences=absences)
    there = replace(known(), membership=away)
    decision = decided(production_step(failed("production"), plan=PLAN), Reevaluated(1), there)
    assert decision.wake_at == back


def test_nobody_is_reminded_while_a_lock_keeps_everything_from_starting() -> None:
    locked = environment_state("production", locks=(lock(),))
    assert advanced(waits(), later(hours=5), locked).effects == []
    assert decided(waits(), Reevaluated(1), known(NOW, locked), NOW).wake_at is None


def test_nobody_is_reminded_without_a_word_of_the_policy() -> None:
    given = replace(waits(), plan=plan())
    assert advanced(given, later(days=1)).effects == []


def test_others_are_called_once_for_each_team_of_which_nobody_signed() -> None:
    quiet = plan(remind=replace(REMIND, after=86400 * 7))
    given = replace(waits(sign_offs=(signed("testers", AMITA),)), plan=quiet)
    now = later(hours=4)
    work = advanced(given, now)
    values = {"environment": "production", "team": "ops", "seconds": "14400", "to": "developers"}
    assert work.effects == [Call(1, "escalated", values, ("ops",), (), 1), ShowCard(1)]
    assert work.step.escalated == ("ops",)
    assert advanced(work.release, later(hours=5)).effects == []


def test_a_team_that_is_called_again_may_be_escalated_again() -> None:
    now = later(hours=6)
    lost = replace(waits(), plan=PLAN).with_step(
        1,
        sign_offs=(signed("ops", "U0GONE"), signed("testers", AMITA)),
        escalated=("ops",),
        reminded=((TIM, later(hours=5)),),
    )
    work = advanced(lost, now)
    assert dict(work.step.called_at)["ops"] == now
    assert work.step.escalated == ()
    found = {each.who: each.at for each in reminders(work.release, known(now), now)}
    assert found[TIM] == later(hours=6, minutes=30)


def test_a_reason_says_who_is_reminded_next_and_when_others_are_called() -> None:
    reasons = [each for result in gate_results(waits(), KNOWN, NOW) for each in result.reasons]
    assert [each for each in why(waits(), KNOWN, NOW) if each.code == "sign_off_missing"] == reasons
    testers, ops = reasons
    coming = {
        "reminded_at": later(minutes=30).isoformat(),
        "escalated_to": "developers",
        "escalated_at": later(hours=4).isoformat(),
    }
    assert testers.values == {
        "team": "testers",
        "missing": "1",
        "needs": "1",
        "reminded": f"{AMITA}, {TOM}, {OLGA}",
        **coming,
    }
    assert ops.values["reminded"] == TIM


def test_a_reason_names_only_those_who_are_reminded_first() -> None:
    given = waits(reminded=((AMITA, NOW),), escalated=("testers",))
    (testers, _) = (each for result in gate_results(given, KNOWN, NOW) for each in result.reasons)
    assert testers.values["reminded"] == f"{TOM}, {OLGA}"
    assert "escalated_at" not in testers.values


def test_a_reason_that_nobody_is_reminded_of_stays_as_it_is() -> None:
    other = Reason("turn", {"holder": "r4"}, ("ops",))
    assert announced(waits(), KNOWN, NOW, None, other) == other
    lone = Reason("sign_off_missing", {"team": "developers"}, ("developers",))
    assert announced(waits(), KNOWN, NOW, None, lone) == lone
    (reason, *_) = why(production_step(failed("production"), plan=PLAN), KNOWN, NOW)
    assert reason.values["reminded"] == f"{TIM}, {OLGA_TOO}"
    (reason, *_) = why(production_step(failed("production")), KNOWN, NOW)
    assert "reminded" not in reason.values


def test_one_person_with_two_ids_is_reminded_under_one_of_them() -> None:
    both = Directory({**TEAMS, "ops": Team("ops", (OLGA_TOO,))}, (Person("Olga", (OLGA, OLGA_TOO)),))
    given = replace(KNOWN, membership=replace(membership(), directory=both))
    assert people(awaited(waits(), given, NOW)) == {AMITA, TOM, OLGA}


def test_who_stands_in_is_reminded_in_place_of_who_is_away() -> None:
    teams = {**UNGROUPED, "ops": replace(UNGROUPED["ops"], members=(TIM,), stand_ins=(ANDY, MARA))}
    gone = {TIM: Absence(TIM, later(days=2), NOW, TIM), MARA: Absence(MARA, later(days=2), NOW, MARA)}
    there = replace(membership(teams=teams), absences=gone)
    asked = replace(waits(), requesters=(MARA,))
    assert people(awaited(asked, known(membership=there), NOW)) == {AMITA, TOM, OLGA, ANDY}
    done = production_step(failed("production"), plan=PLAN)
    assert people(awaited(done, known(membership=there), NOW)) == set()


def test_whoever_was_reminded_under_one_id_is_not_reminded_at_once_under_the_other() -> None:
    both = Directory({**TEAMS, "ops": Team("ops", (OLGA_TOO,))}, (Person("Olga", (OLGA, OLGA_TOO)),))
    given = replace(KNOWN, membership=replace(membership(later(hours=1)), directory=both))
    at = later(minutes=30)
    reminded = waits(sign_offs=(signed("testers", AMITA),), reminded=((OLGA, at),))
    due = {each.who: each.at for each in reminders(reminded, given, later(hours=1))}
    assert due == {OLGA_TOO: later(minutes=150)}
