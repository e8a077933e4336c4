from dataclasses import replace

import pytest

from handlers.actions.unlock import Unlocked, UnlockRequest
from handlers.command_parsing import CommandContext
from handlers.decide import decide_environment
from handlers.effects import DirectMessage, NotifyOpen, PostToChannel
from handlers.events import UnlockedByToken
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import AccountStatus, Member, Person, token_actor
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
    membership,
    plan,
)


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("unlock production", HERE, UnlockRequest("website", "production", ANDY)),
        ("unlock shop production", NOWHERE, UnlockRequest("shop", "production", ANDY)),
        ("unlock everything", NOWHERE, UnlockRequest("", EVERYTHING, ANDY, "own")),
        ("unlock everything all", NOWHERE, UnlockRequest("", EVERYTHING, ANDY, "all")),
        ("unlock production all", HERE, UnlockRequest("website", "production", ANDY, "all")),
        ("unlock production @Tim Adams", HERE, UnlockRequest("website", "production", ANDY, "Tim Adams")),
        ("unlock production <@U0TIM|tim>", HERE, UnlockRequest("website", "production", ANDY, "U0TIM")),
    ],
)
def test_unlock(line: str, context: CommandContext, requested: UnlockRequest) -> None:
    assert read(line, context) == requested


def test_an_environment_has_to_be_named() -> None:
    assert read("unlock") == UsageError("environment_needed", "", WEBSITE)


BOTH = ("staging", "production")
INCIDENTS = token_actor("incidents")


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


def test_unlocking_all_tells_the_owners_and_reevaluates_all_releases() -> None:
    given = facts(
        busy("staging", locks=(lock("U3"), lock(INCIDENTS, key="INC-7"))),
        busy("production", locks=(lock("U2"),)),
        busy("preview", locks=(lock(TIM),)),
    )
    event = replace(unlocking("staging", "production", "preview", "other"), whose="all")
    decision = decided_environment(event, given)
    values = {"environment": "staging, production, preview", "service": "website", "by": TIM}
    values["owners"] = f"U3, {INCIDENTS}, U2"
    assert decision.environments == {name: busy(name) for name in ("staging", "production", "preview")}
    assert decision.reply == Reply("unlocked", values)
    assert decision.effects == (
        PostToChannel("website", "unlocked", values),
        DirectMessage("website", "U2", "unlocked", values),
        DirectMessage("website", "U3", "unlocked", values),
        NotifyOpen("website", "reevaluate"),
    )
    assert decision.release is None


LOCKS = {
    "mine": lock(TIM, reason="mine"),
    "U2": lock("U2"),
    INCIDENTS: lock(INCIDENTS, key="INC-7", reason="down"),
}


@pytest.mark.parametrize(
    ("there", "whose", "left", "code"),
    [
        (("mine",), "", (), "unlocked"),
        (("mine", "U2"), "", ("U2",), "lock_lifted"),
        (("mine", "U2"), "own", ("U2",), "lock_lifted"),
        (("U2",), "", (), "unlocked"),
        (("U2", INCIDENTS), "u2", (INCIDENTS,), "lock_lifted"),
        (("U2", INCIDENTS), "Incidents", ("U2",), "lock_lifted"),
        (("mine", "U2"), "ALL", (), "unlocked"),
        (("mine", "U2"), "u0tim", ("U2",), "lock_lifted"),
        (("U2",), "own", None, "locked_by_others"),
        (("U2", INCIDENTS), "", None, "which_lock"),
        (("U2",), "please", None, "no_such_lock"),
    ],
)
def test_ones_own_lock_is_lifted_or_the_one_that_is_meant(
    there: tuple[str, ...], whose: str, left: tuple[str, ...] | None, code: str
) -> None:
    given = facts(environment_state(locks=tuple(LOCKS[each] for each in there)))
    found = decide_environment(plan(), replace(unlocking("staging"), whose=whose), given, NOW)
    if left is None:
        assert isinstance(found, Refusal)
        assert found.code == code
        return
    assert isinstance(found, Decision)
    assert found.reply.code == code
    assert found.environments["staging"].locks == tuple(LOCKS[each] for each in left)
    told = [effect.user for effect in found.effects if isinstance(effect, DirectMessage)]
    assert told == (["U2"] if "U2" in there and "U2" not in left else [])


def test_a_token_lifts_its_own_lock_only() -> None:
    own = lock(INCIDENTS, key="INC-7", reason="down")
    given = facts(environment_state(locks=(lock(), own)))
    event = UnlockedByToken("website", ("staging",), INCIDENTS, "INC-7")
    decision = decide_environment(plan(), event, given, NOW)
    assert isinstance(decision, Decision)
    assert decision.environments["staging"].locks == (lock(),)
    values = {"environment": "staging", "service": "website", "by": INCIDENTS, "still": TIM, "reason": "down"}
    assert decision.reply == Reply("lock_lifted", values)
    for other in (replace(event, key="INC-8"), replace(event, actor=token_actor("other"))):
        refusal = decide_environment(plan(), other, given, NOW)
        assert refusal == Refusal("not_locked", {"environment": "staging", "service": "website"})


def test_there_is_nothing_to_unlock() -> None:
    given = facts(environment_state(locks=(lock("U2", until=NOW),)))
    refusal = decide_environment(plan(), unlocking(*BOTH), given, NOW)
    assert refusal == Refusal("not_locked", NAMES)


def test_a_request_becomes_the_unlock_of_one_service() -> None:
    assert UnlockRequest("", EVERYTHING, TIM, "own").event("shop", BOTH) == Unlocked("shop", BOTH, TIM, "own")


def test_an_owner_is_called_by_any_name_of_theirs() -> None:
    known = membership()
    members = {**known.members, "U2": Member(AccountStatus.FULL, NOW, "Bea Two")}
    directory = replace(known.directory, people=(Person("Olga", ("U3",)),))
    named = replace(known, members=members, directory=directory)
    given = facts(environment_state(locks=(lock("U2"), lock("U3"))), membership=named)
    for whose, left in (("bea two", "U3"), ("olga", "U2")):
        found = decide_environment(plan(), replace(unlocking("staging"), whose=whose), given, NOW)
        assert isinstance(found, Decision)
        assert found.environments["staging"].locks == (lock(left),)
