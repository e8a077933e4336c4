from dataclasses import replace

import pytest

from handlers.environments import Loss
from handlers.evaluation import evaluate_gates
from handlers.gate import Verdict
from handlers.release import Release
from handlers.step import StepState
from handlers.why import why
from tests.handlers.builders import (
    BOTH,
    NOW,
    codes,
    facts,
    in_production,
    production_step,
    rollback,
    under_way,
)

LOST = replace(facts(), loss=Loss("14:c0ffee", 12))


@pytest.mark.parametrize("known", [in_production(sign_offs=BOTH), rollback()], ids=["release", "rollback"])
def test_nothing_starts_where_records_are_lost(known: Release) -> None:
    shut = [each for each in evaluate_gates(known, known.step, LOST, NOW) if not each.open]
    assert [(each.gate, each.verdict) for each in shut] == [("records", Verdict.CLOSED)]
    (reason,) = shut[0].reasons
    assert (reason.code, reason.who, reason.event) == ("records_lost", ("ops",), "settle website lost")
    assert reason.values == {"service": "website", "lost": "14:c0ffee", "found": "12", "backup": ""}


def test_what_has_all_its_records_meets_no_such_gate() -> None:
    known = in_production(sign_offs=BOTH)
    assert all(each.open for each in evaluate_gates(known, known.step, facts(), NOW))


def test_what_is_under_way_waits_for_the_word_as_well() -> None:
    running = production_step(under_way(StepState.RUNNING, "production"))
    assert codes(why(running, LOST, NOW))[-1] == "records_lost"
    assert "records_lost" not in codes(why(running, facts(), NOW))
