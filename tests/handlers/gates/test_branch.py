import pytest

from handlers.evaluation import gate_context
from handlers.gate import GateResult, Reason, Verdict
from handlers.gates import branch
from handlers.plan import EnvironmentPlan
from tests.handlers.builders import NOW, build, facts, plan, production, release, staging, waiting

OPEN = GateResult("branch", "branch", Verdict.OPEN)


@pytest.mark.parametrize(
    ("environment", "of"),
    [
        (staging(), "feature"),
        (production(), "main"),
        (production(branches=("main", "hotfix")), "hotfix"),
        (production(branches=("main", "hotfix/*")), "hotfix/login"),
        (production(protected=False), "feature"),
    ],
)
def test_a_fitting_branch_is_open(environment: EnvironmentPlan, of: str) -> None:
    known = release(waiting(environment.name), plan=plan(environment), build=build(branch=of))
    assert branch.check(gate_context(known, known.step, facts(), NOW)) == (OPEN,)


@pytest.mark.parametrize("of", ["feature", "hotfix/login/now"])
def test_another_branch_is_closed_and_can_only_be_cancelled(of: str) -> None:
    policy = plan(production(branches=("main", "hotfix/*")))
    known = release(waiting("production"), plan=policy, build=build(branch=of))
    values = {"branch": of, "branches": "main, hotfix/*"}
    reason = Reason("wrong_branch", values, ("developers", "ops"), None, "cancel")
    assert branch.check(gate_context(known, known.step, facts(), NOW)) == (
        GateResult("branch", "branch", Verdict.CLOSED, (reason,)),
    )
