from dataclasses import replace

import pytest

from handlers.actions.unlock import Unlocked, UnlockRequest
from handlers.command_parsing import CommandContext
from handlers.decide import decide_environment
from handlers.effects import DirectMessage, NotifyOpen, PostToChannel
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
    lock,
    plan,
)


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("unlock production", HERE, UnlockRequest("website", "production", ANDY)),
        ("unlock shop production", NOWHERE, UnlockRequest("shop", "production", ANDY)),
        ("unlock everything", NOWHERE, UnlockRequest("", EVERYTHING, ANDY)),
    ],
)
def test_unlock(line: str, context: CommandContext, requested: UnlockRequest) -> None:
    assert read(line, context) == requested


def test_an_environment_has_to_be_named() -> None:
    assert read("unlock") == UsageError("environment_needed", "", WEBSITE)


BOTH = ("staging", "production")


NAMES = {"environment": "staging, production", "service": "website"}


def unlocking(*environments: str) -> Unlocked:
    return Unlocked("website", environments, TIM)


@pytest.mark.parametrize(
    ("actor", "code"), [(ANDY, "not_in_team"), (GUEST, "not_full_member"), ("U0NEW", "not_in_team")]
)
def test_only_operators_unlock(actor: str, code: str) -> None:
    given = facts(environment_state(locks=(lock(),)))
    refusal = decide_environment(plan(), replace(unlocking("staging"), actor=actor), given, NOW)
    assert refusal == Refusal(code, {"action": "unlock"}, ("ops",))


def test_unlocking_tells_the_owners_and_reevaluates_all_releases() -> None:
    given = facts(
        busy("staging", locks=(lock("U3"),)),
        busy("production", locks=(lock("U2"),)),
        busy("preview", locks=(lock(TIM),)),
    )
    decision = decided_environment(unlocking("staging", "production", "preview", "other"), given)
    values = {"environment": "staging, production, preview", "service": "website", "by": TIM}
    assert decision.environments == {name: busy(name) for name in ("staging", "production", "preview")}
    assert decision.reply == Reply("unlocked", values)
    assert decision.effects == (
        PostToChannel("website", "unlocked", values),
        DirectMessage("website", "U2", "unlocked", values),
        DirectMessage("website", "U3", "unlocked", values),
        NotifyOpen("website", "reevaluate"),
    )
    assert decision.release is None


def test_there_is_nothing_to_unlock() -> None:
    given = facts(environment_state(locks=(lock("U2", until=NOW),)))
    refusal = decide_environment(plan(), unlocking(*BOTH), given, NOW)
    assert refusal == Refusal("not_locked", NAMES)


def test_a_request_becomes_the_unlock_of_one_service() -> None:
    assert UnlockRequest("", EVERYTHING, TIM).event("shop", BOTH, NOW) == Unlocked("shop", BOTH, TIM)
