from dataclasses import replace
from datetime import datetime

import pytest

from handlers import events, reports
from handlers.decide import decide, decide_build, decide_environment
from handlers.effects import Announce, Proclaim, Tell, TellOpen, Whisper
from handlers.facts import Facts
from handlers.ground import Ground
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import SHIPROOM
from tests.handlers.making import (
    ANDY,
    GUEST,
    MARA,
    NOW,
    OLGA_TOO,
    TIM,
    build,
    facts,
    ground,
    in_line,
    later,
    live,
    lock,
    plan,
    production,
    release,
    roll,
    staging,
    waiting,
)

BOTH = ("staging", "production")
NAMES = {"environment": "staging, production", "service": "website"}


def closing(event: events.EnvironmentEvent, given: Facts) -> Decision:
    decision = decide_environment(plan(), event, given, NOW)
    assert isinstance(decision, Decision)
    return decision


def locking(*environments: str, until: datetime | None = None) -> events.LockAsked:
    return events.LockAsked("website", environments, TIM, "upgrade", until)


def unlocking(*environments: str) -> events.UnlockAsked:
    return events.UnlockAsked("website", environments, TIM)


def busy(name: str, **fields: object) -> Ground:
    return replace(ground(name, holder=4, line=in_line(5), live=live(), failed=True), **fields)


def test_ids_derive_from_the_event() -> None:
    known = release(waiting("staging"))
    ids: set[str] = set()
    for seed in ("one", "two"):
        decision = decide(known, reports.Looked(1), facts(), NOW, seed=seed)
        assert isinstance(decision, Decision)
        assert decision.release is not None
        assert decision.release.step.intent is not None
        ids.add(decision.release.step.intent.correlation)
    assert len(ids) == 2


# Locks.


def test_a_lock_keeps_everything_else_of_the_ground() -> None:
    decision = closing(locking("staging"), facts(busy("staging")))
    assert decision.grounds == {"staging": busy("staging", lock=lock(reason="upgrade"))}
    values = {"environment": "staging", "service": "website", "by": TIM, "reason": "upgrade"}
    assert decision.reply == Reply("locked", values)
    assert decision.effects == (Proclaim("website", "locked", values), TellOpen("website", "look"))
    assert (decision.release, decision.changed) == (None, True)


def test_a_lock_has_an_end_if_one_is_given() -> None:
    until = later(hours=2)
    decision = closing(locking("staging", until=until), facts())
    assert decision.grounds["staging"].lock == lock(reason="upgrade", until=until)
    assert decision.reply.values["until"] == "2026-03-02T12:00:00+00:00"


def test_several_environments_are_locked_but_not_those_of_others() -> None:
    given = facts(ground(lock=lock("U2")), ground("production"))
    decision = closing(locking(*BOTH), given)
    assert list(decision.grounds) == ["production"]
    assert decision.reply.values["environment"] == "production"
    assert closing(locking(*BOTH), facts()).reply.values["environment"] == "staging, production"


@pytest.mark.parametrize("there", [lock(TIM, reason="old"), lock("U2", until=NOW)])
def test_ones_own_lock_and_one_that_ended_are_replaced(there: object) -> None:
    decision = closing(locking("staging"), facts(busy("staging", lock=there)))
    assert decision.grounds["staging"].lock == lock(reason="upgrade")


def test_a_lock_of_another_stays() -> None:
    given = facts(
        ground(lock=lock("U2", reason="mine", until=later(hours=1))), ground("production", lock=lock("U3"))
    )
    values = {**NAMES, "by": "U2", "reason": "mine"}
    assert decide_environment(plan(), locking(*BOTH), given, NOW) == Refusal("already_locked", values)


def test_a_lock_needs_a_reason() -> None:
    event = replace(locking("staging"), reason="")
    assert decide_environment(plan(), event, facts(), NOW) == Refusal("reason_needed", {"deed": "lock"})


@pytest.mark.parametrize(("event", "deed"), [(locking("staging"), "lock"), (unlocking("staging"), "unlock")])
@pytest.mark.parametrize(
    ("actor", "code"), [(ANDY, "not_in_team"), (GUEST, "not_full_member"), ("U0NEW", "not_in_team")]
)
def test_only_operators_lock(event: events.EnvironmentEvent, deed: str, actor: str, code: str) -> None:
    given = facts(ground(lock=lock()))
    refusal = decide_environment(plan(), replace(event, actor=actor), given, NOW)
    assert refusal == Refusal(code, {"deed": deed}, ("ops",))


def test_whom_nobody_knows_locks_nothing() -> None:
    refusal = decide_environment(plan(), locking("staging"), facts(roll=roll(unknown=(TIM,))), NOW)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "standing_unknown"


def test_unlocking_tells_the_owners_and_has_everybody_look() -> None:
    given = facts(
        busy("staging", lock=lock("U3")), busy("production", lock=lock("U2")), busy("preview", lock=lock(TIM))
    )
    decision = closing(unlocking("staging", "production", "preview", "other"), given)
    values = {"environment": "staging, production, preview", "service": "website", "by": TIM}
    assert decision.grounds == {name: busy(name) for name in ("staging", "production", "preview")}
    assert decision.reply == Reply("unlocked", values)
    assert decision.effects == (
        Proclaim("website", "unlocked", values),
        Whisper("website", "U2", "unlocked", values),
        Whisper("website", "U3", "unlocked", values),
        TellOpen("website", "look"),
    )
    assert decision.release is None


def test_there_is_nothing_to_unlock() -> None:
    given = facts(ground(lock=lock("U2", until=NOW)))
    refusal = decide_environment(plan(), unlocking(*BOTH), given, NOW)
    assert refusal == Refusal("not_locked", NAMES)


# Builds.


@pytest.mark.parametrize(
    ("start", "branch", "starts"),
    [("on_request", "main", False), ("automatic", "main", True), ("automatic", "feature", False)],
)
def test_a_ready_build_is_announced_and_may_start(start: str, branch: str, starts: bool) -> None:
    policy = plan(staging(start=start), production(start="automatic"))
    ready = build(branch=branch)
    decision = decide_build(policy, events.BuildReported(ready), (MARA, OLGA_TOO))
    told = Tell(events.Started(ready, "staging", SHIPROOM, (MARA, OLGA_TOO)))
    assert decision.effects == (Announce("website", "2.1.0"), *((told,) if starts else ()))
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
    assert (decision.build, decision.release, decision.grounds) == (ready, None, {})


def test_a_build_heard_of_late_is_known_but_neither_announced_nor_started() -> None:
    policy = plan(staging(start="automatic"), production())
    ready = build(branch="main")
    decision = decide_build(policy, events.BuildReported(ready, announced=False), (MARA,))
    assert (decision.build, decision.effects) == (ready, ())
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
