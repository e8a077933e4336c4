from collections.abc import Mapping
from dataclasses import replace

import pytest

from handlers.people import Team
from handlers.plan import Plan
from handlers.standing_for import Shortage, short_of, shortages
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    TEAMS,
    TIM,
    TOM,
    draft,
    facts,
    in_production,
    membership,
    plan,
    production,
    release,
    rule,
    staging,
)

ONE: Mapping[str, Team] = {**TEAMS, "ops": Team("ops", (TIM,)), "testers": Team("testers", (AMITA, TOM))}
OPS_ALONE = Shortage("production", "ops", 0, 1)


@pytest.mark.parametrize(("requester", "found"), [(TIM, (OPS_ALONE,)), (ANDY, ()), (AMITA, ())])
def test_who_starts_it_may_leave_nobody_to_sign(requester: str, found: tuple[Shortage, ...]) -> None:
    work = draft(release(requesters=(requester,)), facts(membership=membership(teams=ONE)))
    assert shortages(work) == found


def test_two_are_needed_and_one_is_left() -> None:
    policy = plan(staging(), production(gates=(rule("testers", needs=2),)))
    work = draft(release(requesters=(AMITA,), plan=policy), facts(membership=membership(teams=ONE)))
    assert shortages(work) == (Shortage("production", "testers", 1, 2),)
    values = short_of(work)
    assert (values["able"], values["needs"], values["short_of"]) == ("1", "2", "testers")


@pytest.mark.parametrize(
    "policy",
    [
        plan(staging(), production(gates=(rule("ops", requester_may_sign=True),))),
        plan(staging(), production(gates=(rule("ops", needs=2),))),
        plan(staging(), production(gates=(rule("nobody"),))),
    ],
    ids=["may sign", "too few in any case", "no such team"],
)
def test_where_whoever_starts_it_changes_nothing(policy: Plan) -> None:
    work = draft(release(requesters=(TIM,), plan=policy), facts(membership=membership(teams=ONE)))
    assert shortages(work) == ()


@pytest.mark.parametrize(
    ("group", "found"),
    [(None, ()), (frozenset[str](), (OPS_ALONE,)), (frozenset({TIM}), (OPS_ALONE,)), (frozenset({MARA}), ())],
)
def test_who_is_in_a_user_group_counts_as_far_as_slack_said(
    group: frozenset[str] | None, found: tuple[Shortage, ...]
) -> None:
    teams = {**ONE, "ops": Team("ops", (TIM,), "S0OPS")}
    work = draft(release(requesters=(TIM,)), facts(membership=membership(teams=teams, group=group)))
    assert shortages(work) == found


def test_what_is_over_is_not_asked_about_and_a_team_stands_there_once() -> None:
    gated = plan(staging(gates=(rule("ops"),)), production(gates=(rule("ops"), rule("developers"))))
    here = facts(membership=membership(teams={**ONE, "developers": Team("developers", (TIM,))}))
    work = draft(release(requesters=(TIM,), plan=gated), here)
    assert [(each.environment, each.team) for each in shortages(work)] == [
        ("staging", "ops"),
        ("production", "developers"),
    ]
    assert "able" not in short_of(work)
    later = draft(replace(in_production(), requesters=(TIM,), plan=gated), here)
    assert {each.environment for each in shortages(later)} == {"production"}


def test_nobody_is_told_of_what_started_by_itself() -> None:
    known = release(requesters=(TIM,), automatic=True)
    assert short_of(draft(known, facts(membership=membership(teams=ONE)))) == {}


def test_nothing_is_said_where_enough_can() -> None:
    assert short_of(draft()) == {}
