from dataclasses import replace

from handlers.evaluation import evaluate_gates
from handlers.gate import Reason, Verdict
from handlers.release import Release
from tests.handlers.builders import BOTH, MARA, NOW, facts, hold, in_production, later, rollback


def held(known: Release) -> list[tuple[Verdict, tuple[Reason, ...]]]:
    results = evaluate_gates(known, known.step, facts(), NOW)
    return [(each.verdict, each.reasons) for each in results if each.gate == "hold"]


def test_a_held_release_starts_nothing_and_says_who_lets_it_go_on() -> None:
    until = later(hours=1)
    known = replace(in_production(sign_offs=BOTH), hold=hold(MARA, until=until))
    values = {"by": MARA, "reason": "legal looks", "at": NOW.isoformat()}
    assert held(known) == [(Verdict.CLOSED, (Reason("held", values, (MARA, "ops"), until, "go"),))]


def test_what_nobody_holds_is_not_asked_about() -> None:
    assert held(in_production()) == []


def test_a_rollback_is_not_held_up() -> None:
    assert held(rollback(hold=hold())) == []


def test_a_hold_stands_until_it_is_ended() -> None:
    known = replace(in_production(), hold=hold(until=later(seconds=-1)))
    assert [verdict for verdict, _ in held(known)] == [Verdict.CLOSED]
