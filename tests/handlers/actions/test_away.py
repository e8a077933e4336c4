from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.absence import Absence
from handlers.actions.away import AwayRequest, WentAway
from handlers.actions.back import CameBack
from handlers.decide import decide_environment
from handlers.effects import DirectMessage, NotifyOpen
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal
from handlers.requests import UsageError
from tests.handlers.actions.contexts import HERE, read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    GUEST,
    MARA,
    NOW,
    SERVICE,
    TEAMS,
    TIM,
    facts,
    later,
    membership,
    plan,
)

MONDAY = later(days=3)
AGAIN = NotifyOpen(SERVICE, "reevaluate")


@pytest.mark.parametrize(
    ("line", "asked"),
    [
        ("away for 3 days", ("", timedelta(days=3))),
        ("away for @amita 2h", ("amita", timedelta(hours=2))),
        ("away @amita for 2h", ("amita", timedelta(hours=2))),
    ],
)
def test_away_is_read(line: str, asked: tuple[str, timedelta]) -> None:
    found = read(line)
    assert isinstance(found, AwayRequest)
    assert (found.actor, found.whom, found.until) == (ANDY, asked[0], HERE.now + asked[1])
    event = found.event(SERVICE, AMITA)
    assert (event.service, event.environments, event.user, event.until) == (SERVICE, (), AMITA, found.until)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("away", "away_without_end"),
        ("away for @amita", "away_without_end"),
        ("away until someday", "away_time_unreadable"),
        ("away in berlin", "away_time_unreadable"),
        ("away for 2h in berlin", "away_time_unreadable"),
        ("away until 2001-01-01", "away_time_past"),
        ("back mon", "back_words"),
        ("back 1.0.3", "back_words"),
    ],
)
def test_what_is_not_read_is_asked_about(line: str, code: str) -> None:
    found = read(line)
    assert isinstance(found, UsageError)
    assert found.code == code


def known(*absences: Absence, **fields: Any) -> Facts:  # noqa: ANN401 - as builders.membership
    """Return facts with absences; Mara stands in for testers."""
    teams = {**TEAMS, "testers": replace(TEAMS["testers"], stand_ins=(MARA, AMITA))}
    people = membership(teams=teams, **fields)
    return facts(membership=replace(people, absences={each.user: each for each in absences}))


def decided(event: WentAway | CameBack, there: Facts) -> Decision:
    """Decide an event that is not refused."""
    found = decide_environment(plan(), event, there, NOW)
    assert isinstance(found, Decision)
    return found


def test_a_person_says_that_they_are_away() -> None:
    found = decided(WentAway(SERVICE, (), AMITA, AMITA, MONDAY), known())
    assert found.absence == Absence(AMITA, MONDAY, NOW, AMITA)
    assert found.effects == (AGAIN,)
    assert found.reply.code == "away"
    assert found.reply.values["stand_ins"] == MARA
    assert "alone" not in found.reply.values


def test_an_operator_says_it_for_another_who_is_told() -> None:
    found = decided(WentAway(SERVICE, (), TIM, AMITA, MONDAY), known())
    assert found.absence == Absence(AMITA, MONDAY, NOW, TIM)
    assert found.effects == (DirectMessage(SERVICE, AMITA, "set_away", found.reply.values), AGAIN)


def test_in_whose_team_nobody_stands_in_is_said() -> None:
    found = decided(WentAway(SERVICE, (), TIM, TIM, MONDAY), known())
    assert found.reply.values["alone"] == "ops"
    assert "stand_ins" not in found.reply.values


def test_another_end_replaces_the_first() -> None:
    before = Absence(AMITA, later(hours=1), later(hours=-1), AMITA)
    found = decided(WentAway(SERVICE, (), TIM, AMITA, MONDAY), known(before))
    assert found.absence == Absence(AMITA, MONDAY, before.since, TIM)


@pytest.mark.parametrize(
    ("event", "code"),
    [
        (WentAway(SERVICE, (), ANDY, AMITA, MONDAY), "not_in_team"),
        (CameBack(SERVICE, (), ANDY, AMITA), "not_in_team"),
        (WentAway(SERVICE, (), GUEST, GUEST, MONDAY), "not_full_member"),
        (WentAway(SERVICE, (), AMITA, AMITA, NOW), "away_past"),
        (CameBack(SERVICE, (), AMITA, AMITA), "not_away"),
    ],
)
def test_refusals(event: WentAway | CameBack, code: str) -> None:
    found = decide_environment(plan(), event, known(), NOW)
    assert isinstance(found, Refusal)
    assert found.code == code
