"""The guide ticks off only what happened; the right lines are highlighted."""

from pathlib import Path
from typing import Any

import pytest

from bot.demo.guide import STEPS, Guide, Observation
from bot.demo.highlight import highlighted_lines
from bot.demo.policy import write_policy

ADDRESSES = {
    "staging": "http://127.0.0.1:1/",
    "production": "http://127.0.0.1:2/",
    "repository": "http://127.0.0.1:3/website",
}


def release(
    *history: tuple[str, str, str],
    state: str = "waiting",
    kind: str = "normal",
    staging: str = "pending",
    production: str = "pending",
) -> dict[str, Any]:
    """Return a release as the API does; `!` marks a refused line of its history."""
    lines = [
        {"event": event, "actor": actor, "refused": to == "!", "to": to, "row": row}
        for row, (event, actor, to) in enumerate(history, 1)
    ]
    steps = [
        {"environment": name, "state": reached, "gates": list[Any]()}
        for name, reached in (("staging", staging), ("production", production))
    ]
    return {
        "number": 1,
        "service": "website",
        "kind": kind,
        "state": state,
        "steps": steps,
        "history": lines,
    }


TESTING = ("testing_started", "U0AMITA", "waiting")
AMITA, TIM = ("signed_off", "U0AMITA", "waiting"), ("signed_off", "U0TIM", "deploying")
LINE = ("started", "U0MARA", "waiting")


@pytest.mark.parametrize(
    ("observation", "done"),
    [
        (Observation(), set[str]()),
        (Observation(changes=1), {"change"}),
        (Observation([release(("started", "U0ANDY", "deploying"))]), set[str]()),
        (Observation([release(staging="succeeded")]), {"staging"}),
        (Observation([release(TESTING)]), {"testing"}),
        (Observation([release(("testing_started", "U0TIM", "waiting"))]), set[str]()),
        (Observation([release(("testing_started", "U0AMITA", "!"))]), set[str]()),
        (Observation([release(LINE)]), {"line"}),
        (Observation(asked=frozenset({2})), {"why"}),
        (Observation([release(("signed_off", "U0ANDY", "!"))]), {"refused"}),
        (Observation([release(("signed_off", "U0ANDY", "waiting"))]), set[str]()),
        (Observation([release(AMITA)]), {"signed"}),
        (Observation([release(AMITA), release(LINE)]), {"line"}),
        (Observation([release(AMITA), release(LINE, staging="succeeded")]), {"line", "staging", "signed"}),
        (Observation([release(TIM)]), set[str]()),
        (Observation([release(TIM, state="done")]), {"shipped"}),
        (Observation([release(state="done")]), set[str]()),
        (Observation([release(staging="failed")]), set[str]()),
        (Observation([release(staging="succeeded", production="failed")]), {"staging", "failed"}),
        (Observation([release(kind="rollback", state="deploying")]), set[str]()),
        (Observation([release(kind="rollback", state="done")]), {"rollback"}),
        (Observation(survived=True, caught=True, shared=True), {"killed", "cheat", "team"}),
    ],
)
def test_what_happened_is_ticked_off(observation: Observation, done: set[str]) -> None:
    guide = Guide()
    guide.update(observation)
    assert guide.done == done


def test_what_was_done_stays_done() -> None:
    guide = Guide()
    guide.update(Observation(changes=1))
    guide.update(Observation())
    assert guide.done == {"change"}
    panel = guide.panel()
    assert [step["name"] for step in panel["steps"] if step["done"]] == ["change"]
    assert len(panel["steps"]) == len(STEPS) == 13


@pytest.mark.parametrize(
    ("environment", "gate", "highlights"),
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
    tmp_path: Path, environment: str, gate: dict[str, str], highlights: list[tuple[str, str]]
) -> None:
    file = tmp_path / "shiproom.yml"
    write_policy(file, ADDRESSES)
    step = {"environment": environment, "gates": [{"verdict": "waiting", **gate}]}
    found = highlighted_lines(file, {"number": 2, "service": "website", "steps": [step]})
    lines: list[str] = file.read_text(encoding="utf-8").splitlines()
    assert [each["words"] for each in found] == [words for _, words in highlights]
    for each, (begins, _) in zip(found, highlights, strict=True):
        assert lines[int(each["line"]) - 1].startswith(begins)


@pytest.mark.parametrize("text", ["", "services: {}", "services: [", "version: 1"])
def test_a_policy_that_is_being_written_lights_nothing_up_wrongly(tmp_path: Path, text: str) -> None:
    file = tmp_path / "shiproom.yml"
    file.write_text(text, encoding="utf-8")
    gate = {"kind": "sign_off", "name": "ops", "verdict": "waiting", "why": ""}
    step = {"environment": "production", "gates": [gate]}
    assert highlighted_lines(file, {"number": 2, "service": "website", "steps": [step]}) == []
