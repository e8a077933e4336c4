"""What is under way, as the metrics show it: the same on both databases, and without rows that nobody can read."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import update

from handlers.effects import PostToThread
from handlers.environments import EnvironmentState, ReviewOwed
from handlers.release import Ending, Release, ReleaseState
from handlers.wait import Wait
from storage import effects, environments, releases, under_way
from storage.codec import dump_release, micros
from storage.database import Connection, Database
from storage.history import Head
from storage.tables import ReleaseRow, ServiceRow, table
from storage.under_way import Reviews, UnderWay
from tests.handlers import builders
from tests.handlers.builders import NOW, later

TESTERS = Wait("production", "team:testers", NOW)
REVIEW = ReviewOwed(7, "ops", NOW, later(hours=1))
PLACE = (builders.SERVICE, "production")


async def look(database: Database, at: timedelta = timedelta(0)) -> UnderWay:
    saved = await database.read(partial(under_way.read, now=NOW + at))
    return under_way.summed(saved, NOW + at)


def insert(connection: Connection, *given: Release) -> None:
    for release in given:
        releases.insert_release(connection, release, dump_release(release), None)


def furnish(connection: Connection) -> None:
    waits = builders.release()
    ended = Ending(ReleaseState.CANCELLED, builders.TIM, NOW)
    insert(
        connection,
        replace(waits, waits=(TESTERS, Wait("production", "team:ops", later(minutes=1)))),
        replace(waits, number=2, build=builders.build(2)),
        replace(waits, number=3, build=builders.build(3), ending=ended, waits=(TESTERS,)),
    )
    environments.lock(connection, builders.SERVICE)
    locks = (builders.lock(), builders.lock(until=later(minutes=30)))
    state = EnvironmentState("production", failed=True, locks=locks, reviews=(REVIEW,))
    body, _ = environments.change(connection, builders.SERVICE, {}, {"production": state}, micros(NOW))
    environments.save(connection, Head(builders.SERVICE), body)
    effects.add(connection, (PostToThread(1, "first"), PostToThread(1, "second"), PostToThread(2, "x")), NOW)


async def test_an_empty_database_has_nothing_under_way(opened: Database) -> None:
    assert await look(opened) == UnderWay(0, 0, timedelta(0))


async def test_what_is_under_way(opened: Database) -> None:
    await opened.write(furnish)
    found = await look(opened)
    assert found.releases == {(builders.SERVICE, "waiting"): 2}
    assert [(service, each.on) for service, each in found.waits] == [
        (builders.SERVICE, "team:testers"),
        (builders.SERVICE, "team:ops"),
    ]
    assert found.waits[0][1] == TESTERS
    assert (found.locks, found.reviews) == ({PLACE: 2}, {PLACE: Reviews(1, 0)})
    assert found.failed == {PLACE: True}
    assert (found.effects, found.retrying, found.late) == (3, 0, timedelta(0))
    hours = await look(opened, timedelta(hours=2))
    assert (hours.locks, hours.reviews) == ({PLACE: 1}, {PLACE: Reviews(1, 1)})
    assert hours.late == timedelta(hours=2)


async def test_what_failed_is_tried_again_and_not_late_before(opened: Database) -> None:
    await opened.write(furnish)
    claim = partial(effects.claim, owner="me", now=NOW, lasts=timedelta(seconds=30), most=9)
    for task in await opened.write(claim):
        again = partial(effects.reschedule, task=task, due=later(minutes=5), why="busy", failed=True)
        await opened.write(again)
    found = await look(opened, timedelta(minutes=1))
    assert (found.effects, found.retrying, found.late) == (3, 2, timedelta(0))
    assert (await look(opened, timedelta(minutes=6))).late == timedelta(minutes=1)


async def test_what_cannot_be_read_hides_nothing_else(opened: Database) -> None:
    def spoil(connection: Connection) -> None:
        furnish(connection)
        release, service = table(ReleaseRow), table(ServiceRow)
        connection.execute(update(release).where(release.c.number == 2).values(body='{"waits": 5}'))
        environments.lock(connection, "cart")
        connection.execute(update(service).where(service.c.service == "cart").values(body="{"))

    await opened.write(spoil)
    found = await look(opened)
    assert found.releases == {(builders.SERVICE, "waiting"): 2}
    assert len(found.waits) == 2
    assert found.locks == {PLACE: 2}
