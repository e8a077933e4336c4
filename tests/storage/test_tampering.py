"""A thousand random changes to any table: `audit verify` finds each, or it is named as one that changes no decision."""

import random
from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, select
from sqlmodel import SQLModel

from storage import audit, tables
from storage.vouching import CHECKED, UNVOUCHED, UNVOUCHED_COLUMNS, VOUCHED
from tests.house.tree import ROOT
from tests.profile import size
from tests.storage import tampering

PARTS = 4
TAMPERS = size(200, 1000, 5000) // PARTS


@pytest.fixture(scope="module")
def told() -> Iterator[Connection]:
    """Give a database in memory in which the story was told."""
    engine = tampering.in_memory()
    with engine.connect() as connection:
        connection.begin()
        tampering.tell(connection)
        yield connection
    engine.dispose()


def test_story_leaves_rows_in_every_table_and_all_are_vouched_for(told: Connection) -> None:
    found = {
        of.name for of in SQLModel.metadata.sorted_tables if told.execute(select(of)).first() is not None
    }
    assert found == {of.name for of in SQLModel.metadata.sorted_tables}
    assert audit.verify(told).findings == ()
    states = set(told.execute(select(tables.table(tables.ReleaseRow).c.state)).scalars())
    assert len(states) >= 4


@pytest.mark.parametrize("part", range(PARTS))
def test_each_of_a_thousand_tampers_is_found_or_changes_no_decision(told: Connection, part: int) -> None:
    untouched = tampering.decisions(told)
    counted: Counter[str] = Counter()
    seed = part * 1_000_000
    while counted.total() < TAMPERS:
        chance, seed = random.Random(seed), seed + 1
        with told.begin_nested() as savepoint:
            tamper = tampering.tamper(told, chance)
            if tamper is not None:
                found = audit.verify(told).findings
                if found:
                    counted["found"] += 1
                else:
                    assert tamper.needs_no_voucher, (seed - 1, tamper)
                    assert tampering.decisions(told) == untouched, (seed - 1, tamper)
                    counted["without effect"] += 1
            savepoint.rollback()
    assert counted["found"] > TAMPERS / 2
    assert counted["without effect"] > TAMPERS / 20


def test_every_table_is_vouched_for_or_named_with_a_reason() -> None:
    named = [*VOUCHED, *CHECKED, *UNVOUCHED]
    assert sorted(tables.table(each).name for each in named) == sorted(SQLModel.metadata.tables)
    for row, columns in UNVOUCHED_COLUMNS.items():
        assert row in VOUCHED
        assert set(columns) <= {column.name for column in tables.table(row).columns}


def test_page_names_what_nothing_vouches_for() -> None:
    page = (ROOT / "docs" / "storage.md").read_text(encoding="utf-8")
    for row in (*VOUCHED, *CHECKED):
        assert f"| `{tables.table(row).name}` | {CHECKED.get(row, 'digest of each row')} |" in page
    for row, why in UNVOUCHED.items():
        assert f"| `{tables.table(row).name}` | {why} |" in page
    for row, columns in UNVOUCHED_COLUMNS.items():
        for column, why in columns.items():
            assert f"| `{column}` of `{tables.table(row).name}` | {why} |" in page
