"""The guide ticks off what happened, and nothing else; the policy's lines behind an answer are the right ones."""

from pathlib import Path
from typing import Any

import pytest

from bot.demo.guide import STEPS, Guide, Sight
from bot.demo.lit import lit_lines
from bot.demo.policy import write_policy

SITES = {"staging": "http://127.0.0.1:1/", "production": "http://127.0.0.1:2/"}


def release(
    *history: tuple[str, str, str], state: str = "waiting", kind: str = "normal", staging: str = "pending"
) -> dict[str, Any]:
    """A release as the API gives it; a line of its history is event, actor and where it led, `!` for a refusal."""
    lines = [
        {"event": event, "actor": actor, "refused": to == "!", "to": to, "row": row}
        for row, (event, actor, to) in enumerate(history, 1)
    ]
    steps: list[dict[str, Any]] = [{"environment": "staging", "state": staging, "gates": []}]
    return {
        "number": 1,
        "service": "website",
        "kind": kind,
        "state": state,
        "steps": steps,
        "history": lines,
    }


TESTING = ("TestingStarted", "U0AMITA", "waiting")
AMITA, TIM = ("SignedOff", "U0AMITA", "waiting"), ("SignedOff", "U0TIM", "deploying")
LINE = ("Started", "U0MARA", "waiting")


@pytest.mark.parametrize(
    ("sight", "done"),
    [
        (Sight(), set[str]()),
        (Sight(changes=1), {"change"}),
        (Sight([release(("Started", "U0ANDY", "deploying"))]), set[str]()),
        (Sight([release(staging="succeeded")]), {"staging"}),
        (Sight([release(TESTING)]), {"testing"}),
        (Sight([release(("TestingStarted", "U0TIM", "waiting"))]), set[str]()),
        (Sight([release(("TestingStarted", "U0AMITA", "!"))]), set[str]()),
        (Sight([release(LINE)]), {"line"}),
        (Sight(asked=frozenset({2})), {"why"}),
        (Sight([release(("SignedOff", "U0ANDY", "!"))]), {"refused"}),
        (Sight([release(("SignedOff", "U0ANDY", "waiting"))]), set[str]()),
        (Sight([release(AMITA)]), {"signed"}),
        (Sight([release(AMITA), release(LINE)]), {"line"}),
        (Sight([release(AMITA), release(LINE, staging="succeeded")]), {"line", "staging", "signed"}),
        (Sight([release(TIM)]), set[str]()),
        (Sight([release(TIM, state="done")]), {"shipped"}),
        (Sight([release(state="done")]), set[str]()),
        (Sight([release(kind="rollback", state="deploying")]), set[str]()),
        (Sight([release(kind="rollback", state="done")]), {"rollback"}),
        (Sight(survived=True, caught=True, shared=True), {"killed", "cheat", "team"}),
    ],
)
def test_what_happened_is_ticked_off(sight: Sight, done: set[str]) -> None:
    guide = Guide()
    guide.look(sight)
    assert guide.done == done


def test_what_was_done_stays_done() -> None:
    guide = Guide()
    guide.look(Sight(changes=1))
    guide.look(Sight())
    assert guide.done == {"change"}
    panel = guide.panel()
    assert [step["name"] for step in panel["steps"] if step["done"]] == ["change"]
    assert len(panel["steps"]) == len(STEPS) == 12


@pytest.mark.parametrize(
    ("environment", "gate", "lit"),
    [
        (
            "staging",
            {"kind": "turn", "name": "turn", "why": "turn (holder=r1, held=yes)"},
            [("        kept: [testers]", "r2 waits: staging is r1's until testers have signed")],
        ),
        (
            "production",
            {"kind": "turn", "name": "turn", "why": ""},
            [("      - name: production", "r2 waits: production is another's")],
        ),
        (
            "production",
            {"kind": "sign_off", "name": "ops", "why": ""},
            [("          - {sign_off: ops", "r2 waits for ops")],
        ),
        ("production", {"kind": "sign_off", "name": "nobody", "why": ""}, []),
        (
            "production",
            {"kind": "lock", "name": "lock", "why": ""},
            [("    operators: [ops]", "r2 meets a lock: these can unlock")],
        ),
        (
            "production",
            {"kind": "branch", "name": "branch", "why": ""},
            [("      - name: production", "r2 is of another branch")],
        ),
        ("production", {"kind": "sign_off", "name": "ops", "why": "", "verdict": "open"}, []),
    ],
)
def test_the_line_behind_a_reason(
    tmp_path: Path, environment: str, gate: dict[str, str], lit: list[tuple[str, str]]
) -> None:
    file = tmp_path / "shiproom.yml"
    write_policy(file, SITES)
    step = {"environment": environment, "gates": [{"verdict": "waiting", **gate}]}
    found = lit_lines(file, {"number": 2, "service": "website", "steps": [step]})
    lines: list[str] = file.read_text(encoding="utf-8").splitlines()
    assert [each["words"] for each in found] == [words for _, words in lit]
    for each, (begins, _) in zip(found, lit, strict=True):
        assert lines[int(each["line"]) - 1].startswith(begins)


@pytest.mark.parametrize("text", ["", "services: {}", "services: [", "version: 1"])
def test_a_policy_that_is_being_written_lights_nothing_up_wrongly(tmp_path: Path, text: str) -> None:
    file = tmp_path / "shiproom.yml"
    file.write_text(text, encoding="utf-8")
    gate = {"kind": "sign_off", "name": "ops", "verdict": "waiting", "why": ""}
    step = {"environment": "production", "gates": [gate]}
    assert lit_lines(file, {"number": 2, "service": "website", "steps": [step]}) == []
