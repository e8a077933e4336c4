from dataclasses import replace

import pytest

from handlers.actions.waive import AuthorsWaived
from handlers.effects import PostToThread, ShowCard
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.requests import UsageError
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    ANDY,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    granted,
    in_production,
    plan,
    production,
    production_step,
    refused,
    rule,
    staging,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("waive r42 Mara looked", AuthorsWaived(42, ANDY, "Mara looked")),
        ("waive r42", AuthorsWaived(42, ANDY, "")),
    ],
)
def test_waive(line: str, requested: AuthorsWaived) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("waive", ""), ("waive 42", "42"), ("waive staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("waive",))


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


STRICT = plan(staging(), production(gates=(rule("testers"), rule("ops", authors_may_sign=False))))


def test_an_operator_waives_an_unknown_author() -> None:
    known = replace(in_production(), plan=STRICT)
    decision = decided(known, AuthorsWaived(1, TIM, "Mara looked"), HELD)
    assert after(decision).step.waived_authors
    assert decision.reply == Reply("waived", {"release": "r1"})
    assert decision.effects == (PostToThread(1, "waived", {"by": TIM, "reason": "Mara looked"}), CARD)


@pytest.mark.parametrize(
    ("known", "actor", "reason", "refusal"),
    [
        (in_production(), TIM, "why not", Refusal("nothing_to_waive", {"release": "r1"})),
        (
            replace(production_step(granted("production")), plan=STRICT),
            TIM,
            "why not",
            Refusal("nothing_to_waive", {"release": "r1"}),
        ),
        (replace(in_production(), plan=STRICT), TIM, "", Refusal("reason_needed", {"action": "waive"})),
        (
            replace(in_production(), plan=STRICT),
            ANDY,
            "so",
            Refusal("not_in_team", {"action": "waive"}, ("ops",)),
        ),
    ],
)
def test_waiving_is_refused(known: Release, actor: str, reason: str, refusal: Refusal) -> None:
    assert refused(known, AuthorsWaived(1, actor, reason)) == refusal
