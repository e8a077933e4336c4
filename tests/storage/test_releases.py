"""Releases to rows and back: saved over what was read only, one open release of a build, one grant of an attempt."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from hypothesis import Phase, given, settings
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from handlers.release import Ending, Kind, Release, ReleaseState
from handlers.step import Step, StepState
from storage import codec, messages, plans, release_numbers, releases, wakes
from storage.codec import dump_release
from storage.database import Connection, Database
from storage.messages import Posted
from storage.releases import StaleRevisionError
from storage.tables import PlanRow, table
from tests.handlers import builders
from tests.storage import strategies

PLAN = codec.with_fingerprint(builders.plan())


def release(number: int = 1, **fields: object) -> Release:
    return replace(builders.release(number=number, plan=PLAN), **fields)


def put(connection: Connection, *given: Release) -> None:
    for each in given:
        release_numbers.next_number(connection)
        releases.insert_release(connection, each, dump_release(each), builders.NOW)


def saved(connection: Connection, before: Release, after: Release) -> None:
    releases.save(connection, before, after, dump_release(after), builders.NOW)


def distinct(step: Step, mark: str) -> Step:
    """A release has each environment once, and no correlation id is given twice."""
    intent = None if step.intent is None else replace(step.intent, correlation=mark)
    return replace(step, environment=f"{step.environment}-{mark}", intent=intent)


def examples(count: int) -> list[Release]:
    """Gather releases of any shape; a test that awaits cannot be run once per example."""
    found: list[Release] = []

    @settings(max_examples=count, phases=[Phase.generate], database=None)
    @given(strategies.releases)
    def gather(example: Release) -> None:
        number = len(found) + 1
        named = enumerate(example.steps)
        steps = tuple(distinct(step, f"{number}-{at}") for at, step in named)
        places = tuple(replace(builders.STAGING, name=step.environment) for step in steps)
        plan = codec.with_fingerprint(
            replace(example.plan, environments=(*example.plan.environments, *places))
        )
        build = replace(example.build, version=str(number))
        found.append(replace(example, number=number, steps=steps, build=build, plan=plan))

    gather()
    return found


async def test_release_of_any_shape_comes_back(opened: Database) -> None:
    given_releases = examples(40)
    for each in given_releases:
        await opened.write(lambda connection, each=each: put(connection, each))
        assert await opened.read(partial(releases.get, number=each.number)) == replace(each, revision=1)


async def test_numbers_are_given_in_order_and_only_used_up_when_saved(opened: Database) -> None:
    assert [await opened.write(release_numbers.next_number) for _ in range(2)] == [1, 1]
    await opened.write(lambda connection: put(connection, release(1)))
    assert await opened.write(release_numbers.next_number) == 2


async def test_plan_is_kept_once(opened: Database) -> None:
    other = codec.with_fingerprint(replace(PLAN, channel="C0OTHER"))
    second, third = release(2, build=builders.build(2)), release(3, build=builders.build(3), plan=other)
    await opened.write(lambda connection: put(connection, release(), second, third))
    rows = select(table(PlanRow).c.fingerprint).order_by(table(PlanRow).c.fingerprint)
    kept = await opened.read(lambda connection: list(connection.execute(rows).scalars()))
    assert kept == sorted([other.fingerprint, PLAN.fingerprint])
    assert await opened.read(partial(plans.get, fingerprint=other.fingerprint)) == other
    found = await opened.read(partial(releases.get, number=3))
    assert found is not None
    assert found.plan == other


async def test_only_what_was_read_is_saved_over(opened: Database) -> None:
    await opened.write(lambda connection: put(connection, release()))
    read = await opened.write(partial(releases.lock, number=1))
    assert read is not None
    await opened.write(lambda connection: saved(connection, read, replace(read, note="first")))
    with pytest.raises(StaleRevisionError, match="r1 is no longer at revision 1"):
        await opened.write(lambda connection: saved(connection, read, replace(read, note="second")))
    now = await opened.read(partial(releases.get, number=1))
    assert now is not None
    assert (now.note, now.revision) == ("first", 2)


async def test_second_open_release_of_a_build_cannot_be_saved(opened: Database) -> None:
    await opened.write(lambda connection: put(connection, release(1)))
    with pytest.raises(IntegrityError):
        await opened.write(lambda connection: put(connection, release(2)))
    ended = replace(release(1), ending=Ending(ReleaseState.CANCELLED, "U0TIM", builders.NOW), revision=1)
    await opened.write(lambda connection: saved(connection, ended, ended))
    await opened.write(lambda connection: put(connection, release(2), release(3, kind=Kind.ROLLBACK)))
    found = await opened.read(
        lambda connection: releases.open_of_build(connection, builders.SERVICE, builders.build().version)
    )
    assert found is not None
    assert found.number == 2


async def test_second_grant_of_an_attempt_cannot_be_saved(opened: Database) -> None:
    await opened.write(lambda connection: put(connection, release()))
    before = replace(release(), revision=1)
    one = replace(before, steps=(builders.granted(), before.steps[1]))
    await opened.write(lambda connection: saved(connection, before, one))
    other = builders.granted(intent=builders.intent(correlation="corr2"))
    again = replace(before, steps=(other, before.steps[1]), revision=2)
    with pytest.raises(IntegrityError):
        await opened.write(lambda connection: saved(connection, replace(before, revision=2), again))
    second = replace(other, attempt=2)
    retried = replace(again, steps=(second, before.steps[1]))
    await opened.write(lambda connection: saved(connection, replace(one, revision=2), retried))
    found = [
        await opened.read(partial(releases.of_correlation, correlation=each)) for each in ("corr1", "corr2")
    ]
    assert found == [1, 1]
    assert await opened.read(partial(releases.of_correlation, correlation="nobody's")) == 0


async def test_lists_hold_what_they_name(opened: Database) -> None:
    running = builders.under_way(StepState.RUNNING)
    given = (
        release(1),
        release(2, build=builders.build(2), steps=(running, builders.waiting("production"))),
        release(3, build=builders.build(3), kind=Kind.ROLLBACK),
        release(4, build=builders.build(4), ending=Ending(ReleaseState.DONE, "", builders.NOW)),
    )
    await opened.write(lambda connection: put(connection, *given))
    service = builders.SERVICE

    def lists(connection: Connection) -> dict[str, list[int]]:
        return {
            "open": releases.open_numbers(connection, service),
            "same": [each.number for each in releases.open_of_service(connection, service)],
            "flying": [each.number for each in releases.in_flight(connection)],
            "other": releases.open_numbers(connection, "other"),
        }

    expected = {"open": [1, 2, 3], "same": [1, 2, 3], "flying": [2], "other": []}
    assert await opened.read(lists) == expected
    assert await opened.read(partial(releases.get, number=99)) is None


async def test_due_is_what_has_a_time_that_has_come(opened: Database) -> None:
    await opened.write(
        lambda connection: put(
            connection,
            release(1),
            release(2, build=builders.build(2)),
            release(3, build=builders.build(3), ending=Ending(ReleaseState.DONE, "", builders.NOW)),
        )
    )
    await opened.write(lambda connection: wakes.save(connection, 2, builders.later(minutes=1)))
    due = [
        await opened.read(partial(wakes.due, now=builders.NOW + timedelta(seconds=seconds)))
        for seconds in (-1, 0, 60)
    ]
    assert due == [[], [1], [1, 2]]
    await opened.write(lambda connection: wakes.save(connection, 1, None))
    assert await opened.read(partial(wakes.due, now=builders.later(days=1))) == [2]


async def test_the_earliest_time_is_that_of_open_releases(opened: Database) -> None:
    assert await opened.read(wakes.earliest) is None
    ended = release(3, build=builders.build(3), ending=Ending(ReleaseState.DONE, "", builders.NOW))
    await opened.write(
        lambda connection: put(connection, release(1), release(2, build=builders.build(2)), ended)
    )
    for number, minutes in ((1, 5), (2, 3), (3, 1)):
        await opened.write(partial(wakes.save, number=number, wake_at=builders.later(minutes=minutes)))
    assert await opened.read(wakes.earliest) == builders.later(minutes=3)
    await opened.write(partial(wakes.save, number=2, wake_at=None))
    assert await opened.read(wakes.earliest) == builders.later(minutes=5)


async def test_numbers_asked_for_at_once_differ(opened: Database) -> None:
    async def start(order: int) -> int:
        def work(connection: Connection) -> int:
            number = release_numbers.next_number(connection)
            each = release(number, build=builders.build(order))
            releases.insert_release(connection, each, dump_release(each), None)
            return number

        return await opened.write(work)

    numbers = await asyncio.gather(*(start(order) for order in range(1, 21)))
    assert sorted(numbers) == list(range(1, 21))
    count = select(func.count()).select_from(table(PlanRow))
    assert await opened.read(lambda connection: connection.execute(count).scalar_one()) == 1


async def test_cards_that_are_elsewhere_or_nowhere(opened: Database) -> None:
    service = PLAN.service
    at = [Posted(f"card:{number}", "C0HERE", f"{number}.1", "", builders.NOW) for number in (1, 2, 4)]
    elsewhere = replace(at[1], channel="C0THERE")

    def prepare(connection: Connection) -> None:
        for number in (1, 2, 3, 4):
            build = replace(builders.release(number=number, plan=PLAN).build, version=str(number))
            put(connection, release(number, build=build))
        for posted in (at[0], elsewhere, at[2]):
            messages.save(connection, posted)

    await opened.write(prepare)
    find = partial(messages.cards_elsewhere, channels={service: "C0HERE"})
    assert await opened.read(find) == [2, 3]
    assert await opened.read(partial(messages.cards_elsewhere, channels={"another": "C0HERE"})) == []
    await opened.write(partial(messages.forget, posted=at[1]))
    assert await opened.read(partial(messages.find, key="card:2")) == elsewhere, (
        "it was posted again meanwhile"
    )
    await opened.write(partial(messages.forget, posted=at[0]))
    assert await opened.read(find) == [1, 2, 3]
