from dataclasses import replace
from datetime import datetime

import pytest

from handlers.actions.lock import MOST_LOCKS, Locked, LockRequest
from handlers.command_parsing import CommandContext
from handlers.decide import decide_environment
from handlers.effects import NotifyOpen, PostToChannel
from handlers.environments import Lock
from handlers.events import LockedByToken
from handlers.outcome import Refusal, Reply
from handlers.people import token_actor
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

BOTH = ("staging", "production")
TWO_HOURS = later(hours=2)
INCIDENTS = token_actor("incidents")


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("lock production upgrade", HERE, LockRequest("website", "production", ANDY, "upgrade")),
        ("lock production", HERE, LockRequest("website", "production", ANDY, "")),
        ("lock production for 2h", HERE, LockRequest("website", "production", ANDY, "", TWO_HOURS)),
        ("lock production 2h", HERE, LockRequest("website", "production", ANDY, "", TWO_HOURS)),
        (
            "lock production for 2h big upgrade",
            HERE,
            LockRequest("website", "production", ANDY, "big upgrade", TWO_HOURS),
        ),
        (
            "lock production because for 2h",
            HERE,
            LockRequest("website", "production", ANDY, "because", TWO_HOURS),
        ),
        ("lock shop canary upgrade", HERE, LockRequest("shop", "canary", ANDY, "upgrade")),
        ("lock everything incident", NOWHERE, LockRequest("", EVERYTHING, ANDY, "incident")),
        ("lock Everything for 2h incident", HERE, LockRequest("", EVERYTHING, ANDY, "incident", TWO_HOURS)),
    ],
)
def test_lock(line: str, context: CommandContext, requested: LockRequest) -> None:
    assert read(line, context) == requested


@pytest.mark.parametrize(
    ("line", "usage_error"),
    [
        ("lock production for", UsageError("time_unreadable", "for")),
        ("lock production for ever", UsageError("time_unreadable", "for ever")),
        ("lock production until 2026-01-01 x", UsageError("time_past", "until 2026-01-01")),
        ("lock barn", UsageError("unknown_environment", "barn", WEBSITE)),
        ("lock", UsageError("environment_needed", "", WEBSITE)),
    ],
)
def test_a_lock_that_cannot_be_parsed(line: str, usage_error: UsageError) -> None:
    assert read(line) == usage_error


def locking(*environments: str, until: datetime | None = None) -> Locked:
    return Locked("website", environments, TIM, "upgrade", until)


def by_token(*environments: str, **fields: object) -> LockedByToken:
    event = LockedByToken(
        "website", environments, INCIDENTS, "INC-7", "the shop is down", None, "https://inc.example.org/7"
    )
    return replace(event, **fields)


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
    assert decision.environments["staging"].locks == (lock(reason="upgrade", until=until),)
    assert decision.reply.values["until"] == "2026-03-02T12:00:00+00:00"


def test_a_lock_stands_beside_those_of_others() -> None:
    there = lock("U2", reason="mine", until=later(hours=1))
    given = facts(environment_state(locks=(there,)), environment_state("production", locks=(there,)))
    decision = decided_environment(locking(*BOTH), given)
    for name in BOTH:
        assert decision.environments[name].locks == (there, lock(reason="upgrade"))
    assert decision.reply.code == "locked"
    assert (decision.reply.values["environment"], decision.reply.values["beside"]) == (
        "staging, production",
        "U2",
    )


@pytest.mark.parametrize(("until", "shown"), [(None, ""), (TWO_HOURS, TWO_HOURS.isoformat())])
def test_ones_own_lock_is_replaced_and_that_is_said(until: datetime | None, shown: str) -> None:
    there = lock(TIM, reason="old", until=until)
    decision = decided_environment(locking("staging"), facts(busy("staging", locks=(lock("U2"), there))))
    assert decision.environments["staging"].locks == (lock("U2"), lock(reason="upgrade"))
    assert decision.reply.code == "lock_changed"
    assert (decision.reply.values["replaced"], decision.reply.values["replaced_until"]) == ("old", shown)


def test_a_lock_that_ended_is_dropped_without_a_word() -> None:
    given = facts(busy("staging", locks=(lock(TIM, until=NOW), lock("U2", until=NOW))))
    decision = decided_environment(locking("staging"), given)
    assert decision.environments["staging"].locks == (lock(reason="upgrade"),)
    assert decision.reply.code == "locked"


def test_no_more_locks_stand_than_people_can_read() -> None:
    many = tuple(lock(f"U{number}") for number in range(MOST_LOCKS))
    given = facts(environment_state(locks=many))
    refusal = decide_environment(plan(), locking(*BOTH), given, NOW)
    assert refusal == Refusal("too_many_locks", {"environment": "staging", "service": "website"})


def test_a_lock_needs_a_reason() -> None:
    event = replace(locking("staging"), reason="")
    assert decide_environment(plan(), event, facts(), NOW) == Refusal("reason_needed", {"action": "lock"})


@pytest.mark.parametrize(
    ("actor", "code"),
    [(ANDY, "not_in_team"), (GUEST, "not_full_member"), ("U0NEW", "not_in_team"), (INCIDENTS, "not_in_team")],
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


@pytest.mark.parametrize("until", [None, TWO_HOURS])
def test_a_request_becomes_the_lock_of_one_service(until: datetime | None) -> None:
    request = LockRequest("", EVERYTHING, TIM, "incident", until)
    assert request.event("shop", BOTH) == Locked("shop", BOTH, TIM, "incident", until)


TOKENS = Lock(INCIDENTS, NOW, "the shop is down", None, 0, "https://inc.example.org/7", "INC-7")


def test_a_token_locks_under_its_key() -> None:
    decision = decided_environment(
        by_token("production"), facts(environment_state("production", locks=(lock(),)))
    )
    assert decision.environments["production"].locks == (lock(), TOKENS)
    assert decision.reply.code == "locked"
    assert decision.reply.values["url"] == "https://inc.example.org/7"


def test_the_same_lock_of_a_key_changes_nothing() -> None:
    given = facts(environment_state("production", locks=(replace(TOKENS, since=later(hours=-1)),)))
    decision = decided_environment(by_token("production"), given)
    assert (decision.reply, decision.changed, decision.effects) == (Reply("lock_known"), False, ())
    assert not decision.environments


@pytest.mark.parametrize(
    ("fields", "code", "owners"),
    [
        ({"reason": "worse"}, "lock_changed", 1),
        ({"until": TWO_HOURS}, "lock_changed", 1),
        ({"key": "INC-8"}, "locked", 2),
        ({"actor": token_actor("other")}, "locked", 2),
    ],
)
def test_a_lock_of_a_key_is_changed_and_another_key_is_another_lock(
    fields: dict[str, object], code: str, owners: int
) -> None:
    given = facts(environment_state("production", locks=(TOKENS,)))
    decision = decided_environment(by_token("production", **fields), given)
    assert (decision.reply.code, len(decision.environments["production"].locks)) == (code, owners)


def test_every_environment_is_one_of_the_service_that_is_named_last() -> None:
    there = replace(HERE, services={"website": WEBSITE, "cart": ("staging",)})
    wrong = UsageError("unknown_environment", "production", ("staging",))
    assert read("lock staging and production of cart", there) == wrong
