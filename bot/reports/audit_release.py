"""Tells from the rows of one release which deployments it made, and all that an auditor asks about each."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from pydantic_core import from_json

from bot.reports.audited import Audited, AuditedBuild, AuditedRun, Passed, Reviewed, Signed, Waived
from bot.reports.facts import Kind
from handlers.attempt_endings import AttemptOutcome
from storage.audit_rows import STARTS, AuditRow
from storage.codec import micros
from storage.rows_as_json import shown_time

IsCounted = Callable[[str, bool | None], bool]
"""Whether deployments into an environment are told; beside its name, whether its row says that it is protected, if it does."""

_KINDS = dict(zip(STARTS, (Kind.NORMAL, Kind.ROLLBACK, Kind.EMERGENCY), strict=True))
_NO_REVIEW = Reviewed()


class AuditedRow(NamedTuple):
    """A row, parsed."""

    row: int
    at: int
    actor: str
    event: str
    release: int
    body: dict[str, Any]
    outcome: dict[str, Any]
    hash: str


def parsed(row: AuditRow) -> AuditedRow:
    """Parse a row."""
    number, at, actor, event, release, body, outcome, digest = row
    return AuditedRow(number, at, actor, event, release, from_json(body), from_json(outcome), digest)


def build_of(body: dict[str, Any]) -> AuditedBuild:
    """Return the build of an event."""
    found = body.get("build", {})
    names = ("version", "sha", "digest", "branch")
    return AuditedBuild(*(str(found.get(each, "")) for each in names))


@dataclass(slots=True)
class _Grant:
    """A grant, and when it was made; `told` is empty for one of an older version."""

    at: int
    environment: str
    attempt: int
    told: dict[str, Any]


@dataclass(slots=True)
class _Release:
    """What the rows of a release tell so far."""

    number: int
    kind: Kind = Kind.NORMAL
    build: AuditedBuild = field(default_factory=lambda: AuditedBuild("", "", "", ""))
    requesters: tuple[str, ...] = ()
    reason: str = ""
    grants: list[_Grant] = field(default_factory=list[_Grant])
    said: dict[tuple[str, int], str] = field(default_factory=dict[tuple[str, int], str])
    review: Reviewed = _NO_REVIEW
    endings: list[tuple[AuditedRow, _Grant | None]] = field(
        default_factory=list[tuple[AuditedRow, _Grant | None]]
    )


def deployments_of(
    rows: Iterable[AuditedRow], service: str, head: str, counts: IsCounted
) -> Iterator[Audited]:
    """Return the deployments of one release, in the order in which they ended, from its rows in their order.

    One that was taken for failed and of which something else is known since ended when that was said.
    """
    release: _Release | None = None
    for row in rows:
        release = release or _Release(row.release)
        if "refused" not in row.outcome:
            _take(release, row)
    for row, grant in release.endings if release is not None else ():
        told = grant.told if grant is not None else {}
        if release is not None and counts(
            str(row.outcome["attempt_ended"]["environment"]), told.get("protected")
        ):
            yield _deployment(release, row, grant, (service, head))


def _take(release: _Release, row: AuditedRow) -> None:
    if row.event in _KINDS:
        release.kind, release.build = _KINDS[row.event], build_of(row.body)
        release.requesters = tuple(row.body.get("requesters", (row.body.get("actor", ""),)))
    _take_words(release, row)
    if "granted" in row.outcome:
        told = row.outcome["granted"]
        release.grants.append(_Grant(row.at, str(told["environment"]), int(told["attempt"]), told))
    elif row.outcome.get("step_state") == "granted":
        _take_old_grant(release, row)
    if "attempt_ended" in row.outcome:
        _take_ending(release, row)


def _take_words(release: _Release, row: AuditedRow) -> None:
    """Note what people wrote, each at its time, and the review."""
    said = str(row.body.get("note") or row.body.get("reason") or "")
    if row.event in _KINDS:
        release.reason = said
    elif row.event in {"signed_off", "authors_waived"}:
        release.said[row.actor, row.at] = said
    elif row.event in {"reviewed", "review_waived"}:
        waived, at = row.event == "review_waived", shown_time(row.at)
        release.review = replace(release.review, by=row.actor, at=at, note=said, waived=waived)
    if "review_due" in row.outcome:
        release.review = replace(release.review, due=_utc(row.outcome["review_due"]))


def _take_old_grant(release: _Release, row: AuditedRow) -> None:
    """Note when a grant was made of which its row tells nothing else, as in an older version."""
    environment, attempt = str(row.outcome["step"]), int(row.outcome["attempt"])
    if not any((each.environment, each.attempt) == (environment, attempt) for each in release.grants):
        release.grants.append(_Grant(row.at, environment, attempt, {}))


def _take_ending(release: _Release, row: AuditedRow) -> None:
    """Note how an attempt ended; what was said of it before, if that was no success, is not so any more."""
    ending = row.outcome["attempt_ended"]
    same = (ending["environment"], ending["attempt"])
    release.endings = [each for each in release.endings if not _is_withdrawn(each[0], same)]
    if ending["outcome"] != AttemptOutcome.UNSENT.value:
        release.endings.append((row, _grant_of(release, row, ending)))


def _is_withdrawn(row: AuditedRow, same: tuple[str, int]) -> bool:
    ending = row.outcome["attempt_ended"]
    good = ending["outcome"] == AttemptOutcome.SUCCEEDED.value
    return not good and (ending["environment"], ending["attempt"]) == same


def _grant_of(release: _Release, row: AuditedRow, ending: dict[str, Any]) -> _Grant | None:
    """Return the grant of what ended: a late run names that of its own attempt, which others may have followed."""
    reported = row.body.get("correlation", "")
    grants = [each for each in release.grants if each.environment == ending["environment"]]
    by_run = [each for each in grants if reported and each.told.get("correlation") == reported]
    by_attempt = [each for each in grants if each.attempt == ending["attempt"]]
    return next(reversed([*by_attempt, *by_run]), None)


def _deployment(release: _Release, row: AuditedRow, grant: _Grant | None, source: tuple[str, str]) -> Audited:
    ending, told = row.outcome["attempt_ended"], grant.told if grant is not None else dict[str, Any]()
    settled = row.event == "settled"
    failed = ending["outcome"] != AttemptOutcome.SUCCEEDED.value
    detail = row.body.get("reason" if settled else "detail", "") if settled or failed else ""
    return Audited(
        service=source[0],
        environment=str(ending["environment"]),
        release=release.number,
        attempt=grant.attempt if grant is not None else int(ending["attempt"]),
        kind=release.kind.value,
        outcome=str(ending["outcome"]),
        began=shown_time(grant.at) if grant is not None else "",
        ended=shown_time(row.at),
        build=release.build,
        row=row.row,
        hash=row.hash,
        head=source[1],
        settled_by=row.actor if settled else "",
        detail=str(detail),
        requesters=tuple(told.get("requesters", release.requesters)),
        asked_by=str(told.get("asked_by", "")),
        reason=release.reason,
        sign_offs=tuple(_signed(release, each) for each in told.get("sign_offs", ())),
        waivers=tuple(_waived(release, each) for each in told.get("waivers", ())),
        gates=tuple(Passed(**each) for each in told.get("gates", ())),
        review=None if release.review == _NO_REVIEW else release.review,
        run=_run(row, ending, told),
    )


def _signed(release: _Release, told: dict[str, Any]) -> Signed:
    note = release.said.get((told["user"], _micros(told["at"])), "")
    more: dict[str, Any] = {**told, "at": _utc(told["at"]), "note": note}
    return Signed(**more)


def _waived(release: _Release, told: dict[str, Any]) -> Waived:
    reason = release.said.get((told["by"], _micros(told["at"])), "")
    authors, versions = (tuple(map(str, told.get(name, ()))) for name in ("authors", "versions"))
    return Waived(told["by"], _utc(told["at"]), reason, authors, versions, told.get("lacks", ""))


def _run(row: AuditedRow, ending: dict[str, Any], told: dict[str, Any]) -> AuditedRun | None:
    """Return the run that deployed: the one that reported, else the one that was known of the step."""
    known: dict[str, Any] = ending.get("run", {})
    reported: dict[str, Any] = row.body if row.event == "run_reported" else {}
    run = str(reported.get("run_id") or known.get("id", ""))
    if not run:
        return None
    same: dict[str, Any] = known if known.get("id") == run else {}
    attempt, url = reported.get("attempt", same.get("attempt", 1)), reported.get("url") or same.get("url", "")
    return AuditedRun(str(known.get("ci") or told.get("ci", "")), run, int(attempt), str(url))


def _micros(text: str) -> int:
    return micros(datetime.fromisoformat(text))


def _utc(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()
