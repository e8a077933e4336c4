"""Deployments that were not started by Shiproom."""

from dataclasses import replace
from datetime import timedelta
from typing import Literal

import pytest

from handlers.build import Build
from handlers.effects import Announce, CompareBuilds, NotifyOpen, PostToChannel
from handlers.environments import SEEN_WITHIN, Live
from handlers.events import ExternalRunSeen, ExternalWatchStarted
from handlers.external_runs import KEPT, decide_external_run
from handlers.outcome import Reply
from tests.handlers.builders import NOW, build, environment_state, later, live, lock, of_kind

STRANGE = replace(build(), version="fffffff", sha="f" * 40, order=0)
SEEN = ExternalRunSeen("website", "production", "77#1", "running", STRANGE, "mara-dev", "https://ci/77")
VALUES = {
    "environment": "production",
    "run": "77",
    "version": "fffffff",
    "sha": "fffffff",
    "by": "mara-dev",
    "url": "https://ci/77",
}
BEFORE = environment_state("production", live=live(), locks=(lock(),), watched_since=NOW)
SINCE = live().since


def test_a_run_is_posted_by_its_id_without_the_attempt() -> None:
    decision = decide_external_run(replace(SEEN, run="a#b#2"), BEFORE, NOW)
    assert decision.reply.values["run"] == "a#b"


@pytest.mark.parametrize("failed", [False, True])
def test_a_run_from_outside_is_posted(failed: bool) -> None:
    known = replace(BEFORE, failed=failed)
    decision = decide_external_run(SEEN, known, NOW)
    assert decision.reply == Reply("outside_seen", VALUES)
    assert decision.effects == (PostToChannel("website", "outside_running", VALUES),)
    assert decision.environments == {"production": replace(known, outside=("77#1:running",), touched=True)}
    assert decision.release is None
    assert decision.changed


def test_a_success_from_outside_is_live() -> None:
    known = replace(BEFORE, failed=True, outside=("77#1:running",))
    decision = decide_external_run(replace(SEEN, state="succeeded"), known, later(seconds=5))
    assert decision.environments["production"] == replace(
        BEFORE,
        live=Live(STRANGE, 0, later(seconds=5)),
        outside=("77#1:running", "77#1:succeeded"),
        touched=True,
    )
    assert decision.effects[0] == PostToChannel("website", "outside_succeeded", VALUES)


@pytest.mark.parametrize("of", [build(1), STRANGE])
def test_what_depends_on_the_live_build_is_redrawn_evaluated_and_compared(of: Build) -> None:
    decision = decide_external_run(replace(SEEN, state="succeeded", build=of), BEFORE, NOW)
    assert decision.effects[1:] == (
        Announce("website", of.version),
        NotifyOpen("website", "reevaluate", "production"),
        CompareBuilds("website"),
    )
    running = decide_external_run(replace(SEEN, build=of), BEFORE, NOW)
    assert len(running.effects) == 1


def test_a_failure_from_outside_leaves_what_was_live_in_doubt() -> None:
    decision = decide_external_run(replace(SEEN, state="failed"), BEFORE, NOW)
    assert decision.environments["production"] == replace(
        BEFORE, failed=True, touched=True, outside=("77#1:failed",)
    )
    assert decision.effects == (PostToChannel("website", "outside_failed", VALUES),)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        (("77#1:running",), "running"),
        (("77#1:succeeded",), "succeeded"),
        (("77#1:succeeded",), "running"),
        (("76#1:failed", "77#1:failed"), "failed"),
    ],
)
def test_a_run_is_posted_once(told: tuple[str, ...], state: str) -> None:
    event = replace(SEEN, state=state)
    decision = decide_external_run(event, replace(BEFORE, outside=told), NOW)
    assert (decision.reply, decision.changed) == (Reply("nothing_new"), False)
    assert (decision.release, decision.effects, decision.environments) == (None, (), {})


@pytest.mark.parametrize("state", ["succeeded", "failed"])
def test_what_had_ended_before_the_live_build_changes_nothing(state: Literal["succeeded", "failed"]) -> None:
    ended = replace(SEEN, state=state, ended_at=SINCE - SEEN_WITHIN - timedelta(seconds=1))
    decision = decide_external_run(ended, BEFORE, NOW)
    assert decision.environments["production"] == replace(BEFORE, outside=(f"77#1:{state}",))
    assert [(each.code, each.service) for each in of_kind(decision.effects, PostToChannel)] == [
        ("outside_before", "website")
    ]
    after = decide_external_run(replace(ended, ended_at=SINCE - SEEN_WITHIN), BEFORE, NOW).environments[
        "production"
    ]
    assert (after.failed, after.live == BEFORE.live) == (state == "failed", state == "failed")


def test_another_attempt_is_another_deployment() -> None:
    known = replace(BEFORE, outside=("77#1:succeeded",))
    assert decide_external_run(replace(SEEN, run="77#2"), known, NOW).reply.code == "outside_seen"


def test_only_the_newest_are_remembered() -> None:
    known = replace(BEFORE, outside=tuple(f"{number}#1:running" for number in range(KEPT)))
    kept = decide_external_run(SEEN, known, NOW).environments["production"].outside
    assert (len(kept), kept[0], kept[-1]) == (60, "1#1:running", "77#1:running")


def test_runs_from_before_are_not_posted() -> None:
    began = ExternalWatchStarted("website", "production", tuple(f"{number}#1" for number in range(70)))
    known = environment_state("production", live=live())
    decision = decide_external_run(began, known, NOW)
    after = decision.environments["production"]
    assert (decision.reply, decision.changed) == (Reply("watched", {"environment": "production"}), True)
    assert (decision.release, decision.effects) == (None, ())
    assert after == replace(
        known, watched_since=NOW, outside=tuple(f"{number}#1:succeeded" for number in range(10, 70))
    )
    old = replace(SEEN, run="50#1", state="succeeded")
    assert decide_external_run(old, after, NOW).reply == Reply("nothing_new")


def test_watching_begins_once() -> None:
    decision = decide_external_run(ExternalWatchStarted("website", "production"), BEFORE, later(seconds=9))
    assert (decision.reply, decision.changed) == (Reply("nothing_new"), False)
    assert (decision.release, decision.effects, decision.environments) == (None, (), {})
