from collections.abc import Mapping

import pytest

from handlers.evaluation import evaluate_gates, gate_context
from handlers.gate import GateContext, GateResult, Reason, Verdict
from handlers.gates import contains_live
from handlers.lineage import Relation
from handlers.sign_offs import Waiver
from tests.handlers.builders import (
    NOW,
    build,
    codes,
    environment_state,
    facts,
    later,
    live,
    plan,
    production,
    release,
    rollback,
    waiting,
    waiver,
)

REQUIRED = plan(production(contains_live=True, gates=()))
OPEN = (GateResult("contains_live", "contains_live", Verdict.OPEN),)
LIVE = environment_state("production", live=live(9))
VALUES = {"version": "2.9.0", "branch": "main", "environment": "production"}
SHA, OTHER = build(9).sha, build(8).sha


def context(
    related: Mapping[str, Relation], *waivers: Waiver, there: bool = True, required: bool = True
) -> GateContext:
    policy = REQUIRED if required else plan(production())
    known = release(waiting("production", waivers=waivers), plan=policy)
    given = facts(LIVE, to_live=related) if there else facts(to_live=related)
    return gate_context(known, known.step, given, NOW)


def to_live(relation: Relation) -> dict[str, Relation]:
    return {"production": relation}


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize(
    ("there", "required", "results"), [(True, False, ()), (False, False, ()), (False, True, OPEN)]
)
def test_where_nothing_is_required_or_live_nothing_is_asked(
    relation: Relation, there: bool, required: bool, results: tuple[GateResult, ...]
) -> None:
    asked = context(to_live(relation), there=there, required=required)
    assert contains_live.check(asked) == results
    assert contains_live.doubt(asked) == ""


def test_a_build_that_contains_what_is_live_may_go() -> None:
    assert contains_live.check(context(to_live(Relation.CONTAINS))) == OPEN
    assert contains_live.doubt(context(to_live(Relation.CONTAINS))) == ""


def test_a_build_that_lacks_what_is_live_is_closed() -> None:
    reason = Reason("lacks_live", VALUES, ("ops",), None, "waive")
    asked = context(to_live(Relation.LACKS))
    assert contains_live.check(asked) == (
        GateResult("contains_live", "contains_live", Verdict.CLOSED, (reason,)),
    )
    assert contains_live.doubt(asked) == SHA


@pytest.mark.parametrize(
    "related", [to_live(Relation.UNKNOWN), to_live(Relation.CLAIMED), {}, {"staging": Relation.CONTAINS}]
)
def test_what_nobody_but_the_sender_says_waits_for_the_ci(related: Mapping[str, Relation]) -> None:
    reason = Reason("live_unrelated", VALUES, ("ops",), later(seconds=30), "waive")
    assert contains_live.check(context(related)) == (
        GateResult("contains_live", "contains_live", Verdict.WAITING, (reason,)),
    )
    assert contains_live.doubt(context(related)) == SHA


@pytest.mark.parametrize("relation", [Relation.LACKS, Relation.UNKNOWN, Relation.CLAIMED])
@pytest.mark.parametrize(
    ("waivers", "is_open"),
    [
        ((waiver(lacks=SHA),), True),
        ((waiver(lacks=OTHER), waiver(lacks=SHA)), True),
        ((waiver(lacks=OTHER),), False),
        ((waiver(authors=(SHA,), versions=(SHA, "2.9.0")),), False),
    ],
    ids=["this live build", "both", "another live build", "authors and versions"],
)
def test_a_waiver_is_for_one_live_build(
    relation: Relation, waivers: tuple[Waiver, ...], is_open: bool
) -> None:
    asked = context(to_live(relation), *waivers)
    assert (contains_live.check(asked) == OPEN) is is_open
    assert contains_live.doubt(asked) == ("" if is_open else SHA)


def test_a_rollback_goes_back_to_what_lacks_the_live_build() -> None:
    known = rollback(plan=REQUIRED)
    assert codes(evaluate_gates(known, known.step, facts(LIVE, to_live=to_live(Relation.LACKS)), NOW)) == []
