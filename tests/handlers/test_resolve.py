from dataclasses import replace

import pytest

from handlers import events
from handlers.build import Build
from handlers.ground import Ground
from handlers.outcome import Refusal
from handlers.release import Ending, Release, ReleaseState
from handlers.resolve import Ledger, default_target, resolve_journey, resolve_rollback
from handlers.wishes import Journey, RollbackWanted
from tests.handlers.making import (
    ANDY,
    NOW,
    TIM,
    build,
    ground,
    in_production,
    live,
    plan,
    production_step,
    release,
    rollback,
    waiting,
)

OTHER = build(2)
TWIN = build(3, version="3.0.0-rc", sha=build(2).sha[:8] + "b" * 32)
LEDGER = Ledger(plan(), (), (OTHER, build(1)), OTHER)
OPEN = replace(in_production(), number=4)
ENDED = replace(OPEN, number=5, ending=Ending(ReleaseState.DONE, TIM, NOW))


def journey(environment: str = "staging", token: str = "") -> Journey:
    return Journey("website", environment, ANDY, token, "hot")


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
def test_a_journey_starts_with_the_build_that_is_meant(token: str, of: Build) -> None:
    assert resolve_journey(journey(token=token), LEDGER) == started(of)


@pytest.mark.parametrize("environment", ["staging", "production"])
def test_a_release_is_named(environment: str) -> None:
    assert resolve_journey(journey(environment, "r42"), LEDGER) == events.StepAsked(42, environment, ANDY)


def test_a_version_goes_before_a_commit() -> None:
    named = build(8, version=build(1).sha[:7])
    ledger = replace(LEDGER, builds=(build(1), named))
    assert resolve_journey(journey(token=build(1).sha[:7]), ledger) == started(named)


@pytest.mark.parametrize(
    ("token", "builds", "refusal"),
    [
        ("9.9.9", LEDGER.builds, Refusal("unknown_build", {"token": "9.9.9", "service": "website"})),
        ("000000", LEDGER.builds, Refusal("unknown_build", {"token": "000000", "service": "website"})),
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
    assert resolve_journey(journey(token=token), replace(LEDGER, builds=builds)) == refusal


def test_a_service_without_builds() -> None:
    expected = Refusal("no_build", {"service": "website", "branch": "main"})
    assert resolve_journey(journey(), Ledger(plan())) == expected


@pytest.mark.parametrize(
    ("environment", "token"), [("staging", ""), ("production", "2.1.0"), ("staging", "2.1.0")]
)
def test_an_open_release_of_the_build_is_asked(environment: str, token: str) -> None:
    ledger = replace(LEDGER, open_releases=(rollback(), OPEN), newest=build(1))
    assert resolve_journey(journey(environment, token), ledger) == events.StepAsked(4, environment, ANDY)


def test_a_rollback_or_another_build_is_not_the_release_that_is_meant() -> None:
    ledger = replace(LEDGER, open_releases=(rollback(), OPEN))
    assert resolve_journey(journey(token="2.2.0"), ledger) == started(OTHER)
    assert resolve_journey(journey(token="2.1.0"), replace(ledger, open_releases=(rollback(),))) == started(
        build(1)
    )


def test_a_build_that_skipped_an_environment_is_refused() -> None:
    values = {"environment": "production", "missing": "staging", "version": "2.1.0", "service": "website"}
    assert resolve_journey(journey("production", "2.1.0"), LEDGER) == Refusal("skipped_environment", values)


@pytest.mark.parametrize(
    ("opened", "answer"),
    [
        ((OPEN,), events.StepAsked(4, "production", ANDY)),
        ((release(), OPEN, rollback(), ENDED), events.StepAsked(4, "production", ANDY)),
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
    opened: tuple[Release, ...], answer: events.StepAsked | Refusal
) -> None:
    assert resolve_journey(journey("production"), replace(LEDGER, open_releases=opened)) == answer


# Rollbacks.

B1, B2, B3 = build(1), build(2), build(3)


@pytest.mark.parametrize(
    ("successes", "place", "target"),
    [
        ((), ground(live=live(1)), None),
        ((B1,), ground(), None),
        ((B1,), ground(live=live(1)), None),
        ((B1, B2), ground(live=live(2)), B1),
        ((B1, B2, B3), ground(live=live(3)), B2),
        ((B1, B2, B1), ground(live=live(1)), None),
        ((B1, B2, B3, B2), ground(live=live(2)), B1),
        ((B1, B2, B3), ground(live=live(3), failed=True), B3),
        ((B1, B2, B3), ground(live=live(7)), B3),
    ],
    ids=[
        "nothing succeeded",
        "nothing is live",
        "the first",
        "the one before",
        "the one before the newest",
        "no way back to the newer one",
        "back twice",
        "the newest attempt failed",
        "what is live came from outside",
    ],
)
def test_where_a_rollback_goes(successes: tuple[Build, ...], place: Ground, target: Build | None) -> None:
    ledger = replace(LEDGER, successes=successes, ground=place)
    assert default_target(ledger) == target


BACK = RollbackWanted("website", "production", TIM, "", "broken")
LIVE = replace(LEDGER, successes=(B1, B2, replace(B1, url="again")), ground=ground(live=live(2)))


@pytest.mark.parametrize("cancel", [False, True])
def test_a_rollback_goes_where_the_rule_says(cancel: bool) -> None:
    expected = events.RollbackStarted(B1, "production", TIM, "broken", cancel)
    assert resolve_rollback(BACK, LIVE, cancel_holder=cancel) == expected


def test_a_rollback_goes_where_somebody_says_to_the_newest_such_deployment() -> None:
    answer = resolve_rollback(replace(BACK, version="2.1.0"), LIVE, cancel_holder=False)
    assert answer == events.RollbackStarted(replace(B1, url="again"), "production", TIM, "broken")


@pytest.mark.parametrize(
    ("version", "code"), [("", "nothing_to_roll_back_to"), ("2.9.0", "never_succeeded_there")]
)
def test_a_rollback_without_a_build(version: str, code: str) -> None:
    values = {"environment": "production", "service": "website", "version": version}
    answer = resolve_rollback(replace(BACK, version=version), LEDGER, cancel_holder=False)
    assert answer == Refusal(code, values)


def test_an_empty_ledger_has_empty_ground() -> None:
    assert Ledger(plan()).ground == Ground("")
