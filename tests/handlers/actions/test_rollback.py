from dataclasses import replace

import pytest

from handlers import events, reports
from handlers.actions.rollback import RollbackRequest, RollbackStarted
from handlers.command_parsing import CommandContext
from handlers.effects import Call, Notify, PostToThread, ShowCard, Trigger
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.release import Release
from handlers.requests import Confirmation, ResolutionContext, UsageError
from handlers.starting import new_release
from handlers.step import StepState
from tests.handlers.actions.contexts import ALONE, HERE, NOWHERE, WEBSITE, read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    NOW,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    in_queue,
    live,
    lock,
    plan,
    production,
    refused,
    release,
    rule,
    staging,
    waiting,
)


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("rollback production", HERE, RollbackRequest("website", "production", ANDY)),
        ("rollback production to 2.4.0", HERE, RollbackRequest("website", "production", ANDY, "2.4.0")),
        (
            "rollback production to 2.4.0 checkout is broken",
            ALONE,
            RollbackRequest("website", "production", ANDY, "2.4.0", "checkout is broken"),
        ),
        ("rollback production 502s", HERE, RollbackRequest("website", "production", ANDY, "", "502s")),
        ("rollback shop canary", NOWHERE, RollbackRequest("shop", "canary", ANDY)),
        ("rollback shop", NOWHERE, RollbackRequest("shop", "production", ANDY)),
        ("rollback please", HERE, RollbackRequest("website", "production", ANDY)),
        ("rollback to v2.4.0 502s", HERE, RollbackRequest("website", "production", ANDY, "v2.4.0", "502s")),
        ("rollback 2.4.0", HERE, RollbackRequest("website", "production", ANDY, "2.4.0")),
        ("rollback", CommandContext(ANDY, {"a": ("qa", "live")}), RollbackRequest("a", "live", ANDY)),
    ],
)
def test_rollback(line: str, context: CommandContext, requested: RollbackRequest) -> None:
    assert read(line, context) == requested


@pytest.mark.parametrize(
    ("line", "usage_error"),
    [
        ("rollback production to", UsageError("version_needed", "to")),
        ("rollback r4", UsageError("unknown_environment", "r4", WEBSITE, ("rollback production",))),
        ("rollback to", UsageError("environment_needed", "", WEBSITE)),
        (
            "rollback checkout is broken",
            UsageError(
                "unknown_environment", "checkout", WEBSITE, ("rollback production checkout is broken",)
            ),
        ),
    ],
)
def test_a_rollback_that_cannot_be_parsed(line: str, usage_error: UsageError) -> None:
    assert read(line) == usage_error


# Which build is meant.


B1, B2, B3 = build(1), build(2), build(3)


WANTED = RollbackRequest("website", "production", TIM, "", "broken")


CONTEXT = ResolutionContext(plan(), (), (B2, B1), B2)


LIVE = replace(
    CONTEXT, successes=(B1, B2, replace(B1, url="again")), environment_state=environment_state(live=live(2))
)


@pytest.mark.parametrize("cancel", [False, True])
def test_a_rollback_goes_where_the_rule_says(cancel: bool) -> None:
    expected = RollbackStarted(B1, "production", TIM, "broken", cancel)
    assert replace(WANTED, cancel_holder=cancel).resolve(LIVE) == expected


def test_a_rollback_goes_where_somebody_says_to_the_newest_such_deployment() -> None:
    answer = replace(WANTED, version="2.1.0").resolve(LIVE)
    assert answer == RollbackStarted(replace(B1, url="again"), "production", TIM, "broken")


@pytest.mark.parametrize(
    ("version", "code"), [("", "nothing_to_roll_back_to"), ("2.9.0", "never_succeeded_there")]
)
def test_a_rollback_without_a_build(version: str, code: str) -> None:
    values = {"environment": "production", "service": "website", "version": version}
    answer = replace(WANTED, version=version).resolve(CONTEXT)
    assert answer == Refusal(code, values)


def test_a_release_as_the_target_of_a_rollback_means_its_build() -> None:
    wanted = replace(WANTED, version="R1")
    assert wanted.named_build == "r1"
    assert wanted.resolve(replace(LIVE, release=release())) == RollbackStarted(
        replace(B1, url="again"), "production", TIM, "broken"
    )


@pytest.mark.parametrize(
    ("named", "refusal"),
    [
        (None, Refusal("no_such_release", {"version": "r1", "release": "r1"})),
        (
            release(build=build(1, service="cart"), plan=replace(plan(), service="cart")),
            Refusal("release_of_another", {"version": "r1", "release": "r1"}),
        ),
        (release(build=build(9)), Refusal("never_succeeded_there", {"version": "2.9.0 (r1)"})),
    ],
)
def test_a_release_that_is_no_way_back_is_refused(named: Release | None, refusal: Refusal) -> None:
    values = {"environment": "production", "service": "website", **refusal.values}
    answer = replace(WANTED, version="r1").resolve(replace(LIVE, release=named))
    assert answer == replace(refusal, values=values)


# Starting a rollback.


BACK = RollbackStarted(build(1), "production", TIM, "broken")


def laid(event: events.StartsRelease = BACK, number: int = 1, **fields: object) -> Release:
    return new_release(number, event, replace(plan(), **fields), NOW)


def rollback_facts(
    *, failed: bool = False, line: tuple[int, ...] = (), holder: int = 0, **fields: object
) -> Facts:
    place = environment_state(
        "production", live=live(2), failed=failed, queue=in_queue(*line, rollbacks=line), holder=holder
    )
    return replace(facts(place, successes={"production": (build(1), build(2))}), **fields)


def test_a_rollback_goes_at_once_and_passes_locks() -> None:
    given = rollback_facts()
    locked = replace(
        given, environments={"production": replace(given.environment_state("production"), locks=(lock(),))}
    )
    decision = decided(laid(BACK, 5), BACK, locked)
    intent = after(decision).step.intent
    assert intent is not None
    expected = waiting(
        "production", requested_by=TIM, state=StepState.GRANTED, holding=True, intent=intent, called=()
    )
    assert after(decision).step == expected
    assert decision.reply == Reply("rollback_started", {"release": "r5", "version": "2.1.0"})
    assert decision.effects == (
        PostToThread(5, "rollback_started", {"by": TIM, "reason": "broken"}),
        ShowCard(5),
        Trigger(5, intent.correlation),
    )


def test_a_rollback_tells_the_holder_to_give_way() -> None:
    decision = decided(laid(BACK, 5), BACK, rollback_facts(holder=4))
    assert decision.effects[0] == Notify(reports.Displaced(4, "production", 5, TIM))
    assert after(decision).step.queued_since == NOW


def test_a_rollback_may_cancel_what_is_in_flight() -> None:
    known = rollback_facts(holder=4, in_flight=frozenset({4}))
    assert refused(laid(BACK, 5), BACK, known) == Refusal(
        "holder_in_flight", {"holder": "r4", "environment": "production"}, ("ops",)
    )
    event = replace(BACK, cancel_holder=True)
    decision = decided(laid(event, 5), event, known)
    assert decision.effects[0] == Notify(reports.Displaced(4, "production", 5, TIM, cancel=True))


def test_a_rollback_with_gates_of_its_own_tells_the_teams() -> None:
    guarded = plan(staging(), production(rollback_gates=(rule("testers"),)))
    decision = decided(new_release(5, BACK, guarded, NOW), BACK, rollback_facts())
    assert decision.effects[1] == Call(
        5, "sign_offs_wanted", {"environment": "production"}, teams=("testers",), attempt=1
    )


@pytest.mark.parametrize("actor", [ANDY, MARA, AMITA])
def test_only_operators_roll_back(actor: str) -> None:
    event = replace(BACK, actor=actor)
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal(
        "not_in_team", {"action": "rollback"}, ("ops",)
    )


@pytest.mark.parametrize(
    "of", [build(3), build(1, sha="f" * 40), build(1, digest="sha256:9"), build(7, version="2.1.0")]
)
def test_only_what_succeeded_there_comes_back(of: object) -> None:
    event = replace(BACK, build=of)
    values = {"environment": "production", "version": event.build.version}
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal("never_succeeded_there", values)


def test_where_nothing_succeeded_nothing_comes_back() -> None:
    assert refused(laid(BACK, 5), BACK, facts()).code == "never_succeeded_there"


def test_what_is_live_does_not_come_back_unless_the_newest_attempt_failed() -> None:
    event = replace(BACK, build=build(2))
    values = {"environment": "production", "version": "2.2.0"}
    assert refused(laid(event, 5), event, rollback_facts()) == Refusal("already_live", values)
    assert decided(laid(event, 5), event, rollback_facts(failed=True)).reply.code == "rollback_started"


def test_something_comes_back_where_nothing_is_known_to_be_live() -> None:
    given = facts(environment_state("production"), successes={"production": (build(1),)})
    assert decided(laid(BACK, 5), BACK, given).reply.code == "rollback_started"


def test_one_rollback_is_open_at_a_time() -> None:
    values = {"environment": "production", "version": "2.1.0", "release": "r4"}
    assert refused(laid(BACK, 5), BACK, rollback_facts(line=(4,))) == Refusal("rollback_open", values)
    granted = rollback_facts(holder=4, rolling_back=4)
    assert refused(laid(BACK, 5), BACK, granted) == Refusal("rollback_open", values)
    given = rollback_facts()
    plain = replace(
        given, environments={"production": replace(given.environment_state("production"), queue=in_queue(4))}
    )
    assert decided(laid(BACK, 5), BACK, plain).reply.code == "rollback_started"


# What operators confirm first.


@pytest.mark.parametrize(
    "state",
    [
        environment_state(live=live(2)),
        environment_state(live=live(2), holder=4),
        environment_state(),
        environment_state(live=live(1), failed=True),
    ],
    ids=["another build is live", "held", "nothing is live", "its last attempt failed"],
)
def test_what_goes_and_what_comes_is_confirmed(state: EnvironmentState) -> None:
    expected = Confirmation(B1, state, ("ops",), "broken")
    assert WANTED.confirm(BACK, replace(LIVE, environment_state=state)) == expected


def test_what_is_live_already_is_not_confirmed() -> None:
    context = replace(LIVE, environment_state=environment_state(live=live(1)))
    assert WANTED.confirm(BACK, context) is None
