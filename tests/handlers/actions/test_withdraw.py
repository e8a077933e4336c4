import pytest

from handlers.actions.withdraw import Withdrawn
from handlers.effects import PostToThread, ShowCard
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.requests import UsageError
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    OLGA,
    OLGA_TOO,
    TIM,
    after,
    decided,
    environment_state,
    facts,
    granted,
    in_production,
    production_step,
    refused,
    signed,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("withdraw r42", Withdrawn(42, ANDY)),
        ("WITHDRAW r42 please", Withdrawn(42, ANDY)),
    ],
)
def test_withdraw(line: str, requested: Withdrawn) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("withdraw", ""), ("withdraw staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("withdraw",))


HELD = facts(environment_state(holder=1))


WHERE = {"release": "r1", "environment": "production", "state": "waiting"}


GRANTED = {"release": "r1", "environment": "production", "state": "granted"}


@pytest.mark.parametrize("user", [OLGA, OLGA_TOO])
def test_a_sign_off_is_withdrawn(user: str) -> None:
    spent = signed("testers", OLGA, spent=True)
    others = (signed("testers", AMITA), spent)
    known = in_production(sign_offs=(*others, signed("ops", OLGA_TOO)))
    decision = decided(known, Withdrawn(1, user), HELD)
    assert after(decision).step.sign_offs == others
    assert decision.reply == Reply("withdrawn", WHERE)
    assert decision.effects[:2] == (PostToThread(1, "withdrawn", {"by": user, "team": "ops"}), ShowCard(1))


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        (in_production(sign_offs=(signed("ops", TIM),)), Refusal("nothing_to_withdraw", WHERE)),
        (
            in_production(sign_offs=(signed("testers", AMITA, spent=True),)),
            Refusal("nothing_to_withdraw", WHERE),
        ),
        (
            production_step(granted("production", sign_offs=(signed("testers", AMITA),))),
            Refusal("not_waiting", GRANTED),
        ),
    ],
)
def test_a_withdrawal_is_refused(known: Release, refusal: Refusal) -> None:
    assert refused(known, Withdrawn(1, AMITA)) == refusal
