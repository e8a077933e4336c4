"""What would hold a build on its way: the gates of a release that is not there yet, or of the open one of that build."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from bot.simulation import UNBORN, AmbiguousBuildError, Case, Simulation, simulate
from handlers import events
from handlers.actions.lock import Locked
from handlers.calendar import Calendar, Freeze, Window
from handlers.policy import Policy
from storage.database import Database
from storage.opening import connect
from tests import databases
from tests.handlers.builders import AMITA, ANDY, NOW, SERVICE, TIM
from tests.storage.transactions import apply_event, build, context, ship

WEEK = timedelta(days=7)
MONDAY = NOW
"""Monday, 10:00."""


@pytest.fixture
async def database(migrated_sqlite: str, tmp_path: Path) -> AsyncIterator[Database]:
    opened = await connect(databases.copied_sqlite(migrated_sqlite, tmp_path), alone=True)
    yield opened
    await opened.close()


def policy(calendar: Calendar | None = None) -> Policy:
    known = context().policy
    return replace(known, calendars={SERVICE: {"production": calendar}}) if calendar is not None else known


async def ask(
    database: Database, version: str, *, to: str = "production", at: datetime = NOW, by: str = ""
) -> Simulation:
    case = Case(SERVICE, version, to, at, by)
    return await database.read(partial(simulate, policy=policy(), case=case))


def codes(found: Simulation) -> dict[str, list[str]]:
    """Return the codes of what holds each step."""
    return {step.environment: [reason.code for reason in step.reasons] for step in found.steps}


def alone(
    calendar: Calendar | None = None, *, at: datetime = NOW, by: str = "", to: str = "production"
) -> Simulation:
    return simulate(None, policy(calendar), Case(SERVICE, "2.4.1", to, at, by))


def test_without_a_database_every_gate_is_asked_as_if_nothing_had_happened() -> None:
    found = alone()
    assert (found.read, found.known, found.release.number) == (False, False, UNBORN)
    assert codes(found) == {"staging": [], "production": ["sign_off_missing", "sign_off_missing"]}
    assert found.steps[0].open
    assert not found.steps[1].open


def test_it_ends_where_the_build_is_to_go() -> None:
    assert codes(alone(to="staging")) == {"staging": []}


def test_who_starts_it_cannot_sign_it() -> None:
    nobody, amita = alone().steps[1].cannot_sign, alone(by=AMITA).steps[1].cannot_sign
    assert AMITA not in nobody["testers"]
    assert AMITA in amita["testers"]


def test_the_calendar_says_when_it_could_start() -> None:
    office = Window(frozenset({0}), time(9), time(16))
    freeze = Freeze("fair", MONDAY + WEEK - timedelta(days=1), MONDAY + WEEK + timedelta(days=1))
    calendar = Calendar(UTC, (office,), (freeze,))
    assert alone(calendar).steps[1].starts_at == MONDAY
    assert codes(alone(calendar))["production"] == ["sign_off_missing", "sign_off_missing"]
    late = MONDAY.replace(hour=17)
    assert codes(alone(calendar, at=late))["production"][2:] == ["window_closed"]
    assert codes(alone(calendar, at=MONDAY + WEEK))["production"][2:] == ["frozen"]
    assert alone(calendar, at=late).steps[1].starts_at == MONDAY.replace(hour=9) + 2 * WEEK
    assert alone(calendar, at=late).steps[0].starts_at == late


async def test_a_build_that_is_not_known_is_taken_for_one_of_the_branch(database: Database) -> None:
    found = await ask(database, "9.9.9")
    assert (found.read, found.known, found.release.build.branch) == (True, False, "main")


async def test_a_lock_holds_it_until_it_ends(database: Database) -> None:
    await apply_event(database, events.BuildReported(build()))
    until = NOW + timedelta(hours=2)
    await apply_event(database, Locked(SERVICE, ("production",), TIM, "db upgrade", until))
    found = await ask(database, build().version)
    assert (found.known, found.release.number) == (True, UNBORN)
    assert codes(found)["production"] == ["sign_off_missing", "sign_off_missing", "locked"]
    assert found.steps[1].reasons[-1].until == until
    assert "locked" not in codes(await ask(database, build().version, at=until))["production"]


async def test_the_open_release_of_a_build_is_asked_with_its_sign_offs(database: Database) -> None:
    number = await ship(database)
    found = await ask(database, build().version)
    assert found.release.number == number
    assert [step.over for step in found.steps] == [True, False]
    assert found.steps[0].lies_there
    assert codes(found)["production"] == ["sign_off_missing"]
    assert AMITA in found.steps[1].cannot_sign["testers"]


async def test_another_build_waits_for_its_turn(database: Database) -> None:
    await apply_event(database, events.BuildReported(build()))
    started = await apply_event(database, events.Started(build(), "staging", ANDY, (ANDY,)))
    assert started.release is not None
    await apply_event(database, events.BuildReported(build(2)))
    found = await ask(database, build(2).version, to="staging")
    assert codes(found) == {"staging": ["turn"]}
    assert found.steps[0].holder is not None
    assert found.steps[0].holder.number == started.release.number


async def test_what_is_under_way_is_said_as_it_is(database: Database) -> None:
    await apply_event(database, events.BuildReported(build()))
    started = await apply_event(database, events.Started(build(), "staging", ANDY, (ANDY,)))
    assert started.release is not None
    found = await ask(database, build().version)
    assert codes(found)["staging"] == ["being_sent"]


async def test_builds_that_are_named_alike_are_refused(database: Database) -> None:
    for order in (1, 2):
        await apply_event(
            database, events.BuildReported(replace(build(order), sha="abcdef12" + str(order) * 32))
        )
    with pytest.raises(AmbiguousBuildError, match=", "):
        await ask(database, "abcdef1")


async def test_nothing_is_written(database: Database, tmp_path: Path) -> None:
    await ship(database)
    before = stored(tmp_path)
    await ask(database, build().version)
    assert stored(tmp_path) == before


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.glob("*.db"))]
