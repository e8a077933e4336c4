"""Which deployments the rows of a release tell: tables of how attempts end, and of what a spreadsheet would calculate."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.reports.audit_release import deployments_of, parsed
from bot.reports.audit_table import COLUMNS, as_csv
from bot.reports.audited import Audited, AuditedBuild, Reviewed, Signed, Waived

MINUTE = 60_000_000


class Rows:
    """Writes the rows of r1, one a minute, each with its number as hash."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, int, str, str, int, str, str, str]] = []
        self.row("started", {"build": {"version": "2.1.0"}, "requesters": ["U0ANDY"]}, {"waits": []})

    def row(self, event: str, body: dict[str, Any], outcome: dict[str, Any], actor: str = "U0TIM") -> None:
        number = len(self.rows) + 1
        self.rows.append(
            (number, number * MINUTE, actor, event, 1, json.dumps(body), json.dumps(outcome), f"{number}")
        )

    def grant(self, attempt: int, **fields: Any) -> None:  # noqa: ANN401 - JSON
        told = {"environment": "production", "attempt": attempt, "correlation": f"c{attempt}", "ci": "gh"}
        self.row("signed_off", {}, {"granted": {**told, "protected": True, **fields}})

    def ended(self, outcome: str, attempt: int = 1, event: str = "run_reported", **body: Any) -> None:  # noqa: ANN401 - JSON
        ending: dict[str, Any] = {"environment": "production", "attempt": attempt, "outcome": outcome}
        if event == "settled":
            ending["run"] = {"ci": "gh", "id": "r0", "attempt": 2, "url": "https://ci.example.org/r0"}
        self.row(event, body, {"attempt_ended": ending})

    def told(self) -> list[Audited]:
        return list(deployments_of(map(parsed, self.rows), "website", "website:9:f", _is_protected))


def _is_protected(environment: str, protected: bool | None) -> bool:
    return environment == "production" and bool(protected)


def settled_afterwards(rows: Rows) -> None:
    rows.grant(1)
    rows.ended("failed", detail="502", run_id="r1")
    rows.ended("succeeded", event="settled", reason="I looked")


def failed_and_proved_unsent(rows: Rows) -> None:
    rows.grant(1)
    rows.ended("failed", run_id="r1")
    rows.ended("unsent", event="settled")


def failed_twice(rows: Rows) -> None:
    rows.grant(1)
    rows.ended("failed", run_id="r1")
    rows.grant(2)
    rows.ended("failed", 2, run_id="r2")


def late_success_of_the_first(rows: Rows) -> None:
    rows.grant(1)
    rows.ended("failed", run_id="r1")
    rows.grant(2)
    rows.ended("succeeded", 2, run_id="r1", correlation="c1")
    rows.ended("stopped", 2, run_id="r2", correlation="c2")


def unprotected(rows: Rows) -> None:
    rows.grant(1, protected=False)
    rows.ended("succeeded")


def refused(rows: Rows) -> None:
    rows.row("signed_off", {}, {"refused": "gate_closed", "granted": {}, "attempt_ended": {}})


CASES: list[tuple[Callable[[Rows], None], list[tuple[Any, ...]]]] = [
    (settled_afterwards, [("succeeded", 1, 2, 4, "r0", "U0TIM", "I looked")]),
    (failed_and_proved_unsent, []),
    (failed_twice, [("failed", 1, 2, 3, "r1", "", ""), ("failed", 2, 4, 5, "r2", "", "")]),
    (
        late_success_of_the_first,
        [
            ("failed", 1, 2, 3, "r1", "", ""),
            ("succeeded", 1, 2, 5, "r1", "", ""),
            ("stopped", 2, 4, 6, "r2", "", ""),
        ],
    ),
    (unprotected, []),
    (refused, []),
]


@pytest.mark.parametrize(("story", "expected"), CASES, ids=[case[0].__name__ for case in CASES])
def test_which_deployments_are_told(story: Callable[[Rows], None], expected: list[tuple[Any, ...]]) -> None:
    rows = Rows()
    story(rows)
    found = rows.told()
    assert [
        (
            each.outcome,
            each.attempt,
            _minute(each.began),
            _minute(each.ended),
            each.run.id if each.run is not None else "",
            each.settled_by,
            each.detail,
        )
        for each in found
    ] == expected
    assert [each.hash for each in found] == [str(each.row) for each in found]


def _minute(time: str) -> int:
    return int(time[14:16])


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("a = 1", "a = 1"),
        ('say "no", then\nnothing', 'say "no", then\nnothing'),
        ("a\nb", "a\nb"),
        ("a\rb", "a\rb"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("", ""),
    ],
)
def test_a_cell_is_never_a_formula(written: str, shown: str) -> None:
    found = _audited(reason=written)
    [row] = csv.reader(io.StringIO(f"{as_csv(found)}\r\n", newline=""), strict=True)
    assert row[list(COLUMNS).index("reason")] == shown


def test_lists_in_a_cell() -> None:
    signed = (
        Signed("testers", "U0MARA", "10:20", "fine", stands_for="U0AMITA"),
        Signed("ops", "U0TIM", "10:22", armed_by="U0ADA", alone=True),
    )
    waived = Waived("U0OLGA", "10:21", "Mara looked", ("", "bob"), ("2.0.9",), "2.1.1")
    found = _audited(
        sign_offs=signed, waivers=(waived,), requesters=("U0ANDY", "U0MARA"), review=Reviewed("11:00")
    )
    [row] = csv.reader(io.StringIO(as_csv(found)), strict=True)
    told = dict(zip(COLUMNS, row, strict=True))
    assert told["sign_offs"] == (
        'U0MARA of testers at 10:20, in place of U0AMITA "fine"; U0TIM of ops at 10:22, counted again by U0ADA, alone'
    )
    assert told["waivers"] == (
        'U0OLGA at 10:21, author unknown, author bob, changes of 2.0.9, may lack 2.1.1 "Mara looked"'
    )
    assert (told["requesters"], told["signed_alone"], told["release"]) == ("U0ANDY; U0MARA", "yes", "r1")
    assert (told["review_due"], told["reviewed_by"], told["review_waived"], told["run"]) == (
        "11:00",
        "",
        "",
        "",
    )


def _audited(**fields: Any) -> Audited:  # noqa: ANN401 - as the dataclass
    build = AuditedBuild("2.1.0", "a" * 40, "", "main")
    place = (
        "website",
        "production",
        1,
        1,
        "normal",
        "succeeded",
        "10:00",
        "10:05",
        build,
        7,
        "f",
        "website:9:f",
    )
    return Audited(*place, **fields)
