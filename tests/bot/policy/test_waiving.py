"""Who waives, who holds, and whom a gate keeps apart: what the policy says of them, and what can never be."""

from pathlib import Path

import pytest

from handlers.plan import Plan
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import BY_OPERATORS, Waiving
from storage.codec import dump_plan, load_plan
from tests.bot.policy.drafts import SOUND, Change, changed, faults, read

CHANNEL = "channel: C0RELEASES"
OPS_GATE = "- {sign_off: ops}"
OPS = "ops: {members: [U0TIM, U0KIM]}"


def said(value: str) -> Change:
    return (CHANNEL, f"{CHANNEL}\n    {value}")


def planned(tmp_path: Path, *changes: Change) -> Plan:
    reading = read(tmp_path, changed(*changes) if changes else SOUND)
    assert reading.policy is not None, reading.errors
    plan = reading.policy.plans["website"]
    assert load_plan(dump_plan(plan), plan.fingerprint) == plan
    return plan


@pytest.mark.parametrize(
    ("changes", "waiving", "teams"),
    [
        ((), BY_OPERATORS, ("ops",)),
        ((said("waive: {by: [testers]}"),), Waiving(("testers",)), ("testers",)),
        (
            (said("waive: {by: [ops, testers], needs: 3}"),),
            Waiving(("ops", "testers"), 3),
            ("ops", "testers"),
        ),
    ],
)
def test_a_plan_keeps_who_waives(
    tmp_path: Path, changes: tuple[Change, ...], waiving: Waiving, teams: tuple[str, ...]
) -> None:
    plan = planned(tmp_path, *changes)
    assert (plan.waiving, plan.waiving_teams) == (waiving, teams)


@pytest.mark.parametrize(("changes", "may"), [((), ""), ((said("may_hold: everyone"),), "everyone")])
def test_a_plan_keeps_who_may_hold(tmp_path: Path, changes: tuple[Change, ...], may: str) -> None:
    assert planned(tmp_path, *changes).may_hold == may


def test_a_gate_keeps_whom_it_keeps_apart(tmp_path: Path) -> None:
    plan = planned(tmp_path, (OPS_GATE, "- {sign_off: ops, apart_from: [asker, waiver]}"))
    assert plan.environments[1].gates[1] == SignOffRule("ops", apart_from=("asker", "waiver"))


ASKED = "- {sign_off: ops, needs: 2, apart_from: [asker]}"
STARTING: Change = ("starters: [developers]", "starters: [ops]")
TOO_FEW = (
    "21:13: too few of `ops` are left: whoever asks for the step is one of them and may not sign; "
    "add members, lower `needs`, or remove `asker`"
)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(OPS_GATE, ASKED), STARTING], [TOO_FEW]),
        ([(OPS_GATE, ASKED)], []),
        ([(OPS_GATE, ASKED.replace("needs: 2, ", "")), STARTING], []),
        ([(OPS_GATE, ASKED), STARTING, (OPS, OPS.replace("]}", "], usergroup: S0OPS}"))], []),
        (
            [(OPS_GATE, "- {sign_off: ops, requester_may_sign: true, apart_from: [requester]}")],
            [
                "21:13: `requester_may_sign: true` and `apart_from: [requester]` contradict each other: remove one"
            ],
        ),
        (
            [said("waive: {by: [testers], needs: 2}")],
            ["13:35: 2 have to waive, and there is only one person: add members, or lower `needs`"],
        ),
    ],
)
def test_what_could_never_be(tmp_path: Path, changes: list[Change], expected: list[str]) -> None:
    assert faults(tmp_path, *changes) == expected
