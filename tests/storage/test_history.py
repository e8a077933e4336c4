"""The rows of a time, of any service, however many there are; and those of several releases."""

from datetime import timedelta
from functools import partial

import pytest

from storage import history
from storage.codec import micros
from storage.database import Connection, Database
from storage.history import Entry, Head
from tests.handlers.builders import NOW, SERVICE, TIM

HOUR = timedelta(hours=1)
ROWS = 9
"""One every hour from NOW on, of r1, r2 and r3 in turns."""


@pytest.fixture
async def filled(opened: Database) -> Database:
    def fill(connection: Connection) -> None:
        for service in ("other", SERVICE):
            head = Head(service)
            for row in range(ROWS):
                entry = Entry(micros(NOW + row * HOUR), TIM, "signed_off", row % 3 + 1, "{}", {})
                head = history.append(connection, head, entry)

    await opened.write(fill)
    return opened


TIMES: list[tuple[int, int, int, list[int]]] = [
    (0, 1, 9, [1]),
    (2, 5, 9, [5, 4, 3]),
    (2, 5, 2, [5, 4]),
    (-5, 0, 9, []),
    (-5, 100, 9, [9, 8, 7, 6, 5, 4, 3, 2, 1]),
    (8, 100, 9, [9]),
    (9, 100, 9, []),
]


async def test_the_rows_of_a_time(filled: Database) -> None:
    for since, until, most, rows in TIMES:
        edges = {"since": micros(NOW + since * HOUR), "until": micros(NOW + until * HOUR)}
        found = await filled.read(partial(history.between, service=SERVICE, most=most, **edges))
        assert [(line.service, line.row) for line in found] == [(SERVICE, row) for row in rows]
    assert (
        await filled.read(partial(history.between, service="none", since=0, until=micros(NOW), most=9)) == []
    )


async def test_the_rows_of_several_releases(filled: Database) -> None:
    found = await filled.read(partial(history.of_releases, numbers=[3, 1, 3]))
    assert [line.release for line in found] == [1] * 6 + [3] * 6
    assert await filled.read(partial(history.of_releases, numbers=[])) == []
