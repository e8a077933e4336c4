from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.people import AccountStatus, Directory, Eligibility, Group, Member, Membership, Person, Team
from tests.handlers.builders import (
    AMITA,
    ANDY,
    GUEST,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    STRANGER,
    TIM,
    directory,
    later,
    membership,
)

YES, NO = Eligibility.YES, Eligibility.NOT_IN_TEAM
GUESTLY, UNKNOWN = Eligibility.NOT_FULL_MEMBER, Eligibility.UNKNOWN


@pytest.mark.parametrize(
    ("user", "person"),
    [(OLGA, OLGA), (OLGA_TOO, OLGA), (MARA, MARA), (STRANGER, STRANGER), ("shiproom", "shiproom")],
)
def test_two_ids_of_one_person_are_one(user: str, person: str) -> None:
    assert directory().person_of(user) == person


@pytest.mark.parametrize(
    ("author", "person"),
    [
        ("Mara", MARA),
        ("MARA", MARA),
        ("mara-DEV", MARA),
        ("Mara@Example.org", MARA),
        ("M. Example <Mara@Example.org>", MARA),
        ("<mara@example.org>", MARA),
        ("Mara <somebody@example.org>", None),
        ("Olga <mara@example.org>", MARA),
        ("Mara <>", None),
        ("olga", OLGA),
        ("Mara Rao <mara@example.org>", MARA),
        ("mara rao <MARA@EXAMPLE.ORG>", MARA),
        ("M. <1234+Mara-Dev@users.noreply.github.com>", MARA),
        ("M. <mara-dev@users.noreply.github.com>", MARA),
        ("Mara <somebody@else.example>", None),
        ("Andy <mara@example.org>", MARA),
        ("Olga <>", None),
        ("bob <bob@example.org>", None),
        ("<>", None),
        ("robot", None),
        ("bob", None),
        ("", None),
    ],
)
def test_author_is_found_by_name_login_or_address(author: str, person: str | None) -> None:
    assert directory().person_of_author(author) == person


def test_names_of_the_policy_are_compared_without_case() -> None:
    people = (Person("ANNA", ("U1",), "ANNA-GH", "ANNA@X.ORG"),)
    assert [Directory({}, people).person_of_author(name) for name in ("anna", "anna-gh", "anna@x.org")] == [
        "U1"
    ] * 3


@pytest.mark.parametrize(
    ("account_status", "answer"),
    [
        (AccountStatus.FULL, YES),
        (AccountStatus.GUEST, GUESTLY),
        (AccountStatus.FOREIGN, GUESTLY),
        (AccountStatus.BOT, GUESTLY),
        (AccountStatus.DELETED, GUESTLY),
    ],
)
def test_only_full_members_count(account_status: AccountStatus, answer: Eligibility) -> None:
    known = membership(account_status={AMITA: account_status})
    assert known.account_status(AMITA, NOW) is answer
    assert known.eligible(AMITA, "testers", NOW) is answer


@pytest.mark.parametrize(("seconds", "answer"), [(0, YES), (60, YES), (61, UNKNOWN)])
def test_what_slack_said_counts_for_a_minute(seconds: int, answer: Eligibility) -> None:
    now = later(seconds=seconds)
    assert membership().account_status(TIM, now) is answer
    assert membership().eligible(TIM, "ops", now) is answer


@pytest.mark.parametrize(
    ("user", "team", "answer"),
    [
        (AMITA, "testers", YES),
        (AMITA, "ops", NO),
        (AMITA, "nobody", NO),
        (ANDY, "testers", NO),
        (GUEST, "testers", GUESTLY),
        (GUEST, "ops", GUESTLY),
        ("U0NEW", "testers", NO),
    ],
)
def test_a_team_is_its_members(user: str, team: str, answer: Eligibility) -> None:
    assert membership().eligible(user, team, NOW) is answer


def test_a_member_whose_account_nobody_knows_is_unknown() -> None:
    assert membership(unknown=(AMITA,)).eligible(AMITA, "testers", NOW) is UNKNOWN


@pytest.mark.parametrize(
    ("members", "seconds", "answer"),
    [
        (frozenset({ANDY}), 0, YES),
        (frozenset({ANDY}), 60, YES),
        (frozenset({ANDY}), 61, UNKNOWN),
        (frozenset({MARA}), 0, NO),
        (None, 0, UNKNOWN),
    ],
)
def test_a_team_is_its_user_group_too(
    members: frozenset[str] | None, seconds: int, answer: Eligibility
) -> None:
    now = later(seconds=seconds)
    groups = {} if members is None else {"S0OPS": Group(members, NOW)}
    known = Membership(directory(), {ANDY: Member(AccountStatus.FULL, now)}, groups)
    assert known.eligible(ANDY, "ops", now) is answer


def test_a_named_member_needs_no_group() -> None:
    assert membership(group=None).eligible(TIM, "ops", NOW) is YES


@pytest.mark.parametrize(
    ("user", "teams", "answer"),
    [
        (TIM, ("testers", "ops"), YES),
        (ANDY, ("ops", "developers"), YES),
        (ANDY, ("testers", "ops"), UNKNOWN),
        (ANDY, ("testers",), NO),
        (ANDY, (), NO),
        (GUEST, ("testers",), GUESTLY),
    ],
)
def test_one_of_several_teams_is_enough(user: str, teams: tuple[str, ...], answer: Eligibility) -> None:
    assert membership(group=None).eligible_in_any(user, teams, NOW) is answer


def test_unknown_goes_before_not_a_member() -> None:
    teams = {"guests": Team("guests", (), "S0NONE"), "rest": Team("rest", (ANDY,))}
    known = Membership(Directory(teams), {ANDY: Member(AccountStatus.GUEST, NOW)})
    assert known.eligible_in_any(ANDY, ("guests", "rest"), NOW) is GUESTLY


@pytest.mark.parametrize(("seconds", "counts"), [(-1, False), (0, True), (60, True), (61, False)])
def test_a_fact_from_the_future_is_no_fact(seconds: int, counts: bool) -> None:
    """The clock was set back since Slack said it; its word might be an hour old."""
    as_of = NOW - timedelta(seconds=seconds)
    teams = {"ops": Team("ops", usergroup="S0OPS")}
    known = Membership(
        Directory(teams), {TIM: Member(AccountStatus.FULL, as_of)}, {"S0OPS": Group(frozenset({TIM}), as_of)}
    )
    wanted = YES if counts else UNKNOWN
    assert known.account_status(TIM, NOW) is wanted
    assert known.eligible(TIM, "ops", NOW) is wanted
    fresh = replace(known, members={TIM: Member(AccountStatus.FULL, NOW)})
    assert fresh.eligible(TIM, "ops", NOW) is wanted


def test_everybody_whom_the_policy_names_for_a_team() -> None:
    team = Team("ops", (TIM,), "S0OPS", stand_ins=(ANDY,), fallback=(OLGA,))
    assert team.named == (TIM, ANDY, OLGA)
