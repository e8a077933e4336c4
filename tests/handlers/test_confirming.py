import json
from dataclasses import replace

import pytest

from handlers.actions.settle import LossRequest
from handlers.build import Build
from handlers.decide import decide_environment
from handlers.effects import NotifyOpen, PostToChannel
from handlers.environments import EnvironmentState, Live, Loss, RunTold
from handlers.outcome import Decision, Refusal, Reply
from tests.handlers.actions.contexts import HERE, read
from tests.handlers.builders import ANDY, NOW, TIM, build, environment_state, facts, later, plan

LOSS = Loss("15:c0ffee", 15, NOW)
OLD = Live(build(1), 4, later(hours=-2))
STAGING = replace(environment_state("staging"), live=OLD, failed=True)
TOLD = RunTold("1.2", "b" * 40, "77", "https://ci.example.org/77", later(hours=-1))


def settled(
    named: dict[str, Build | None],
    reason: str = "",
    loss: Loss = LOSS,
    told: dict[str, RunTold] | None = None,
) -> Decision | Refusal:
    known = replace(facts(STAGING, loss=loss), named=named, told=told or {})
    return decide_environment(
        plan(), LossRequest("website", "", TIM, reason).event("website", ()), known, NOW
    )


def test_it_is_typed() -> None:
    expected = LossRequest("website", "", ANDY, "we looked", (("staging", "1.1"), ("production", "")))
    assert read("settle website lost staging=1.1 production=nothing we looked", HERE) == expected
    assert expected.event("website", ()).live == expected.live


@pytest.mark.parametrize("named", [{}, {"staging": build(1)}], ids=["nothing named", "one environment"])
def test_everything_has_to_be_named_after_a_restore(named: dict[str, Build | None]) -> None:
    refusal = settled(named, "we looked", told={"staging": TOLD})
    assert isinstance(refusal, Refusal)
    assert (refusal.code, refusal.incomplete) == ("live_needed", True)
    assert refusal.values["offered"] == "settle website lost staging=1.2 production=nothing"
    assert json.loads(refusal.values["places"]) == [
        {
            "environment": "staging",
            "live": build(1).version,
            "since": later(hours=-2).isoformat(),
            "told": "1.2",
            "run": "77",
            "url": "https://ci.example.org/77",
            "ended": later(hours=-1).isoformat(),
            "under_way": "",
        },
        {"environment": "production"},
    ]


@pytest.mark.parametrize(
    "told", [replace(TOLD, under_way=True, ended_at=None), None], ids=["runs", "unknown"]
)
def test_what_runs_is_not_yet_likely(told: RunTold | None) -> None:
    refusal = settled({}, told={"staging": told} if told else {})
    assert isinstance(refusal, Refusal)
    assert refusal.values["offered"] == f"settle website lost staging={build(1).version} production=nothing"
    assert json.loads(refusal.values["places"])[0].get("under_way") == ("yes" if told else None)


def environments(decision: Decision | Refusal) -> dict[str, EnvironmentState]:
    assert isinstance(decision, Decision)
    return dict(decision.environments)


def test_what_is_named_is_live_from_now_on() -> None:
    decision = settled({"staging": build(1), "production": build(3)})
    after = environments(decision)
    assert (after["staging"].live, after["staging"].failed) == (Live(build(1), 4, NOW), False)
    assert after["production"].live == Live(build(3), 0, NOW)
    assert after["staging"].touched
    assert isinstance(decision, Decision)
    values = {
        "service": "website",
        "by": TIM,
        "reason": "",
        "lost": "15:c0ffee",
        "found": "15",
        "backup": NOW.isoformat(),
        "live": f"staging has {build(1).version}, production has {build(3).version}",
    }
    assert decision.reply == Reply("loss_settled", values)
    assert decision.effects == (
        PostToChannel("website", "loss_settled", values),
        NotifyOpen("website", "reevaluate"),
    )


def test_where_nothing_is_live_watching_begins_again() -> None:
    watched = replace(STAGING, watched_since=NOW, outside=("1#1:succeeded",))
    known = replace(facts(watched, loss=LOSS), named={"staging": None, "production": None})
    event = LossRequest("website", "", TIM, "").event("website", ())
    after = environments(decide_environment(plan(), event, known, NOW))["staging"]
    assert (after.live, after.watched_since, after.outside, after.failed) == (None, None, (), False)


def test_what_is_not_in_the_policy_any_more_is_not_known_any_more() -> None:
    preview = replace(environment_state("preview"), live=OLD, watched_since=NOW)
    known = replace(facts(STAGING, preview, loss=LOSS), named={"staging": build(1), "production": None})
    event = LossRequest("website", "", TIM, "").event("website", ())
    after = environments(decide_environment(plan(), event, known, NOW))["preview"]
    assert (after.live, after.watched_since) == (None, None)


@pytest.mark.parametrize(
    ("named", "told", "doubtful"),
    [
        (build(1), None, False),
        (build(1), RunTold(build(1).version, "", "77"), False),
        (build(1), RunTold("another name", build(1).sha, "77"), False),
        (build(1), RunTold("9.9", "c" * 40, "77"), True),
        (build(1), RunTold(build(1).version, build(1).sha, "77", under_way=True), True),
        (Build("website", "9.9", "", ""), None, True),
        (None, RunTold("9.9", "c" * 40, "77"), False),
    ],
)
def test_what_nobody_knows_or_the_ci_denies_needs_a_reason(
    named: Build | None, told: RunTold | None, doubtful: bool
) -> None:
    given, says = {"staging": named, "production": None}, {"staging": told} if told is not None else {}
    refused = settled(given, told=says)
    assert isinstance(refused, Refusal) is doubtful
    assert isinstance(settled(given, "I looked", told=says), Decision)


def test_without_a_backup_nothing_has_to_be_named_but_may_be() -> None:
    lost = replace(LOSS, backup_at=None)
    after = environments(settled({"production": build(3)}, "looked", lost))
    assert after["staging"].live == OLD
    assert after["production"].live == Live(build(3), 0, NOW)
    refusal = settled({"production": build(3)}, "", lost)
    assert isinstance(refusal, Refusal)
    assert refusal.code == "reason_needed"
