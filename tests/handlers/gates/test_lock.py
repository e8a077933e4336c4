from handlers.evaluation import gate_context
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import lock as gate
from tests.handlers.builders import NOW, environment_state, facts, later, lock, release


def test_an_unlocked_environment_is_open() -> None:
    known = release()
    assert gate.check(gate_context(known, known.step, facts(), NOW)) == (
        GateResult("lock", "lock", Verdict.OPEN),
    )


def test_a_lock_of_another_environment_does_not_count() -> None:
    known = release()
    assert gate.check(
        gate_context(known, known.step, facts(environment_state("production", locks=(lock(),))), NOW)
    )[0].open


def test_a_lock_that_ended_is_open() -> None:
    known = release()
    assert gate.check(
        gate_context(known, known.step, facts(environment_state(locks=(lock(until=NOW),))), NOW)
    )[0].open


def test_a_lock_closes_and_names_who_can_unlock_and_when_it_ends() -> None:
    known = release()
    until = later(hours=2)
    values = {"by": "U0TIM", "reason": "incident", "environment": "staging"}
    expected = GateResult(
        "lock", "lock", Verdict.CLOSED, (Reason("locked", values, ("ops",), until, "unlock"),)
    )
    assert gate.check(
        gate_context(known, known.step, facts(environment_state(locks=(lock(until=until),))), NOW)
    ) == (expected,)


def test_each_lock_is_a_reason_with_its_own_end() -> None:
    known = release()
    locks = (
        lock(until=later(hours=2)),
        lock("token:incidents", key="INC-7", url="https://inc.example.org/7"),
    )
    [result] = gate.check(gate_context(known, known.step, facts(environment_state(locks=locks)), NOW))
    assert [(each.values["by"], each.until) for each in result.reasons] == [
        ("U0TIM", later(hours=2)),
        ("token:incidents", None),
    ]
    assert result.reasons[1].values["url"] == "https://inc.example.org/7"
