from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from handlers.actions.lock import Locked, LockRequest
from handlers.command_parsing import CommandContext
from handlers.decide import decide_environment
from handlers.effects import NotifyOpen, PostToChannel
from handlers.outcome import Refusal, Reply
from handlers.requests import EVERYTHING, UsageError
from tests.handlers.actions.contexts import HERE, NOWHERE, WEBSITE, read
from tests.handlers.builders import (
    ANDY,
    GUEST,
    NOW,
    TIM,
    busy,
    decided_environment,
    environment_state,
    facts,
    later,
    lock,
    membership,
    plan,
)

TWO_HOURS = timedelta(hours=2)
EXAMPLES = ("30m", "2h", "1d")


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("lock production upgrade", HERE, LockRequest("website", "production", ANDY, "upgrade")),
        ("lock production", HERE, LockRequest("website", "production", ANDY, "")),
        ("lock production for 2h", HERE, LockRequest("website", "production", ANDY, "", TWO_HOURS)),
        (
            "lock production for 2h big upgrade",
            HERE,
            LockRequest("website", "production", ANDY, "big upgrade", TWO_HOURS),
        ),
        (
            "lock production because for 2h",
            HERE,
            LockRequest("website", "production", ANDY, "because for 2h"),
        ),
        ("lock shop canary upgrade", HERE, LockRequest("shop", "canary", ANDY, "upgrade")),
        ("lock everything incident", NOWHERE, LockRequest("", EVERYTHING, ANDY, "incident")),
        ("lock everything for 2h incident", HERE, LockRequest("", EVERYTHING, ANDY, "incident", TWO_HOURS)),
    ],
)
def test_lock(line: str, context: CommandContext, requested: LockRequest) -> None:
    assert read(line, context) == requested


@pytest.mark.parametrize(
    ("line", "usage_error"),
    [
        ("lock production for", UsageError("duration_needed", "for", EXAMPLES)),
        ("lock production for ever", UsageError("duration_needed", "ever", EXAMPLES)),
        ("lock barn", UsageError("unknown_environment", "barn", WEBSITE)),
        ("lock", UsageError("environment_needed", "", WEBSITE)),
    ],
)
def test_a_lock_that_cannot_be_parsed(line: str, usage_error: UsageError) -> None:
    assert read(line) == usage_error


BOTH = ("staging", "production")


NAMES = {"environment": "staging, production", "service": "website"}


def locking(*environments: str, until: datetime | None = None) -> Locked:
    return Locked("website", environments, TIM, "upgrade", until)


def test_a_lock_keeps_the_rest_of_the_environment() -> None:
    decision = decided_environment(locking("staging"), facts(busy("staging")))
    assert decision.environments == {"staging": busy("staging", locks=(lock(reason="upgrade"),))}
    values = {"environment": "staging", "service": "website", "by": TIM, "reason": "upgrade"}
    assert decision.reply == Reply("locked", values)
    assert decision.effects == (
        PostToChannel("website", "locked", values),
        NotifyOpen("website", "reevaluate"),
    )
    assert (decision.release, decision.changed) == (None, True)


def test_a_lock_has_an_end_if_one_is_given() -> None:
    until = later(hours=2)
    decision = decided_environment(locking("staging", until=until), facts())
    assert decision.environments["staging"].lock == lock(reason="upgrade", until=until)
    assert decision.reply.values["until"] == "2026-03-02T12:00:00+00:00"


def test_several_environments_are_locked_but_not_those_of_others() -> None:
    given = facts(environment_state(locks=(lock("U2"),)), environment_state("production"))
    decision = decided_environment(locking(*BOTH), given)
    assert list(decision.environments) == ["production"]
    assert decision.reply.values["environment"] == "production"
    assert decided_environment(locking(*BOTH), facts()).reply.values["environment"] == "staging, production"


@pytest.mark.parametrize("there", [lock(TIM, reason="old"), lock("U2", until=NOW)])
def test_ones_own_lock_and_one_that_ended_are_replaced(there: object) -> None:
    decision = decided_environment(locking("staging"), facts(busy("staging", locks=(there,))))
    assert decision.environments["staging"].lock == lock(reason="upgrade")


def test_a_lock_of_another_stays() -> None:
    given = facts(
        environment_state(locks=(lock("U2", reason="mine", until=later(hours=1)),)),
        environment_state("production", locks=(lock("U3"),)),
    )
    values = {**NAMES, "by": "U2", "reason": "mine"}
    assert decide_environment(plan(), locking(*BOTH), given, NOW) == Refusal("already_locked", values)


def test_a_lock_needs_a_reason() -> None:
    event = replace(locking("staging"), reason="")
    assert decide_environment(plan(), event, facts(), NOW) == Refusal("reason_needed", {"action": "lock"})


@pytest.mark.parametrize(
    ("actor", "code"), [(ANDY, "not_in_team"), (GUEST, "not_full_member"), ("U0NEW", "not_in_team")]
)
def test_only_operators_lock(actor: str, code: str) -> None:
    given = facts(environment_state(locks=(lock(),)))
    refusal = decide_environment(plan(), replace(locking("staging"), actor=actor), given, NOW)
    assert refusal == Refusal(code, {"action": "lock"}, ("ops",))


def test_an_unknown_account_may_not_lock() -> None:
    refusal = decide_environment(
        plan(), locking("staging"), facts(membership=membership(unknown=(TIM,))), NOW
    )
    assert isinstance(refusal, Refusal)
    assert refusal.code == "standing_unknown"


@pytest.mark.parametrize(("lasts", "until"), [(None, None), (TWO_HOURS, later(hours=2))])
def test_a_request_becomes_the_lock_of_one_service(lasts: timedelta | None, until: datetime | None) -> None:
    request = LockRequest("", EVERYTHING, TIM, "incident", lasts)
    assert request.event("shop", BOTH, NOW) == Locked("shop", BOTH, TIM, "incident", until)
