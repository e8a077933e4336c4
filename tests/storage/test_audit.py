"""Whatever is changed in the history or in a release afterwards is found, and the row is named."""

import json
import random
from collections.abc import Callable
from functools import partial

import pytest
from sqlalchemy import Table, delete, insert, select, update

from storage import audit
from storage.audit import Anchor, Audit
from storage.database import Connection, Database
from storage.tables import HistoryRow, ReleaseRow, ServiceRow, table
from tests.handlers import builders
from tests.storage import transactions

TAMPERS = 250

_history, _release, _service = table(HistoryRow), table(ReleaseRow), table(ServiceRow)
Row = dict[str, object]


class Undo(Exception):  # noqa: N818 - no error: it takes back what a test did to the rows
    """Carries what was found out of a transaction that must not last."""

    def __init__(self, found: Audit) -> None:
        self.found = found


async def tampered(
    database: Database, tamper: Callable[[Connection], object], anchors: tuple[Anchor, ...] = ()
) -> list[str]:
    """Do something to the rows, verify, and take it back."""

    def work(connection: Connection) -> None:
        tamper(connection)
        raise Undo(audit.verify(connection, anchors))

    with pytest.raises(Undo) as caught:
        await database.write(work)
    return [str(finding) for finding in caught.value.found.findings]


async def test_untouched_history_holds(opened: Database) -> None:
    await transactions.story(opened)
    found = await opened.read(audit.verify)
    assert found.findings == ()
    assert found.releases == 3
    assert found.rows >= 20
    assert [head.split(":")[0] for head in found.heads] == ["shop", "website"]
    again = await opened.read(partial(audit.verify, anchors=tuple(anchor(head) for head in found.heads)))
    assert again == found


def anchor(head: str) -> Anchor:
    service, row, digest = head.split(":")
    return Anchor(service, int(row), digest)


def rows_of(connection: Connection, of: Table) -> list[Row]:
    return [dict(row) for row in connection.execute(select(of).order_by(*of.primary_key)).mappings()]


def flip(value: object, chance: random.Random) -> object:
    """Change one thing about a value."""
    if isinstance(value, int):
        return value + chance.choice([-1, 1, 10**6, 2**62 - value])
    text = str(value)
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice('x"{}[]:,0é') + text[at + chance.randrange(2) :]


def alter_history(connection: Connection, chance: random.Random) -> str:
    row = chance.choice(rows_of(connection, _history))
    name = chance.choice(
        [column.name for column in _history.columns if column.name not in {"service", "row"}]
    )
    other = flip(row[name], chance)
    if other == row[name]:
        other = f"{other}!" if isinstance(other, str) else 7
    place = (_history.c.service == row["service"]) & (_history.c.row == row["row"])
    connection.execute(update(_history).where(place).values({name: other}))
    return f"history {row['service']}:{row['row']}:"


def delete_history(connection: Connection, chance: random.Random) -> str:
    row = chance.choice(rows_of(connection, _history))
    place = (_history.c.service == row["service"]) & (_history.c.row == row["row"])
    connection.execute(delete(_history).where(place))
    return f"{row['row']}"


def insert_history(connection: Connection, chance: random.Random) -> str:
    rows = rows_of(connection, _history)
    row = dict(chance.choice(rows))
    last = max(int(str(each["row"])) for each in rows if each["service"] == row["service"])
    row["row"] = last + chance.choice([1, 1, 5])
    connection.execute(insert(_history).values(row))
    return f"{row['service']}:{row['row']}"


def insert_service(connection: Connection, chance: random.Random) -> str:
    """Slip in rows of a service that was never there."""
    row = dict(chance.choice(rows_of(connection, _history)))
    connection.execute(insert(_history).values({**row, "service": "ghost", "row": 1}))
    return "service ghost:"


def swap_history(connection: Connection, chance: random.Random) -> str:
    one, other = chance.sample(
        [row for row in rows_of(connection, _history) if row["service"] == "website"], 2
    )
    spare = 10**9

    def move(old: object, new: object) -> None:
        place = (_history.c.service == "website") & (_history.c.row == old)
        connection.execute(update(_history).where(place).values(row=new))

    move(one["row"], spare)
    move(other["row"], one["row"])
    move(spare, other["row"])
    return f"history website:{one['row']}:"


def truncate_history(connection: Connection, chance: random.Random) -> str:
    last = chance.randrange(2, 8)
    connection.execute(delete(_history).where(_history.c.service == "website", _history.c.row >= last))
    return f"row {last - 1}"


def alter_release(connection: Connection, chance: random.Random) -> str:
    row = chance.choice(rows_of(connection, _release))
    body = f"{flip(row['body'], chance)} "
    connection.execute(update(_release).where(_release.c.number == row["number"]).values(body=body))
    return f"release r{row['number']}:"


def delete_release(connection: Connection, chance: random.Random) -> str:
    row = chance.choice(rows_of(connection, _release))
    connection.execute(delete(_release).where(_release.c.number == row["number"]))
    return f"release r{row['number']}:"


def insert_release(connection: Connection, chance: random.Random) -> str:
    row = dict(chance.choice(rows_of(connection, _release)))
    connection.execute(insert(_release).values({**row, "number": 99, "version": "9.9.9"}))
    return "release r99:"


def swap_releases(connection: Connection, chance: random.Random) -> str:
    one, other = chance.sample(rows_of(connection, _release), 2)
    for row, body in ((one, other["body"]), (other, one["body"])):
        connection.execute(update(_release).where(_release.c.number == row["number"]).values(body=body))
    return f"release r{one['number']}:"


def move_head(connection: Connection, chance: random.Random) -> str:
    service = chance.choice(["website", "shop"])
    connection.execute(update(_service).where(_service.c.service == service).values(chain_hash="0" * 64))
    return f"service {service}:"


def drop_service(connection: Connection, chance: random.Random) -> str:
    service = chance.choice(["website", "shop"])
    connection.execute(delete(_service).where(_service.c.service == service))
    return service


WAYS = (
    alter_history,
    alter_history,
    alter_history,
    delete_history,
    insert_history,
    insert_service,
    swap_history,
    truncate_history,
    alter_release,
    delete_release,
    insert_release,
    swap_releases,
    move_head,
    drop_service,
)


async def test_every_tampering_is_found_and_the_row_is_named(opened: Database) -> None:
    await transactions.story(opened)
    for seed in range(TAMPERS):
        chance, named = random.Random(seed), list[str]()
        way = WAYS[seed % len(WAYS)]

        def tamper(
            connection: Connection,
            way: Callable[[Connection, random.Random], str] = way,
            chance: random.Random = chance,
            named: list[str] = named,
        ) -> None:
            named.append(way(connection, chance))

        found = await tampered(opened, tamper)
        assert found, (seed, way)
        assert any(named[-1] in each for each in found), (seed, way, named, found)
    assert (await opened.read(audit.verify)).findings == ()


def cut_tail(connection: Connection, keep: int = 0) -> None:
    """Cut the last rows off as somebody does who knows the format: the head is moved along."""
    rows = [row for row in rows_of(connection, _history) if row["service"] == "website"]
    rows = [row for row in rows if int(str(row["row"])) <= len(rows) - 2]
    last = rows[-1]
    connection.execute(delete(_history).where(_history.c.service == "website", _history.c.row > last["row"]))
    head = {"chain_row": last["row"], "chain_hash": last["hash"]}
    connection.execute(update(_service).where(_service.c.service == "website").values(head))


async def test_tail_that_was_cut_off_is_found_by_its_anchor(opened: Database) -> None:
    await transactions.story(opened)
    head = (await opened.read(audit.verify)).heads[1]
    found = await tampered(opened, cut_tail, (anchor(head),))
    service, row, _ = head.split(":")
    assert (
        f"history {service}:{row}: an anchor names this row, but the chain ends before it: the tail was cut off"
        in found
    )


async def test_history_written_anew_is_found_by_its_anchor(opened: Database) -> None:
    await transactions.story(opened)
    head = anchor((await opened.read(audit.verify)).heads[1])
    wrong = Anchor(head.service, head.row - 1, head.hash)
    found = await opened.read(partial(audit.verify, anchors=(wrong, Anchor("nowhere", 1, "00"))))
    assert [str(each) for each in found.findings] == [
        f"history website:{wrong.row}: the anchor says another hash: this row or one before it was rewritten",
        "service nowhere: an anchor names it, but it has no history",
    ]


async def test_export_gives_one_line_of_json_per_row(opened: Database) -> None:
    await transactions.story(opened)
    rows = (await opened.read(audit.verify)).rows

    def exported(connection: Connection, service: str = "", release: int = 0) -> list[Row]:
        return [json.loads(line) for line in audit.export(connection, service, release)]

    every = await opened.read(exported)
    assert len(every) == rows
    names = {"service", "row", "at", "actor", "event", "release", "body", "outcome", "hash"}
    assert all(set(line) == names for line in every)
    assert {line["at"] for line in every} == {builders.NOW.isoformat()}
    shop = await opened.read(partial(exported, service="shop"))
    assert [line["row"] for line in shop] == list(range(1, len(shop) + 1))
    first = await opened.read(partial(exported, release=1))
    assert first[0]["event"] == "started"
    assert {line["release"] for line in first} == {1}


async def test_export_gives_tampered_rows_as_they_are(opened: Database) -> None:
    await transactions.story(opened)

    def spoil(connection: Connection) -> None:
        connection.execute(update(_history).where(_history.c.row == 1).values(body="{", outcome="", at=2**62))

    await opened.write(spoil)
    lines = [
        json.loads(line) for line in await opened.read(lambda connection: list(audit.export(connection)))
    ]
    assert [(line["body"], line["outcome"]) for line in lines if line["row"] == 1] == [("{", "")] * 2
