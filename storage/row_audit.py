"""Compares the rows that are in the tables with the digests that the history has of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Table, select
from sqlmodel import SQLModel

from storage import database_id, release_numbers, restored, vouching
from storage.codec import micros_of, plan_fingerprint
from storage.effect_statements import BLOCKED
from storage.effects import KEPT
from storage.tables import CounterRow, EffectRow, PlanRow, PolicyRow, ReleaseRow, ServiceRow, table
from storage.vouching import VOUCHED

_counter, _effect, _plan, _policy, _release, _service = (
    table(row) for row in (CounterRow, EffectRow, PlanRow, PolicyRow, ReleaseRow, ServiceRow)
)
_LATEST = 2 * 3600 * 1_000_000
"""Microseconds from now within which a pending effect is due, or its lease ends."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not match, and where."""

    place: str
    sentence: str

    def __str__(self) -> str:
        """Format the finding on one line."""
        return f"{self.place}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Voucher:
    """The last history row that vouches for a row: where it is, of when, and the digest."""

    place: str
    at: int
    digest: str


Vouched = dict[str, Voucher]
Values = Mapping[str, Any]


def check_rows(connection: Connection, vouched: Vouched, now: int) -> tuple[Finding, ...]:
    """Compare all rows that are vouched for; what is vouched for and gone is a finding too."""
    left = dict(vouched)
    counters = tuple(_check_counters(connection, left))
    findings: list[Finding] = []
    for row in VOUCHED:
        findings += _check_table(connection, row, left, now)
    oldest = now - micros_of(KEPT)
    for key, voucher in left.items():
        of, _, name = key.partition(" ")
        if of != _effect.name or voucher.at > oldest:
            findings.append(Finding(_place(of, name), f"it is gone, although {voucher.place} vouches for it"))
    return (*findings, *counters, *_check_policies(connection))


def _check_table(connection: Connection, row: type[SQLModel], left: Vouched, now: int) -> Iterator[Finding]:
    of = table(row)
    found = connection.execute(of.select().order_by(*of.primary_key).execution_options(yield_per=1000))
    names = [column.name for column in of.columns]
    for each in found:
        values = dict(zip(names, each, strict=True))
        key = vouching.key(of, values)
        voucher = left.pop(key, None)
        for sentence in _check(of, values, voucher, now):
            yield Finding(_place(of.name, key.partition(" ")[2]), sentence)


def _check(of: Table, values: Values, voucher: Voucher | None, now: int) -> Iterator[str]:
    if voucher is None:
        if not _needs_nobody(of, values):
            yield "no history row vouches for it"
        return
    if vouching.digest(of, values) != voucher.digest:
        columns = " and ".join(vouching.changed_columns(of, values, voucher.digest)) or "row"
        yield f"altered: its {columns} is not what {voucher.place} left"
    if of is _effect and vouching.is_vouched(str(values["kind"])):
        yield from _check_end(values, now)
    if of is _plan and plan_fingerprint(str(values["body"])) != values["fingerprint"]:
        yield "its body is not the plan that its fingerprint names: releases that have it are refused"


def _needs_nobody(of: Table, values: Values) -> bool:
    """Return whether a row is without meaning: an effect that only shows something, or a service in its first state."""
    if of is _effect:
        before_vouching = values["done_at"] is not None and not values["history_row"]
        return before_vouching or not vouching.is_vouched(str(values["kind"]))
    return of is _service and values["body"] == "{}"


def _check_end(values: Values, now: int) -> Iterator[str]:
    """Check what the worker writes into an effect: how it ended, or when it is tried again."""
    done = values["done_at"]
    sealed = "" if done is None else vouching.seal(values["id"], done, values["failure"])
    if values["seal"] != sealed:
        yield "altered: no worker ended it like this"
    times = (
        values["due_at"] % BLOCKED if isinstance(values["due_at"], int) else None,
        values["lease_until"] or 0,
    )
    if done is None and any(not isinstance(time, int) or time > now + _LATEST for time in times):
        yield "altered: it is not due for hours"


def _check_counters(connection: Connection, left: Vouched) -> Iterator[Finding]:
    """Check the last release number that was used, the id of the database, and when it was restored."""
    saved = {str(name): value for name, value in connection.execute(_counter.select()).all()}
    some = connection.execute(select(_policy.c.number)).first() is not None
    yield from _check_counter(database_id.NAME, saved.pop(database_id.NAME, None), left, expected=some)
    yield from _check_counter(restored.COUNTER, saved.pop(restored.COUNTER, None), left, expected=True)
    yield from _check_numbers(connection, saved.pop(release_numbers.NAME, None) or 0, left)
    for name in saved:
        yield Finding(f"counter {name}", "no such counter is known")


def _check_counter(name: str, value: object, left: Vouched, *, expected: bool) -> Iterator[Finding]:
    """Check a counter that the history vouches for, if that is `expected`: the first policy is what vouches for the id."""
    values = {"name": name, "value": value}
    voucher = left.pop(vouching.key(_counter, values), None)
    if voucher is not None and value is None:
        yield Finding(f"counter {name}", f"it is gone, although {voucher.place} vouches for it")
    elif voucher is not None and vouching.digest(_counter, values) != voucher.digest:
        yield Finding(f"counter {name}", f"altered: its value is not what {voucher.place} left")
    elif voucher is None and value is not None and expected:
        yield Finding(f"counter {name}", "no history row vouches for it")


def _check_numbers(connection: Connection, last: object, left: Vouched) -> Iterator[Finding]:
    """Check that the last number is that of the newest release, or where a restore left out numbers behind it."""
    values = {"name": release_numbers.NAME, "value": last}
    voucher = left.pop(vouching.key(_counter, values), None)
    newest = connection.execute(select(_release.c.number).order_by(_release.c.number.desc())).scalar() or 0
    gap = voucher is not None and vouching.digest(_counter, values) == voucher.digest
    if last != newest and not (gap and isinstance(last, int) and last > newest):
        yield Finding("counter release", f"altered: the newest release is r{newest}")


def _check_policies(connection: Connection) -> Iterator[Finding]:
    """Check that every service is under the newest policy, by which a process finds out that it is behind."""
    newest = connection.execute(select(_policy.c.number).order_by(_policy.c.number.desc())).scalar()
    under = select(_service.c.service, _service.c.policy).where(_service.c.policy != (newest or 0))
    for service, number in connection.execute(under.order_by(_service.c.service)).all():
        yield Finding(
            f"service {service}",
            f"altered: it is under policy {number}, and policy {newest or 0} is in force",
        )


def _place(of: str, name: str) -> str:
    return f"release r{name}" if of == _release.name else f"{of} {name}"
