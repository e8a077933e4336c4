from handlers.gates import lock as gate
from handlers.gates.verdict import Asked, Reason, Verdict
from tests.handlers.making import NOW, facts, ground, later, lock, release


def test_an_unlocked_environment_is_open() -> None:
    known = release()
    assert gate.check(known, known.step, facts(), NOW) == (Asked("lock", "lock", Verdict.OPEN),)


def test_a_lock_elsewhere_is_not_met() -> None:
    known = release()
    assert gate.check(known, known.step, facts(ground("production", lock=lock())), NOW)[0].open


def test_a_lock_that_ended_is_open() -> None:
    known = release()
    assert gate.check(known, known.step, facts(ground(lock=lock(until=NOW))), NOW)[0].open


def test_a_lock_closes_and_names_who_can_unlock_and_when_it_ends() -> None:
    known = release()
    until = later(hours=2)
    values = {"by": "U0TIM", "reason": "incident", "environment": "staging"}
    expected = Asked("lock", "lock", Verdict.CLOSED, (Reason("locked", values, ("ops",), until, "unlock"),))
    assert gate.check(known, known.step, facts(ground(lock=lock(until=until))), NOW) == (expected,)
