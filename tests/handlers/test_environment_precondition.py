"""A form or a button does what it showed, or nothing: from what is live, to which build, past which release."""

from dataclasses import replace

import pytest

from handlers import events
from handlers.actions.rollback import RollbackStarted
from handlers.build import Build
from handlers.environment_precondition import (
    EnvironmentPrecondition,
    rollback_precondition,
    start_precondition,
)
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.outcome import Refusal
from handlers.release import Release
from handlers.requests import bound
from handlers.starting import new_release
from tests.handlers.builders import (
    AMITA,
    ANDY,
    NOW,
    TIM,
    build,
    decided,
    environment_state,
    facts,
    live,
    plan,
    refused,
)

B1 = build(1)
SHOWN = environment_state("production", live=live(2), holder=4)
OLD = events.Precondition("production", 1, "another")


@pytest.mark.parametrize(
    ("state", "target", "changed"),
    [
        (SHOWN, B1, ""),
        (replace(SHOWN, failed=True), B1, ""),
        (replace(SHOWN, live=live(3)), B1, "live"),
        (replace(SHOWN, live=None), B1, "live"),
        (replace(SHOWN, environment="staging"), B1, "live"),
        (SHOWN, build(3), "target"),
        (SHOWN, replace(B1, digest="sha256:other"), "target"),
        (SHOWN, replace(B1, sha="f" * 40), "target"),
        (replace(SHOWN, holder=5), B1, "holder"),
        (replace(SHOWN, holder=0), B1, "holder"),
    ],
)
def test_what_a_rollback_showed(state: EnvironmentState, target: Build, changed: str) -> None:
    assert rollback_precondition(B1, SHOWN).changed(target, state) == changed


def test_a_start_showed_no_release_that_gives_way() -> None:
    shown = start_precondition(B1, environment_state())
    assert shown == EnvironmentPrecondition("staging", "", B1.fingerprint())
    assert shown.changed(B1, environment_state(holder=5)) == ""
    assert shown.changed(B1, environment_state(live=live(2))) == "live"


# What it means for an event.

BACK = RollbackStarted(B1, "production", TIM, "broken", precondition=rollback_precondition(B1, SHOWN))
START = events.Started(B1, "staging", ANDY, (ANDY,), precondition=start_precondition(B1, environment_state()))


def laid(event: events.StartsRelease) -> Release:
    return new_release(9, event, plan(), NOW)


def known(state: EnvironmentState) -> Facts:
    return facts(state, successes={"production": (B1, build(2), build(3))})


def values(changed: str, live_version: str, holder: str) -> dict[str, str]:
    named = {"service": "website", "environment": "production", "version": B1.version, "kind": "rollback"}
    return {**named, "changed": changed, "live": live_version, "holder": holder}


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (replace(SHOWN, live=live(3)), values("live", build(3).version, "r4")),
        (replace(SHOWN, live=None, holder=0), values("live", "", "")),
        (replace(SHOWN, holder=5), values("holder", build(2).version, "r5")),
    ],
)
def test_a_rollback_from_an_old_form_does_nothing(state: EnvironmentState, expected: dict[str, str]) -> None:
    assert refused(laid(BACK), BACK, known(state)) == Refusal("environment_changed", expected)
    typed = replace(BACK, precondition=None)
    assert decided(laid(typed), typed, known(state)).reply.code == "rollback_started"


def test_a_live_commit_without_a_version_is_named_by_its_commit() -> None:
    outside = replace(live(3), build=replace(build(3), version=""))
    refusal = refused(laid(BACK), BACK, known(replace(SHOWN, live=outside)))
    assert refusal.values["live"] == build(3).sha[:7]


def test_a_rollback_from_a_form_that_still_holds_is_done() -> None:
    assert decided(laid(BACK), BACK, known(SHOWN)).reply.code == "rollback_started"


def test_who_may_not_is_told_so_first() -> None:
    event = replace(BACK, actor=AMITA)
    assert refused(laid(event), event, known(replace(SHOWN, live=live(3)))).code == "not_in_team"


def test_a_start_from_an_old_announcement_does_nothing() -> None:
    assert decided(laid(START), START).reply.code == "started"
    later = facts(environment_state(live=live(3)))
    refusal = refused(laid(START), START, later)
    assert (refusal.code, refusal.values["kind"]) == ("environment_changed", "normal")
    typed = replace(START, precondition=None)
    assert decided(laid(typed), typed, later).reply.code == "started"


# What is carried from a button to an event.

STEP = events.StepRequested(1, ANDY, "production")
TYPED = replace(START, precondition=None)
TO_STAGING = start_precondition(B1, environment_state())


@pytest.mark.parametrize(
    ("event", "precondition", "expected"),
    [
        (TYPED, None, TYPED),
        (STEP, None, STEP),
        (TYPED, TO_STAGING, START),
        (STEP, OLD, replace(STEP, precondition=OLD)),
        (STEP, TO_STAGING, STEP),
        (TYPED, OLD, Refusal("old_card", {"release": "", "now": "", "state": ""})),
    ],
)
def test_an_event_is_bound_to_what_was_shown(
    event: events.StartsRelease | events.ReleaseAction,
    precondition: events.AnyPrecondition | None,
    expected: events.StartsRelease | events.ReleaseAction | Refusal,
) -> None:
    assert bound(event, precondition) == expected
