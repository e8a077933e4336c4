"""An export that goes on where the last one ended has every row once, whatever is written meanwhile."""

import asyncio
import hashlib
import json
import random
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.commands.export import export_from
from bot.commands.export_places import Directory, Output
from bot.commands.output import CommandError
from handlers.actions.lock import Locked
from storage import export, transaction
from storage.database import Database, write_again
from storage.export import ExportedRow, Scope
from storage.incoming import IncomingEvent
from storage.tables import HistoryRow, table
from tests.handlers.builders import NOW, SERVICE, TIM
from tests.profile import size
from tests.storage import transactions

WRITERS, WRITES = 3, size(15, 15, 400)
SERVICES = (SERVICE, "shop")
ALL = Scope()
_ids = count()


async def lock(database: Database, service: str, at: datetime) -> None:
    """Add a row."""
    incoming = IncomingEvent(f"export {next(_ids)}", Locked(service, ("staging",), TIM, "now"), at)
    known = transactions.context(*SERVICES)
    await write_again(database, partial(transaction.apply_event, incoming=incoming, context=known))


async def exported(database: Database, place: Path, scope: Scope = ALL, **after: int) -> int:
    """Export once, as a process of its own would."""
    directory = Directory(place)
    with directory.locked():
        return await export_from(database, directory, scope, after)


def rows_in(place: Path) -> list[tuple[str, int]]:
    lines = [line for path in sorted(place.glob("*/*.jsonl")) for line in path.read_text().splitlines()]
    return [(row["service"], row["row"]) for row in map(json.loads, lines)]


def lines_by_day(place: Path) -> dict[str, int]:
    return {path.stem: len(path.read_text().splitlines()) for path in sorted(place.glob("*/*.jsonl"))}


async def rows_of(database: Database) -> list[tuple[str, int]]:
    wanted = table(HistoryRow).select().order_by("service", "row")
    found = await database.read(lambda connection: connection.execute(wanted).all())
    return [(row.service, row.row) for row in found]


async def test_every_row_once_while_others_write(opened: Database, tmp_path: Path) -> None:
    chance = random.Random(16)
    place = tmp_path / "export"

    async def write(number: int) -> None:
        for step in range(WRITES):
            late = timedelta(minutes=20 * step + chance.randrange(-40, 40))
            await lock(opened, SERVICES[number % 2], NOW + late)

    writers = [asyncio.ensure_future(write(number)) for number in range(WRITERS)]  # noqa: TID251 - a test's own tasks
    while not all(each.done() for each in writers):
        await exported(opened, place)
        if (torn := chance.choice([*place.glob("*/*.jsonl"), None])) is not None:
            newest = max(torn.parent.glob("*.jsonl"))
            with newest.open("a") as file:  # as a crash in the midst of a line leaves it
                file.write('{"service": "website", "row": 9')
        await asyncio.sleep(0.01)
    await asyncio.gather(*writers)
    await exported(opened, place)
    assert rows_in(place) == await rows_of(opened)
    assert await exported(opened, place) == 0
    for folder in place.iterdir():
        if folder.is_dir():
            sums = dict(line.split("  ")[::-1] for line in (folder / "SHA256SUMS").read_text().splitlines())
            assert sums.keys() == {each.name for each in folder.glob("*.jsonl")}
            assert all(
                hashlib.sha256((folder / name).read_bytes()).hexdigest() == sum_
                for name, sum_ in sums.items()
            )
    heads = [line.split()[0] for line in (place / "heads.txt").read_text().splitlines()]
    ends = await opened.read(partial(export.ends, scope=ALL))
    assert {str(end) for end in ends.values()} <= set(heads)


async def test_the_output_goes_on_after_its_state(
    opened: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    state = str(tmp_path / "cursors.json")
    seen: list[tuple[str, int]] = []
    for service in (SERVICE, "shop", SERVICE):
        await lock(opened, service, NOW)
        await export_from(opened, Output(state), ALL, {})
        seen += [
            (row["service"], row["row"]) for row in map(json.loads, capsys.readouterr().out.splitlines())
        ]
    assert sorted(seen) == await rows_of(opened)


async def test_from_one_time_to_another(opened: Database, tmp_path: Path) -> None:
    for days in range(5):
        await lock(opened, SERVICE, NOW + timedelta(days=days))
    scope = Scope(SERVICE, NOW + timedelta(days=1), NOW + timedelta(days=3))
    assert await exported(opened, tmp_path, scope) == 2
    assert rows_in(tmp_path) == [(SERVICE, 2), (SERVICE, 3)]
    # The next one goes on after that.
    assert await exported(opened, tmp_path) == 2
    assert list(lines_by_day(tmp_path)) == [
        (NOW + timedelta(days=days)).date().isoformat() for days in range(1, 5)
    ]
    assert await exported(opened, tmp_path / "later", Scope(SERVICE, NOW + timedelta(days=9))) == 0
    assert await exported(opened, tmp_path / "after", ALL, **{SERVICE: 4}) == 1


async def alter(database: Database, number: int, column: str, value: str | int) -> None:
    """Change a row behind Shiproom's back."""
    history = table(HistoryRow)
    change = update(history).where(history.c.row == number).values({column: value})
    await database.write(lambda connection: connection.execute(change))


async def test_only_what_the_chain_holds_is_exported(opened: Database, tmp_path: Path) -> None:
    for _ in range(3):
        await lock(opened, SERVICE, NOW)
    await alter(opened, 3, "actor", "U0BERT")
    with pytest.raises(CommandError, match="does not hold at row 3: run `shiproom audit verify`"):
        await exported(opened, tmp_path)
    await alter(opened, 3, "actor", TIM)
    with pytest.raises(CommandError, match="There is no row 9 of website"):
        await exported(opened, tmp_path / "after", ALL, **{SERVICE: 9})
    await alter(opened, 3, "row", 7)
    with pytest.raises(CommandError, match="ends at row 2, but its head says row 3"):
        await exported(opened, tmp_path / "gap")
    await alter(opened, 7, "row", 3)
    assert await exported(opened, tmp_path) == 3
    await alter(opened, 3, "hash", "0" * 64)
    await lock(opened, SERVICE, NOW)
    with pytest.raises(CommandError, match="does not hold row 3 as it was exported"):
        await exported(opened, tmp_path)


async def test_a_clock_that_goes_back_keeps_the_order(opened: Database, tmp_path: Path) -> None:
    """Of two replicas, the one whose clock is behind writes the first row of the day before, after midnight."""
    del opened
    midnight = datetime(2026, 11, 21, tzinfo=UTC)
    rows = [
        ExportedRow(
            midnight + timedelta(seconds=late), number, "ab", json.dumps({"row": number, "hash": "ab"})
        )
        for number, late in enumerate((-5, 5, -1, 7), 1)
    ]
    place = Directory(tmp_path)
    with place.locked():
        for row in rows:
            place.write(SERVICE, [row])
        found = place.cursor(SERVICE)
    assert found is not None
    assert found.row == 4
    assert lines_by_day(tmp_path) == {
        date(2026, 11, 20).isoformat(): 1,
        date(2026, 11, 21).isoformat(): 3,
    }


async def test_two_exports_into_one_directory(tmp_path: Path) -> None:
    place = Directory(tmp_path)
    with (
        place.locked(),
        pytest.raises(CommandError, match="Another export writes to"),
        Directory(tmp_path).locked(),
    ):
        pass
    (tmp_path / SERVICE).mkdir()
    (tmp_path / SERVICE / "2026-11-20.jsonl").write_text("{}\n")
    with pytest.raises(CommandError, match="is no row of the history"):
        place.cursor(SERVICE)
