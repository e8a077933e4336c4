from dataclasses import replace

import pytest

from handlers import events
from handlers.build import Build
from handlers.command_parsing import CommandContext
from handlers.effects import Call, NotifyOpen, ShowCard, Trigger
from handlers.environments import EnvironmentState, QueueEntry
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.promotion import StartOrPromote
from handlers.release import Ending, Release, ReleaseState
from handlers.requests import ResolutionContext, Several, StartForm, UsageError
from handlers.starting import new_release
from handlers.step import Step, StepState
from tests.handlers.actions.contexts import ALONE, BOTH_SERVICES, HERE, NOWHERE, SHOP, WEBSITE, read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    ANNOUNCED,
    BOTH,
    CALLED_NOW,
    GUEST,
    NOW,
    STRANGER,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    failed,
    granted,
    in_production,
    lock,
    membership,
    plan,
    production,
    production_step,
    refused,
    release,
    rollback,
    rule,
    staging,
    under_way,
    waiting,
)


def go(environment: str, service: str = "website", token: str = "") -> StartOrPromote:
    return StartOrPromote(service, environment, ANDY, token)


@pytest.mark.parametrize(
    ("line", "context", "requested"),
    [
        ("staging", HERE, go("staging")),
        ("to staging", HERE, go("staging")),
        ("staging", ALONE, go("staging")),
        ("website to staging", NOWHERE, go("staging")),
        ("website staging", NOWHERE, go("staging")),
        ("shop on canary", HERE, go("canary", "shop")),
        ("2.4.1 to staging", HERE, go("staging", token="2.4.1")),
        ("2.4.1 staging", ALONE, go("staging", token="2.4.1")),
        ("4be1c9d in staging", HERE, go("staging", token="4be1c9d")),
        ("r42 to production", HERE, go("production", token="r42")),
        ("website@2.4.1 to production", NOWHERE, go("production", token="2.4.1")),
        ("website@2.4@1 to production", NOWHERE, go("production", token="2.4@1")),
        ("2.4.1 to staging again", HERE, replace(go("staging", token="2.4.1"), again=True)),
        ("website@2.4.1 staging AGAIN", NOWHERE, replace(go("staging", token="2.4.1"), again=True)),
        ("staging again", HERE, replace(go("staging"), again=True)),
        ("shop@2.4.1 canary", HERE, go("canary", "shop", "2.4.1")),
        ("latest to staging", HERE, go("staging")),
        ("website shop to canary", HERE, UsageError("build_needed", "canary")),
        ("website shop to staging", HERE, Several(ANDY, (go("staging"), go("staging", "shop")))),
        ("Website, SHOP Staging!", NOWHERE, Several(ANDY, (go("staging"), go("staging", "shop")))),
        ("journey", HERE, UsageError("unknown_words", "journey", WEBSITE)),
        ("", HERE, StartForm(ANDY, "website")),
        ("   ", NOWHERE, StartForm(ANDY, "")),
        ("", ALONE, StartForm(ANDY, "website")),
    ],
)
def test_journey(
    line: str, context: CommandContext, requested: StartOrPromote | StartForm | Several | UsageError
) -> None:
    assert read(line, context) == requested


@pytest.mark.parametrize(
    ("line", "context", "usage_error"),
    [
        ("stagin", HERE, UsageError("unknown_words", "stagin", WEBSITE)),
        ("to", HERE, UsageError("unknown_words", "to")),
        ("barn again", HERE, UsageError("unknown_words", "barn", WEBSITE)),
        ("2.4.1 again", HERE, UsageError("unknown_words", "2.4.1", WEBSITE)),
        ("a b c d", HERE, UsageError("unknown_words", "a b c d")),
        ("a b to c d", HERE, UsageError("unknown_words", "a b to c d")),
        ("website staging x", HERE, UsageError("unknown_words", "website staging x")),
        ("2.4.1 staging x", HERE, UsageError("unknown_words", "x")),
        ("latest to production", HERE, UsageError("build_needed", "production")),
        ("website shop to production", HERE, UsageError("build_needed", "production")),
        ("website shop to barn", HERE, UsageError("unknown_environment", "barn", WEBSITE)),
        ("website barn", HERE, UsageError("unknown_words", "website barn", WEBSITE)),
        ("2.4.1 to barn", HERE, UsageError("unknown_environment", "barn", WEBSITE)),
        ("shop@2.4.1 to barn", HERE, UsageError("unknown_environment", "barn", SHOP)),
        ("staging", NOWHERE, UsageError("which_service", "", BOTH_SERVICES)),
        ("2.4.1 to staging", NOWHERE, UsageError("which_service", "", BOTH_SERVICES)),
        ("barn@2.4.1 to staging", HERE, UsageError("which_service", "", BOTH_SERVICES)),
    ],
)
def test_commands_that_cannot_be_parsed(line: str, context: CommandContext, usage_error: UsageError) -> None:
    assert read(line, context) == usage_error


def test_three_words_besides_joining_ones_are_parsed() -> None:
    assert read("2.4.1 website to staging") == go("staging", token="2.4.1")


# Which build or release is meant.


OTHER = build(2)


TWIN = build(3, version="3.0.0-rc", sha=build(2).sha[:8] + "b" * 32)


CONTEXT = ResolutionContext(plan(), (), (OTHER, build(1)), OTHER)


OPEN = replace(in_production(), number=4)


ENDED = replace(OPEN, number=5, ending=Ending(ReleaseState.DONE, TIM, NOW))


def journey(environment: str = "staging", token: str = "") -> StartOrPromote:
    return StartOrPromote("website", environment, ANDY, token, "hot")


def started(of: Build) -> events.Started:
    return events.Started(of, "staging", ANDY, (ANDY,), "hot")


@pytest.mark.parametrize(
    ("token", "of"),
    [
        ("", OTHER),
        ("2.1.0", build(1)),
        (build(1).sha[:7], build(1)),
        (build(1).sha[:7].upper(), build(1)),
        (build(1).sha, build(1)),
        (build(2).sha[:20].upper(), OTHER),
    ],
)
def test_the_build_that_is_meant_starts(token: str, of: Build) -> None:
    assert journey(token=token).resolve(CONTEXT) == started(of)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_release_is_named(environment: str) -> None:
    assert journey(environment, "r42").resolve(CONTEXT) == events.StepRequested(42, ANDY, environment)


def test_a_release_that_is_named_with_a_service_is_of_that_service() -> None:
    wanted = read("shop@r42 to production", HERE)
    assert isinstance(wanted, StartOrPromote)
    elsewhere = replace(CONTEXT, release=release())
    assert wanted.resolve(CONTEXT) == events.StepRequested(42, ANDY, "production")
    assert replace(wanted, service="website").resolve(elsewhere) == events.StepRequested(
        42, ANDY, "production"
    )
    values = {"release": "r42", "service": "shop", "environment": "production"}
    assert wanted.resolve(elsewhere) == Refusal("release_of_another", values)


def test_a_version_goes_before_a_commit() -> None:
    named = build(8, version=build(1).sha[:7])
    resolution_context = replace(CONTEXT, builds=(build(1), named))
    assert journey(token=build(1).sha[:7]).resolve(resolution_context) == started(named)


@pytest.mark.parametrize(
    ("token", "builds", "refusal"),
    [
        ("9.9.9", CONTEXT.builds, Refusal("unknown_build", {"token": "9.9.9", "service": "website"})),
        ("000000", CONTEXT.builds, Refusal("unknown_build", {"token": "000000", "service": "website"})),
        (
            build(2).sha[:8],
            (OTHER, TWIN, build(1)),
            Refusal("ambiguous_build", {"token": build(2).sha[:8], "builds": "2.2.0, 3.0.0-rc"}),
        ),
        (
            build(1).sha,
            (build(1), build(1, version="2.1.0-again")),
            Refusal("ambiguous_build", {"token": build(1).sha, "builds": "2.1.0, 2.1.0-again"}),
        ),
    ],
)
def test_a_build_that_is_not_clear_is_refused(
    token: str, builds: tuple[Build, ...], refusal: Refusal
) -> None:
    assert journey(token=token).resolve(replace(CONTEXT, builds=builds)) == refusal


def test_a_service_without_builds() -> None:
    expected = Refusal("no_build", {"service": "website", "branch": "main"})
    assert journey().resolve(ResolutionContext(plan())) == expected


@pytest.mark.parametrize(
    ("environment", "token"), [("staging", ""), ("production", "2.1.0"), ("staging", "2.1.0")]
)
def test_an_open_release_of_the_build_is_promoted(environment: str, token: str) -> None:
    resolution_context = replace(CONTEXT, open_releases=(rollback(), OPEN), newest=build(1))
    assert journey(environment, token).resolve(resolution_context) == events.StepRequested(
        4, ANDY, environment
    )


def test_a_rollback_or_another_build_is_not_the_release_that_is_meant() -> None:
    resolution_context = replace(CONTEXT, open_releases=(rollback(), OPEN))
    assert journey(token="2.2.0").resolve(resolution_context) == started(OTHER)
    assert journey(token="2.1.0").resolve(
        replace(resolution_context, open_releases=(rollback(),))
    ) == started(build(1))


def test_a_build_for_a_later_environment_starts_and_the_transaction_says_whether_it_lies_before_it() -> None:
    expected = replace(started(build(1)), environment="production")
    assert journey("production", "2.1.0").resolve(CONTEXT) == expected


def test_again_starts_the_build_once_more_in_the_first_environment() -> None:
    wanted = replace(journey(), again=True)
    assert wanted.resolve(CONTEXT) == replace(started(OTHER), again=True)
    values = {"service": "website", "version": "2.2.0", "first": "staging"}
    elsewhere = replace(wanted, environment="production")
    assert elsewhere.resolve(CONTEXT) == Refusal("again_begins_first", values)


def again_refused(known: Release, state: EnvironmentState | None = None) -> Refusal:
    opened = replace(CONTEXT, open_releases=(replace(known, number=4),), newest=build(1))
    if state is not None:
        opened = replace(opened, environment_state=state)
    refused = replace(journey(), again=True).resolve(opened)
    assert isinstance(refused, Refusal)
    assert refused.values["release"] == "r4"
    assert refused.values["version"] == "2.1.0"
    return refused


def test_again_says_of_an_open_release_what_it_waits_for_and_who_decides() -> None:
    steers = ("developers", "ops")
    queued = EnvironmentState("staging", queue=(QueueEntry(4, NOW),))
    held = production_step(waiting("production", holding=True))
    for known, state, code, who in (
        (OPEN, None, "again_open", steers),
        (held, None, "again_open", ("ops",)),
        (production_step(failed("production")), None, "again_failed", ("ops",)),
        (release(failed()), None, "again_failed", steers),
        (release(under_way(StepState.RUNNING)), None, "again_under_way", ()),
        (release(waiting("staging")), None, "again_waits", ()),
        (release(waiting("staging")), queued, "again_in_line", ()),
        (release(replace(waiting("staging"), may_have_deployed=True)), None, "again_open", steers),
    ):
        refused = again_refused(known, state)
        assert (refused.code, refused.who) == (code, who)


@pytest.mark.parametrize(
    ("opened", "answer"),
    [
        ((OPEN,), events.StepRequested(4, ANDY, "production")),
        ((release(), OPEN, rollback(), ENDED), events.StepRequested(4, ANDY, "production")),
        (
            (release(), rollback(), ENDED),
            Refusal(
                "nothing_ready", {"environment": "production", "service": "website", "missing": "staging"}
            ),
        ),
        (
            (OPEN, replace(production_step(waiting("production")), number=6, build=OTHER)),
            Refusal(
                "several_ready",
                {"environment": "production", "service": "website", "releases": "r4 (2.1.0), r6 (2.2.0)"},
            ),
        ),
    ],
)
def test_a_later_environment_means_the_release_that_is_ready_for_it(
    opened: tuple[Release, ...], answer: events.StepRequested | Refusal
) -> None:
    assert journey("production").resolve(replace(CONTEXT, open_releases=opened)) == answer


# Starting a release.


START = events.Started(build(), "staging", ANDY, (ANDY,), "hot")


def laid(event: events.StartsRelease = START, number: int = 1, **fields: object) -> Release:
    return new_release(number, event, replace(plan(), **fields), NOW)


def test_a_started_release_is_granted_at_once() -> None:
    decision = decided(laid(), START)
    intent = after(decision).step.intent
    assert intent is not None
    expected = waiting("staging", state=StepState.GRANTED, holding=True, intent=intent)
    assert after(decision).steps == (expected, Step("production"))
    assert decision.reply == Reply("started", {"release": "r1", "environment": "staging"})
    assert decision.effects == (
        NotifyOpen("website", "newer_requested", "staging", 1),
        ShowCard(1),
        Trigger(1, intent.correlation),
        ANNOUNCED,
    )


def test_a_start_that_needs_sign_offs_tells_the_teams() -> None:
    guarded = plan(staging(gates=(rule("testers"), rule("ops"))), production())
    decision = decided(new_release(1, START, guarded, NOW), START)
    assert decision.effects[0] == Call(
        1, "sign_offs_wanted", {"environment": "staging"}, teams=("testers", "ops"), attempt=1
    )
    assert after(decision).step == waiting("staging", called=("testers", "ops"), called_at=CALLED_NOW)


@pytest.mark.parametrize(
    ("actor", "code"),
    [(AMITA, "not_in_team"), (STRANGER, "not_in_team"), (GUEST, "not_full_member")],
)
def test_only_starters_start(actor: str, code: str) -> None:
    event = replace(START, actor=actor)
    teams = ("developers",)
    known = laid(event, starters=teams)
    assert refused(known, event) == Refusal(code, {"action": "start"}, teams)


def test_an_unknown_account_may_not_start() -> None:
    given = facts(membership=membership(unknown=(ANDY,)))
    assert refused(laid(), START, given).code == "standing_unknown"


def test_a_ready_build_may_start_by_itself() -> None:
    assert decided(laid(), replace(START, actor=SHIPROOM, automatic=True)).reply.code == "started"
    refusal = Refusal("not_in_team", {"action": "start"}, ("developers", "ops"))
    assert refused(laid(), replace(START, actor=SHIPROOM)) == refusal


def test_a_start_elsewhere_names_the_missing_environment() -> None:
    event = replace(START, environment="production")
    values = {
        "service": "website",
        "version": "2.1.0",
        "environment": "production",
        "missing": "staging",
        "seen": "",
    }
    assert refused(laid(event), event) == Refusal("skipped_environment", values)


def test_a_build_of_another_branch_does_not_start_into_a_protected_environment() -> None:
    event = replace(START, build=build(branch="feature"), environment="production")
    known = new_release(1, event, plan(production()), NOW)
    values = {"branch": "feature", "branches": "main", "environment": "production"}
    assert refused(known, event) == Refusal("wrong_branch", values)


# Requesting a step.


CARD = ShowCard(1)


HELD = facts(environment_state(holder=1))


OLD = events.Precondition("production", 1, "another")


def there(state: str) -> Reply:
    """Return the reply to a request for a step that is under way or done."""
    return Reply("already_there", {"service": "website", "version": "2.1.0", "state": state})


def test_a_later_step_is_requested_although_the_one_before_has_to_be_asked_for_again() -> None:
    shut = release(
        waiting("staging", requested=False, unrequested_by="lock"),
        Step("production"),
        plan=plan(staging(protected=True, branches=("main",)), production()),
    )
    known = facts(environment_state("staging", locks=(lock(TIM),)), environment_state("production"))
    decision = decided(shut, events.StepRequested(1, ANDY, "production"), known)
    assert decision.reply == Reply("asked", {"release": "r1", "environment": "production"})


@pytest.mark.parametrize("actor", [ANDY, TIM])
def test_a_step_is_requested(actor: str) -> None:
    known = in_production(unrequested_by="lock")
    decision = decided(known, events.StepRequested(1, actor, "production"), HELD)
    step = after(decision).step
    assert (step.requested, step.requested_by, step.unrequested_by) == (True, actor, "")
    assert decision.reply == Reply("asked", {"release": "r1", "environment": "production"})
    assert decision.effects == (
        NotifyOpen("website", "newer_requested", "production", 1),
        CARD,
    )


def test_an_early_request_is_remembered_and_notifies_nobody_yet() -> None:
    known = release(granted(), Step("production"))
    decision = decided(known, events.StepRequested(1, ANDY, "production"), HELD)
    assert after(decision).steps == (known.steps[0], Step("production", requested=True, requested_by=ANDY))
    assert decision.effects == (CARD,)


@pytest.mark.parametrize(
    ("known", "where", "reply"),
    [
        (release(granted()), "staging", there("granted")),
        (in_production(), "staging", there("succeeded")),
        (in_production(requested=True), "production", Reply("already_asked")),
        (release(granted(), Step("production", requested=True)), "production", Reply("already_asked")),
    ],
)
def test_a_second_request_changes_nothing(known: Release, where: str, reply: Reply) -> None:
    decision = decided(known, events.StepRequested(1, ANDY, where), HELD)
    assert decision.reply == Reply(reply.code, {"release": "r1", "environment": where, **reply.values})
    assert decision.release is known
    assert decision.effects == ()


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (
            events.StepRequested(1, ANDY, "preview"),
            Refusal("no_such_environment", {"environment": "preview", "service": "website"}),
        ),
        (
            events.StepRequested(1, AMITA, "production"),
            Refusal("not_in_team", {"action": "promote"}, ("developers", "ops")),
        ),
        (
            events.StepRequested(1, ANDY, "production", precondition=OLD),
            Refusal("old_card", {"release": "r1", "now": "production", "state": "waiting"}),
        ),
        (
            events.StepRequested(1, AMITA, "production", precondition=OLD),
            Refusal("not_in_team", {"action": "promote"}, ("developers", "ops")),
        ),
    ],
)
def test_a_request_is_refused(event: events.StepRequested, refusal: Refusal) -> None:
    assert refused(in_production(), event) == refusal


def test_a_protected_environment_takes_its_branches_only() -> None:
    feature = build(branch="feature")
    known = replace(in_production(), build=feature)
    values = {"branch": "feature", "branches": "main", "environment": "production"}
    assert refused(known, events.StepRequested(1, ANDY, "production")) == Refusal("wrong_branch", values)
    early = release(granted(), Step("production"), build=feature)
    assert refused(early, events.StepRequested(1, ANDY, "production")) == Refusal("wrong_branch", values)
    back = rollback(waiting("production", requested=False), build=feature)
    assert decided(back, events.StepRequested(5, TIM, "production")).reply.code == "asked"


def test_sign_offs_that_are_there_carry_a_step_on() -> None:
    known = in_production(sign_offs=BOTH)
    assert (
        after(decided(known, events.StepRequested(1, ANDY, "production"), HELD)).step.state
        is StepState.GRANTED
    )


def test_the_build_that_is_named() -> None:
    assert go("staging", token="2.4.1").named_build == "2.4.1"
    assert go("staging").named_build == ""
