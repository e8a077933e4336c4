"""Vouches for rows that were written before the history vouched for them: one event per service, `adopted`.

The tables are reflected, so what is adopted is what the database has at that revision. A release that does not match the
digest of its body in the older history is not adopted: `audit verify` goes on to name it.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, Table

from storage import vouching
from storage.database_id import vouch_for_id
from storage.history import Entry, chain
from storage.tables import table
from storage.vouching import VOUCHED, Rows, Values

ADOPTED = "adopted"
"""The event name, in the history, of rows that it vouches for since an upgrade."""

MOST = 1000
"""How many rows one history row adopts at most."""


def name_plans(connection: Connection) -> None:
    """Name each plan after the digest of its text, and let its releases name it so."""
    plan, release = _reflect(connection, "plan"), _reflect(connection, "release")
    for row in connection.execute(plan.select()).mappings().all():
        fields: dict[str, Any] = json.loads(row["body"])
        fields.pop("fingerprint", None)
        body = json.dumps(fields, separators=(",", ":"), sort_keys=True)
        name = hashlib.sha256(body.encode()).hexdigest()
        old = plan.c.fingerprint == row["fingerprint"]
        known = connection.execute(plan.select().where(plan.c.fingerprint == name)).first()
        if known is None:
            connection.execute(plan.insert().values(fingerprint=name, body=body))
        connection.execute(sa.update(release).where(release.c.plan == row["fingerprint"]).values(plan=name))
        connection.execute(plan.delete().where(old, plan.c.fingerprint != name))


def adopt(connection: Connection) -> None:
    """Vouch for all rows, in the chain of the service that each belongs to."""
    service = _reflect(connection, "service")
    for name in connection.execute(sa.select(service.c.service).order_by(service.c.service)).scalars().all():
        _adopt_effects(connection, name)
        rows = [*_rows_of(connection, name), *vouch_for_id(connection).items()]
        for start in range(0, len(rows), MOST):
            _append(connection, name, dict(rows[start : start + MOST]))


def _reflect(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection)


def _rows_of(connection: Connection, service: str) -> Iterator[tuple[str, str]]:
    release = _reflect(connection, "release")
    numbers = sa.select(release.c.number).where(release.c.service == service)
    altered = _altered(connection, service)
    there = set(sa.inspect(connection).get_table_names())
    for each in reversed(VOUCHED):  # effects first: the first row that is added vouches for them
        if table(each).name not in there:
            continue  # a later revision makes it, empty
        of = _reflect(connection, table(each).name)
        if of.name == "policy":
            continue  # there were none before
        if of.name == "plan":
            where = of.c.body.is_not(None)
        elif "service" in of.c:
            where = of.c.service == service
        else:
            where = of.c.release.in_(numbers)
        for found in connection.execute(of.select().where(where)).mappings():
            row = {str(name): value for name, value in found.items()}
            if _is_of(of, row, service) and not (of.name == "release" and row["number"] in altered):
                yield vouching.key(of, row), vouching.digest(of, row)


def _is_of(of: Table, row: Values, service: str) -> bool:
    if of.name == "plan":
        return bool(json.loads(row["body"]).get("service") == service)
    return of.name != "effect" or vouching.is_vouched(row["kind"])


def _altered(connection: Connection, service: str) -> set[int]:
    """Return the releases whose body is not the one that the older history tells the digest of."""
    history, release = _reflect(connection, "history"), _reflect(connection, "release")
    told: dict[int, str] = {}
    lines = sa.select(history.c.release, history.c.outcome).where(history.c.service == service)
    for number, outcome in connection.execute(lines.order_by(history.c.row)):
        digest = json.loads(outcome).get("digest")
        if digest:
            told[number] = digest
    bodies = sa.select(release.c.number, release.c.body).where(release.c.service == service)
    return {
        number
        for number, body in connection.execute(bodies)
        if told.get(number, "") != hashlib.sha256(body.encode()).hexdigest()
    }


def _adopt_effects(connection: Connection, service: str) -> None:
    """Let the pending effects of a service name the history row that will vouch for them."""
    effect = _reflect(connection, "effect")
    last = _last_row(connection, service)
    pending = effect.select().where(effect.c.service == "", effect.c.done_at.is_(None))
    for found in connection.execute(pending).mappings().all():
        row = {str(name): value for name, value in found.items()}
        if vouching.is_vouched(row["kind"]) and _service_of(connection, row) == service:
            named = {"service": service, "history_row": last + 1}
            connection.execute(sa.update(effect).where(effect.c.id == row["id"]).values(**named))


def _service_of(connection: Connection, row: Values) -> str:
    fields: dict[str, Any] = json.loads(row["body"])
    if "service" in fields or "build" in fields:
        return str(fields.get("service") or fields["build"]["service"])
    release = _reflect(connection, "release")
    found = sa.select(release.c.service).where(
        release.c.number == (row["release"] or fields.get("release", 0))
    )
    return str(connection.execute(found).scalar() or "")


def _last_row(connection: Connection, service: str) -> int:
    heads = _reflect(connection, "service")
    return int(
        connection.execute(sa.select(heads.c.chain_row).where(heads.c.service == service)).scalar_one()
    )


def _append(connection: Connection, service: str, rows: Rows) -> None:
    heads, history = _reflect(connection, "service"), _reflect(connection, "history")
    of_service = heads.c.service == service
    last, before = connection.execute(
        sa.select(heads.c.chain_row, heads.c.chain_hash).where(of_service)
    ).one()
    at = (
        connection.execute(sa.select(sa.func.max(history.c.at)).where(history.c.service == service)).scalar()
        or 0
    )
    outcome = json.dumps({"reply": ADOPTED, "rows": rows}, separators=(",", ":"), sort_keys=True)
    entry = Entry(at, "shiproom", ADOPTED, 0, "{}", {})
    digest = chain(before, service, last + 1, entry, outcome)
    line = {
        "service": service,
        "row": last + 1,
        "at": at,
        "actor": entry.actor,
        "event": ADOPTED,
        "release": 0,
    }
    connection.execute(history.insert().values(**line, body="{}", outcome=outcome, hash=digest))
    connection.execute(sa.update(heads).where(of_service).values(chain_row=last + 1, chain_hash=digest))
