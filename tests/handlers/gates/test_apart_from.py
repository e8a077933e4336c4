from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.approve import SignedOff
from handlers.evaluation import evaluate_gates
from handlers.gate import Verdict
from handlers.people import Directory
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule
from handlers.slots import cannot_sign
from handlers.step import Step
from handlers.tally import barred
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    TIM,
    TOM,
    codes,
    decided,
    draft,
    facts,
    plan,
    production,
    refused,
    release,
    rule,
    signed,
    staging,
    succeeded,
    waiting,
    waiver,
    written_by,
)


def waits(given: SignOffRule, before: Step | None = None, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release that waits for production, asked for by Tim, started by Andy."""
    step = waiting("production", requested_by=TIM, **fields)
    return release(before or succeeded(), step, plan=plan(staging(), production(gates=(given,))))


@pytest.mark.parametrize(
    ("given", "user", "why"),
    [
        (rule("ops"), TIM, ""),
        (rule("ops", apart_from=("asker",)), TIM, "asker"),
        (rule("ops", apart_from=("asker",)), OLGA_TOO, ""),
        (rule("ops", apart_from=("requester",)), ANDY, "requester"),
        (rule("ops", requester_may_sign=True), ANDY, ""),
        (rule("ops", requester_may_sign=True, apart_from=("requester",)), ANDY, "requester"),
        (rule("ops", apart_from=("authors",)), MARA, "author"),
        (rule("ops", apart_from=("waiver",)), AMITA, ""),
    ],
)
def test_who_is_kept_apart(given: SignOffRule, user: str, why: str) -> None:
    work = draft(waits(given), facts(authorship=written_by("mara-dev")))
    assert barred(given, user, work.gate_context()) == why


@pytest.mark.parametrize(("apart", "why"), [((), ""), (("waiver",), "waiver")])
def test_who_waived_at_an_earlier_step(apart: tuple[str, ...], why: str) -> None:
    given = rule("ops", apart_from=apart)
    work = draft(waits(given, succeeded(waivers=(waiver(OLGA),))))
    assert barred(given, OLGA_TOO, work.gate_context()) == why


def test_where_nobody_asked_nobody_is_kept_apart() -> None:
    given = rule("ops", apart_from=("asker",))
    known = waits(given)
    work = draft(known.with_step(1, requested=False, requested_by=""))
    assert barred(given, TIM, work.gate_context()) == ""


def test_whoever_asked_is_refused_and_not_awaited() -> None:
    known = waits(rule("ops", apart_from=("asker",)))
    assert refused(known, SignedOff(1, TIM)).code == "asker_may_not_sign"
    assert cannot_sign(known, facts(), NOW) == {"ops": frozenset({TIM})}


def test_whoever_signs_and_asks_then_counts_no_more() -> None:
    known = waits(rule("ops", apart_from=("asker",)), sign_offs=(signed("ops", TIM),))
    results = evaluate_gates(known, known.step, facts(), NOW)
    [result] = [each for each in results if each.gate == "sign_off"]
    assert (result.verdict, codes([result])) == (Verdict.WAITING, ["signer_lost", "sign_off_missing"])


def test_authors_that_nobody_knows_keep_it_waiting() -> None:
    known = waits(rule("testers", apart_from=("authors",)))
    written = facts(authorship=written_by("stranger"))
    assert "author_unknown" in codes(evaluate_gates(known, known.step, written, NOW))
    assert decided(known, SignedOff(1, TOM), written).reply.code == "signed"


def test_an_empty_directory_bars_nobody() -> None:
    work = draft(waits(rule("ops", apart_from=("asker",))))
    context = replace(work.gate_context(), membership=replace(work.facts.membership, directory=Directory()))
    assert barred(rule("ops", apart_from=("asker",)), TIM, context) == "asker"
