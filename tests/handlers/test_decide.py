from typing import Any

import pytest

from handlers import events, reports
from handlers.decide import decide, decide_build
from handlers.effects import Announce, CompareBuilds, Notify
from handlers.outcome import Decision, Reply
from handlers.people import SHIPROOM
from handlers.plan import BuildSource
from tests.handlers.builders import (
    MARA,
    NOW,
    OLGA_TOO,
    build,
    facts,
    plan,
    production,
    release,
    staging,
    waiting,
)


def test_ids_derive_from_the_event() -> None:
    known = release(waiting("staging"))
    ids: set[str] = set()
    for seed in ("one", "two"):
        decision = decide(known, reports.Reevaluated(1), facts(), NOW, seed=seed)
        assert isinstance(decision, Decision)
        assert decision.release is not None
        assert decision.release.step.intent is not None
        ids.add(decision.release.step.intent.correlation)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("start", "branch", "late", "starts"),
    [
        ("on_request", "main", False, False),
        ("automatic", "main", False, True),
        ("automatic", "main", True, False),
        ("automatic", "feature", False, False),
        ("automatic", "hotfix/login", False, False),
    ],
)
def test_a_ready_build_is_announced_and_may_start(start: str, branch: str, late: bool, starts: bool) -> None:
    policy = plan(
        staging(start=start),
        production(start="automatic"),
        builds=BuildSource("main", branches=("hotfix/*",)),
    )
    ready = build(branch=branch)
    decision = decide_build(policy, events.BuildReported(ready), (MARA, OLGA_TOO), late=late)
    told = Notify(events.Started(ready, "staging", SHIPROOM, (MARA, OLGA_TOO), automatic=True))
    assert decision.effects == (Announce("website", "2.1.0"), *((told,) if starts else ()))
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
    assert (decision.build, decision.release, decision.environments) == (ready, None, {})


@pytest.mark.parametrize(
    ("fields", "asks"),
    [
        ({}, False),
        ({"builds": BuildSource(ci="github")}, True),
        ({"changes_ci": "github"}, True),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_a_ready_build_is_compared_where_a_ci_tells_the_changes(
    fields: dict[str, Any], asks: bool, late: bool
) -> None:
    decision = decide_build(plan(**fields), events.BuildReported(build()), (), late=late)
    compare = (CompareBuilds("website"),) if asks else ()
    assert decision.effects == (Announce("website", "2.1.0"), *compare)


def test_a_build_reported_late_is_known_but_neither_announced_nor_started() -> None:
    policy = plan(staging(start="automatic"), production(), changes_ci="github")
    ready = build(branch="main")
    decision = decide_build(policy, events.BuildReported(ready, announced=False), (MARA,))
    assert (decision.build, decision.effects) == (ready, ())
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
