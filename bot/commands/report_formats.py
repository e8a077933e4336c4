"""A policy's report as text, Markdown or JSON; whatever stands in the file stays text in each of them.

In Markdown what comes from the file stands in fenced blocks only, whose fence is longer than any in it: nothing in such a block
is a mention, a link, an image or HTML (GitHub Flavored Markdown, 4.5; GitLab's docs, "GitLab Flavored Markdown").
"""

import json
import re

from bot.commands.output import counted
from bot.policy_report import PolicyReport
from bot.schema.diagnostics import Diagnostic

MOST_LINES = 100
"""How many lines of each sort a comment has at most: GitHub takes 65,536 characters in one."""

LONGEST_LINE = 300


def one_line(text: str) -> str:
    """Return text without line ends and control characters."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def located(found: Diagnostic, path: str) -> str:
    """Return a diagnostic with the path as it was given."""
    return one_line(f"{path}:{found.line}:{found.column}: {found.message}")


def as_text(report: PolicyReport) -> list[str]:
    """Return the lines for a terminal or a log."""
    warnings = [f"warning: {located(each, report.path)}" for each in report.warnings]
    errors = [located(each, report.path) for each in report.errors]
    changes = [one_line(str(each)) for each in report.changes or ()]
    return [*warnings, *errors, *changes, verdict(report)]


def verdict(report: PolicyReport) -> str:
    """Return what it comes to, in a sentence."""
    if report.errors:
        return f"{report.path} has {counted(len(report.errors), 'error')}."
    return f"{report.path} is fine{_meaning(report)}."


def _meaning(report: PolicyReport) -> str:
    if report.unknown:
        return f"; what its change means is not known: {one_line(report.unknown)}"
    if report.changes is None:
        return f": {', '.join(report.services)}"
    if report.begins:
        return ", and there was no policy before"
    if report.weaker:
        return f", and weaker than before in {counted(len(report.weaker), 'way')}"
    return ", and nothing is weaker than before" if report.changes else ", and means the same as before"


def as_markdown(report: PolicyReport) -> str:
    """Return a comment for a pull request or a merge request."""
    parts = [f"### What this change of the policy means\n\n{_code(verdict(report))}"]
    changes = report.changes or ()
    lines = [
        f"{'-' if each.weaker else '!'} {one_line(f'{each.service}: {each.sentence}.')}" for each in changes
    ]
    if lines:
        legend = (
            "Red lines make it **weaker**: fewer checks, or more people decide.\n\n" if report.weaker else ""
        )
        parts.append(f"{legend}{_block(lines, 'diff')}")
    for title, found in (("Errors", report.errors), ("Warnings", report.warnings)):
        if found:
            parts.append(f"**{title}**\n\n{_block([located(each, report.path) for each in found], 'text')}")
    return "\n\n".join(parts) + "\n"


def _block(lines: list[str], language: str) -> str:
    shown = [
        each if len(each) <= LONGEST_LINE else f"{each[:LONGEST_LINE]}..." for each in lines[:MOST_LINES]
    ]
    if len(lines) > MOST_LINES:
        shown.append(f"  and {len(lines) - MOST_LINES} more")
    fence = "`" * max(3, 1 + _longest_run(shown))
    return "\n".join([f"{fence}{language}", *shown, fence])


def _code(text: str) -> str:
    """Return text as code within a line (GitHub Flavored Markdown, 6.3)."""
    fence = "`" * (1 + _longest_run([text]))
    return f"{fence} {text} {fence}"


def _longest_run(lines: list[str]) -> int:
    return max((len(each) for line in lines for each in re.findall("`+", line)), default=0)


def as_json(report: PolicyReport) -> str:
    """Return the report for programs; names may be added, and none changes."""

    def shown(found: Diagnostic) -> dict[str, object]:
        return {"line": found.line, "column": found.column, "message": found.message}

    changes = report.changes
    return json.dumps(
        {
            "path": report.path,
            "ok": not report.errors,
            "errors": [shown(each) for each in report.errors],
            "warnings": [shown(each) for each in report.warnings],
            "services": list(report.services),
            "changes": None
            if changes is None
            else [
                {
                    "service": each.service,
                    "code": each.code,
                    "weaker": each.weaker,
                    "sentence": f"{each.sentence}.",
                }
                for each in changes
            ],
            "unknown": report.unknown,
            "begins": report.begins,
        },
        indent=2,
    )
