"""The reader of a gate follows from its settings: fields, defaults and metadata, and nobody has to sign for it."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.policy.gates import read_gates
from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import compose
from bot.schema.section import Entry, SectionContext
from handlers.gate import GateSettings
from handlers.gates import NAMES, SETTINGS
from handlers.sign_off_rule import SignOffRule
from tests.bot.policy.drafts import Change, changed, faults, lines, read

DAYS = ("mon", "tue", "wed")
TIME = "a time of day, like `22:30`"
OPS_GATE = "- {sign_off: ops}"
KNOWN = "`window`, `opens`, `closes`, `wait`, `tries`, `kind`, `strict`, `calendar`"


@dataclass(frozen=True, slots=True)
class WindowRule(GateSettings):
    days: tuple[str, ...] = field(metadata={"own_value": True, "choices": DAYS})
    opens: str = field(metadata={"pattern": r"\d\d:\d\d", "wanted": TIME, "what": "when it opens"})
    closes: str = field(default="18:00", metadata={"pattern": r"\d\d:\d\d", "wanted": TIME})
    wait: int = field(default=60, metadata={"seconds": True})
    tries: int = field(default=0, metadata={"least": 0, "most": 3})
    kind: str = field(default="soft", metadata={"choices": ("soft", "hard")})
    strict: bool = False
    calendar: tuple[str, ...] = field(default=(), metadata={"most_items": 2})


@pytest.fixture(autouse=True)
def window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(SETTINGS, "window", WindowRule)
    monkeypatch.setitem(NAMES, WindowRule, "window")


def gates(folder: Path, written: str) -> tuple[object, ...]:
    reading = read(folder, changed((OPS_GATE, f"{OPS_GATE}\n          - {{{written}}}")))
    assert lines(reading.errors) == []
    assert lines(reading.warnings) == []
    assert reading.policy is not None
    return reading.policy.plans["website"].environments[1].gates


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("window: [mon], opens: '09:00'", WindowRule(("mon",), "09:00")),
        (
            "opens: '09:00', wait: 2m, tries: 3, kind: hard, strict: true, calendar: [a], closes: '10:00', window: [tue, wed]",
            WindowRule(("tue", "wed"), "09:00", "10:00", 120, 3, "hard", strict=True, calendar=("a",)),
        ),
    ],
)
def test_a_gate_is_read_by_its_fields(written: str, expected: WindowRule, tmp_path: Path) -> None:
    assert gates(tmp_path, written) == (SignOffRule("testers"), SignOffRule("ops"), expected)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((OPS_GATE, "- {window: [mon]}"), ["21:13: this gate lacks `opens`: when it opens"]),
        ((OPS_GATE, "- {window: [mon], opens: 09h}"), [f"21:36: `09h` is not {TIME}"]),
        (
            (OPS_GATE, "- {window: [sun], opens: '09:00'}"),
            ["21:23: `sun` is not known here; possible: `mon`, `tue`, `wed`"],
        ),
        (
            (OPS_GATE, "- {window: [mon], opens: '09:00', tries: 4}"),
            ["21:52: `4`: write a whole number from 0 to 3, without quotes"],
        ),
        (
            (OPS_GATE, "- {window: [mon], opens: '09:00', kind: odd}"),
            ["21:51: `odd` is not known here; possible: `soft`, `hard`"],
        ),
        (
            (OPS_GATE, "- {window: [mon], opens: '09:00', calendar: [a, b, c]}"),
            ["21:62: a calendar has at most 2 items: shorten it"],
        ),
        (
            (OPS_GATE, "- {window: [mon], opens: '09:00', zzz: 1}"),
            [f"21:45: `zzz` is not a setting of this gate; possible: {KNOWN}"],
        ),
        (
            (OPS_GATE, "- {window: [mon], sign_off: ops}"),
            [
                "21:13: a gate is named by one key of its mapping; possible: `sign_off: ...`, `window: ...`",
            ],
        ),
    ],
)
def test_what_the_fields_do_not_allow_is_refused(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_a_step_without_sign_offs_is_guarded(tmp_path: Path) -> None:
    window = "- {window: [mon], opens: '09:00'}"
    other = ("          - {sign_off: testers}\n          - {sign_off: ops}\n", f"          {window}\n")
    assert faults(tmp_path, other) == []


@dataclass(frozen=True, slots=True)
class Misspelt:
    days: tuple[str, ...] = field(metadata={"own_valu": True})


@dataclass(frozen=True, slots=True)
class Strange:
    ratio: float = field(metadata={"own_value": True})


@pytest.mark.parametrize("settings", [Misspelt, Strange])
def test_settings_that_nothing_reads_are_found_at_once(
    settings: type, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("bot.policy.gates.SETTINGS", {"days": settings})
    diagnostics = Diagnostics(tmp_path)
    node = compose("[{days: [mon]}]", diagnostics)
    assert node is not None
    with pytest.raises(TypeError):
        read_gates(SectionContext(diagnostics, tmp_path), Entry(node))
