import pytest

from handlers import events, reports
from handlers.decide import decide, decide_build
from handlers.effects import Announce, Notify
from handlers.outcome import Decision, Reply
from handlers.people import SHIPROOM
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
    ("start", "branch", "starts"),
    [("on_request", "main", False), ("automatic", "main", True), ("automatic", "feature", False)],
)
def test_a_ready_build_is_announced_and_may_start(start: str, branch: str, starts: bool) -> None:
    policy = plan(staging(start=start), production(start="automatic"))
    ready = build(branch=branch)
    decision = decide_build(policy, events.BuildReported(ready), (MARA, OLGA_TOO))
    told = Notify(events.Started(ready, "staging", SHIPROOM, (MARA, OLGA_TOO)))
    assert decision.effects == (Announce("website", "2.1.0"), *((told,) if starts else ()))
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
    assert (decision.build, decision.release, decision.environments) == (ready, None, {})


def test_a_build_reported_late_is_known_but_neither_announced_nor_started() -> None:
    policy = plan(staging(start="automatic"), production())
    ready = build(branch="main")
    decision = decide_build(policy, events.BuildReported(ready, announced=False), (MARA,))
    assert (decision.build, decision.effects) == (ready, ())
    assert decision.reply == Reply("build_ready", {"version": "2.1.0"})
