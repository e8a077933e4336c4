import pytest

from handlers.actions import testing
from handlers.effects import PostToThread, ShowCard
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.requests import UsageError
from handlers.rights import current_precondition
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    GUEST,
    TOM,
    after,
    decided,
    environment_state,
    facts,
    granted,
    in_production,
    on_test,
    production_step,
    refused,
    release,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("testing r42", testing.TestingStarted(42, ANDY)),
    ],
)
def test_testing(line: str, requested: testing.TestingStarted) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("testing", ""), ("testing staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("testing",))


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


def test_testing_is_noted() -> None:
    known = in_production(testing=(on_test(TOM),))
    decision = decided(
        known, testing.TestingStarted(1, AMITA, precondition=current_precondition(known)), HELD
    )
    assert after(decision).step.testing == (on_test(TOM), on_test(AMITA))
    assert decision.reply == Reply("testing", {"release": "r1"})
    assert decision.effects == (PostToThread(1, "testing", {"by": AMITA}), CARD)


def test_testing_twice_changes_nothing() -> None:
    known = in_production(testing=(on_test(AMITA),))
    decision = decided(known, testing.TestingStarted(1, AMITA), HELD)
    assert (decision.reply, decision.release) == (Reply("already_testing", {"release": "r1"}), known)


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (release(), "waiting"),
        (production_step(granted("production")), "granted"),
    ],
    ids=["no gates", "granted"],
)
def test_there_is_nothing_to_test(known: Release, state: str) -> None:
    expected = Refusal("nothing_to_test", {"release": "r1", "state": state})
    assert refused(known, testing.TestingStarted(1, AMITA)) == expected


@pytest.mark.parametrize(("actor", "code"), [(ANDY, "not_in_team"), (GUEST, "not_full_member")])
def test_only_a_gate_team_tests(actor: str, code: str) -> None:
    assert refused(in_production(), testing.TestingStarted(1, actor)) == Refusal(
        code, {"action": "testing"}, ("testers", "ops")
    )
