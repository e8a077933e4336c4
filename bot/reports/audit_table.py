"""Writes audited deployments as CSV (RFC 4180) or as JSON lines.

What people and commits wrote may begin like a formula, which a spreadsheet would calculate: such a cell begins with an
apostrophe instead (OWASP, "CSV Injection"). JSON has every text as it was written.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict

from bot.reports.audited import Audited, Passed, Signed, Waived

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""How a formula begins; the last four are what some spreadsheets read as the first four."""

_BETWEEN = "; "


def _review(part: str) -> Callable[[Audited], object]:
    return lambda each: getattr(each.review, part) if each.review is not None else ""


def _run(part: str) -> Callable[[Audited], object]:
    return lambda each: getattr(each.run, part) if each.run is not None else ""


COLUMNS: dict[str, Callable[[Audited], object]] = {
    "service": lambda each: each.service,
    "environment": lambda each: each.environment,
    "release": lambda each: f"r{each.release}" if each.release else "",
    "attempt": lambda each: each.attempt or "",
    "kind": lambda each: each.kind,
    "outcome": lambda each: each.outcome,
    "began": lambda each: each.began,
    "ended": lambda each: each.ended,
    "settled_by": lambda each: each.settled_by,
    "detail": lambda each: each.detail,
    "version": lambda each: each.build.version,
    "commit": lambda each: each.build.commit,
    "digest": lambda each: each.build.digest,
    "branch": lambda each: each.build.branch,
    "requesters": lambda each: _BETWEEN.join(each.requesters),
    "asked_by": lambda each: each.asked_by,
    "reason": lambda each: each.reason,
    "sign_offs": lambda each: _BETWEEN.join(map(_signed, each.sign_offs)),
    "signed_alone": lambda each: "yes" if any(signed.alone for signed in each.sign_offs) else "",
    "waivers": lambda each: _BETWEEN.join(map(_waived, each.waivers)),
    "gates": lambda each: _BETWEEN.join(map(_passed, each.gates)),
    "review_due": _review("due"),
    "reviewed_by": _review("by"),
    "reviewed_at": _review("at"),
    "review_note": _review("note"),
    "review_waived": lambda each: "yes" if each.review is not None and each.review.waived else "",
    "ci": _run("ci"),
    "run": _run("id"),
    "run_attempt": _run("attempt"),
    "run_url": _run("url"),
    "row": lambda each: each.row,
    "hash": lambda each: each.hash,
    "head": lambda each: each.head,
}
"""The columns of the CSV; new ones may be added at the end, and none changes."""


def csv_header() -> str:
    """Return the line with the names of the columns, without its end."""
    return _line(COLUMNS)


def as_csv(found: Audited) -> str:
    """Return the line of a deployment, without its end; a line end within a cell is part of it."""
    return _line(_harmless(str(read(found))) for read in COLUMNS.values())


def as_json(found: Audited) -> str:
    """Return a deployment as one line of JSON."""
    return json.dumps(asdict(found))


def _line(cells: Iterable[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(
        cells
    )  # a line end within a cell is quoted only if it is one of the writer's own
    return text.getvalue().removesuffix("\r\n")


def _harmless(cell: str) -> str:
    """Return a cell that no spreadsheet calculates and no terminal obeys."""
    shown = "".join(each if each.isprintable() or each in "\n\r\t" else "\ufffd" for each in cell)
    return f"'{shown}" if shown.lstrip(" ").startswith(_FORMULA) else shown


def _signed(signed: Signed) -> str:
    parts = [f"{signed.user} of {signed.team} at {signed.at}"]
    parts += [f"in place of {signed.stands_for}"] if signed.stands_for else []
    parts += [f"counted again by {signed.armed_by}"] if signed.armed_by else []
    parts += ["alone"] if signed.alone else []
    return _with_words(", ".join(parts), signed.note)


def _waived(waived: Waived) -> str:
    parts = [f"{waived.by} at {waived.at}"]
    parts += [f"author {each or 'unknown'}" for each in waived.authors]
    parts += [f"changes of {each}" for each in waived.versions]
    parts += [f"may lack {waived.lacks}"] if waived.lacks else []
    return _with_words(", ".join(parts), waived.reason)


def _passed(passed: Passed) -> str:
    name = f" {passed.name}" if passed.name != passed.kind else ""
    return f"{passed.kind}{name}: {passed.verdict}"


def _with_words(line: str, words: str) -> str:
    return f'{line} "{words}"' if words else line
