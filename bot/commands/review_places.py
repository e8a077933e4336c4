"""Where a change of the policy is reviewed: one comment on a pull request of GitHub or on a merge request of GitLab.

The comment is found again by a mark in it, and edited. Nothing fails because it cannot be written: a pull request from a fork
has no token for it (GitHub's docs, "Automatic token authentication"), and its text stands in the summary or the log as well.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import aiohttp

from bot.commands.report_formats import one_line
from bot.policy_report import PolicyReport
from bot.proxies import proxy_for
from bot.schema.diagnostics import Diagnostic

WITHIN = aiohttp.ClientTimeout(total=30)
QUALITY = "gl-code-quality-report.json"
"""Where GitLab looks for diagnostics to show beside lines (its docs, "Code Quality", "Code Quality report format")."""

MOST_PAGES = 20
_READ_ONLY = "a pull request from a fork has no token that may"
_PER_PAGE = 100
_REFUSED = 400
_FORBIDDEN = frozenset({401, 403, 404})
_ELSEWHERE = "Its text stands in the summary or in the log."


async def report_on(place: str, report: PolicyReport, text: str, environ: Mapping[str, str]) -> list[str]:
    """Report a policy in the way of a place, `github` or `gitlab`; return what to print."""
    thread, said = _on_github(report, text, environ) if place == "github" else _on_gitlab(report, environ)
    return said if thread is None else [*said, await thread.write(_marked(report, text))]


def _on_github(
    report: PolicyReport, text: str, environ: Mapping[str, str]
) -> tuple["Thread | None", list[str]]:
    """Annotate lines and write the job's summary; return where comments on the event's pull request are."""
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        with Path(summary).open("a", encoding="utf-8") as file:
            file.write(text)
    said = [
        *(_annotation("error", each, report.path) for each in report.errors),
        *(_annotation("warning", each, report.path) for each in report.warnings),
    ]
    number = _pull_request(environ)
    token = environ.get("GITHUB_TOKEN", "")
    if not number or not token:
        return None, [*said, "No comment is written: there is no pull request, or no GITHUB_TOKEN."]
    root = f"{environ.get('GITHUB_API_URL') or 'https://api.github.com'}/repos/{environ.get('GITHUB_REPOSITORY', '')}"
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/vnd.github+json"}
    thread = Thread(
        f"{root}/issues/{number}/comments", f"{root}/issues/comments", headers, "PATCH", _of_a_program
    )
    return thread, said


def _on_gitlab(report: PolicyReport, environ: Mapping[str, str]) -> tuple["Thread | None", list[str]]:
    """Write the Code Quality report; return where notes on the pipeline's merge request are."""
    found = [*((each, "major") for each in report.errors), *((each, "minor") for each in report.warnings)]
    quality = json.dumps([_quality(each, severity, report.path) for each, severity in found])
    Path(QUALITY).write_text(quality, encoding="utf-8")
    names = ("CI_API_V4_URL", "CI_MERGE_REQUEST_PROJECT_ID", "CI_MERGE_REQUEST_IID", "SHIPROOM_POLICY_TOKEN")
    root, project, number, token = (environ.get(name, "") for name in names)
    if not (root and project and number and token):
        return None, ["No note is written: there is no merge request, or no SHIPROOM_POLICY_TOKEN."]
    notes = f"{root}/projects/{project}/merge_requests/{number}/notes"
    return Thread(notes, notes, {"PRIVATE-TOKEN": token}, "PUT", _of_anybody), []


def _pull_request(environ: Mapping[str, str]) -> int:
    """Return the number of the event's pull request; 0 if there is none."""
    try:
        event = json.loads(Path(environ.get("GITHUB_EVENT_PATH", "")).read_text(encoding="utf-8"))
        return int(event["pull_request"]["number"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


def _of_a_program(comment: Mapping[str, Any]) -> bool:
    """Whether a program wrote a comment: what people write is theirs, whatever mark is in it."""
    return cast("dict[str, Any]", comment.get("user") or {}).get("type") == "Bot"


def _of_anybody(_: Mapping[str, Any]) -> bool:
    """GitLab lets few edit the note of somebody else (its docs, "Notes API"): where it does not, another is written."""
    return True


def _marked(report: PolicyReport, text: str) -> str:
    return f"<!-- shiproom policy {hashlib.sha256(report.path.encode()).hexdigest()[:16]} -->\n{text}"


def _annotation(kind: str, found: Diagnostic, path: str) -> str:
    """Return a workflow command; its escapes are those of GitHub's own toolkit (actions/toolkit, command.ts)."""
    place = f"file={_property(path)},line={found.line},col={found.column}"
    return f"::{kind} {place}::{_escaped(one_line(found.message))}"


def _escaped(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")


def _quality(found: Diagnostic, severity: str, path: str) -> dict[str, object]:
    known = f"{path}:{found.line}:{found.column}:{found.message}"
    return {
        "description": one_line(found.message),
        "check_name": "shiproom check",
        "fingerprint": hashlib.sha256(known.encode()).hexdigest(),
        "severity": severity,
        "location": {"path": path, "lines": {"begin": found.line}},
    }


@dataclass(frozen=True, slots=True)
class Thread:
    """The comments of one pull request: where they are listed and posted, and how and where one is edited."""

    comments: str
    one: str
    headers: Mapping[str, str]
    edit: str
    may_be_ours: Callable[[Mapping[str, Any]], bool]

    async def write(self, text: str) -> str:
        """Write or edit the one comment with this text's mark; return what came of it."""
        try:
            async with aiohttp.ClientSession(headers=dict(self.headers), timeout=WITHIN) as session:
                status = await self._put(session, text)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            return f"The comment is not written: {type(error).__name__}. {_ELSEWHERE}"
        if status < _REFUSED:
            return "The comment is written."
        why = f" ({_READ_ONLY})" if status in _FORBIDDEN else ""
        return f"The comment is not written: the answer was {status}{why}. {_ELSEWHERE}"

    async def _put(self, session: aiohttp.ClientSession, text: str) -> int:
        known = await self._find(session, text.partition("\n")[0])
        if known is not None:
            status = await self._send(session, self.edit, f"{self.one}/{known}", text)
            if status < _REFUSED:
                return status
        return await self._send(session, "POST", self.comments, text)

    async def _find(self, session: aiohttp.ClientSession, mark: str) -> int | None:
        for page in range(1, MOST_PAGES + 1):
            query = {"per_page": str(_PER_PAGE), "page": str(page)}
            async with session.get(self.comments, params=query, proxy=proxy_for(self.comments)) as answer:
                listed: list[dict[str, Any]] = await answer.json() if answer.status < _REFUSED else []
            for each in listed:
                if str(each.get("body", "")).startswith(mark) and self.may_be_ours(each):
                    return int(each["id"])
            if len(listed) < _PER_PAGE:
                return None
        return None

    async def _send(self, session: aiohttp.ClientSession, method: str, url: str, text: str) -> int:
        async with session.request(method, url, json={"body": text}, proxy=proxy_for(url)) as answer:
            return answer.status
