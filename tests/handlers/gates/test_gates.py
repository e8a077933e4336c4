from handlers.evaluation import evaluate_gates
from handlers.gate import GateSettings, Reason, Verdict, closed, opened, waiting
from handlers.gates import GATES, NAMES, QUEUING, REVOKING, SETTINGS
from handlers.sign_off_rule import SignOffRule
from tests.handlers.builders import (
    BOTH,
    NOW,
    build,
    codes,
    environment_state,
    facts,
    in_production,
    lock,
    rollback,
    rule,
)


def test_every_gate_is_evaluated_every_time() -> None:
    known = in_production()
    shut = facts(environment_state("production", holder=7, locks=(lock(),)))
    asked = evaluate_gates(known, known.step, shut, NOW)
    assert [answer.gate for answer in asked] == ["sign_off", "sign_off", "branch", "lock", "turn"]
    assert codes(asked) == ["sign_off_missing", "sign_off_missing", "locked", "turn"]


def test_all_open() -> None:
    known = in_production(sign_offs=BOTH)
    assert all(answer.open for answer in evaluate_gates(known, known.step, facts(), NOW))


def test_a_rollback_meets_neither_branch_nor_lock() -> None:
    known = rollback(build=build(branch="feature"))
    shut = facts(environment_state("production", holder=7, locks=(lock(),)))
    asked = evaluate_gates(known, known.step, shut, NOW)
    assert [answer.gate for answer in asked] == ["turn"]


def test_the_registry_is_complete() -> None:
    names = "policy records sign_off branch contains_live start_time lock freeze review hold window turn"
    assert list(GATES) == names.split()
    assert ({"turn", "window"}, {"lock", "policy", "freeze", "review", "hold"}) == (QUEUING, REVOKING)


def test_gate_results() -> None:
    why = Reason("because")
    assert (opened("lock").name, opened("lock").verdict, opened("lock").reasons) == ("lock", Verdict.OPEN, ())
    assert opened("sign_off", "ops").name == "ops"
    yet = waiting("sign_off", why, name="ops")
    assert (yet.gate, yet.name, yet.verdict, yet.reasons, yet.open) == (
        "sign_off",
        "ops",
        Verdict.WAITING,
        (why,),
        False,
    )
    no = closed("lock", why)
    assert (no.gate, no.name, no.verdict, no.reasons, no.open) == (
        "lock",
        "lock",
        Verdict.CLOSED,
        (why,),
        False,
    )
    assert closed("lock", name="x").name == "x"
    assert waiting("turn").name == "turn"
    assert opened("lock").open


def test_a_gate_asks_slack_about_its_teams_only() -> None:
    assert GateSettings().teams() == ()
    assert rule("testers").teams() == ("testers",)


def test_gates_that_the_policy_configures() -> None:
    assert {"sign_off": SignOffRule} == SETTINGS
    assert {SignOffRule: "sign_off"} == NAMES
