"""Effects: in order per destination, leased by one worker at a time, put back, drawn once, forgotten after a while."""

import asyncio
from datetime import datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import select
from sqlalchemy.util import await_only

from handlers.effects import Effect, Notify, PostToThread, Reevaluated, ShowCard, Trigger
from storage import effects
from storage.codec import micros
from storage.database import Connection, Database, write_again
from storage.effects import Task
from storage.opening import connect
from storage.tables import EffectRow, table
from tests.handlers import builders
from tests.handlers.builders import later

LASTS = timedelta(seconds=30)
NOW = builders.NOW


async def add(database: Database, *given: Effect, now: datetime = NOW) -> None:
    await write_again(database, partial(effects.add, effects=given, now=now))


async def claim(database: Database, now: datetime = NOW, owner: str = "one", most: int = 10) -> list[Task]:
    return await database.write(partial(effects.claim, owner=owner, now=now, lasts=LASTS, most=most))


async def done(database: Database, task: Task, now: datetime = NOW, failure: str | None = None) -> None:
    await database.write(partial(effects.done, task=task, now=now, failure=failure))


async def again(database: Database, task: Task, due: datetime, *, failed: bool = True) -> None:
    back = partial(effects.reschedule, task=task, due=due, why="busy" if failed else None, failed=failed)
    await write_again(database, back)


def names(tasks: list[Task]) -> list[str]:
    return [task.destination for task in tasks]


async def test_one_destination_goes_in_order_and_holds_up_no_other(opened: Database) -> None:
    await add(
        opened,
        PostToThread(1, "first"),
        PostToThread(1, "second"),
        PostToThread(2, "other"),
        Trigger(1, "corr"),
    )
    first = await claim(opened)
    assert sorted(names(first)) == ["run:corr", "thread:1", "thread:2"]
    assert await claim(opened) == []
    (task,) = [each for each in first if each.destination == "thread:1"]
    assert '"first"' in task.body
    await again(opened, task, later(seconds=5))
    assert names(await claim(opened, later(seconds=4))) == []
    (back,) = await claim(opened, later(seconds=5))
    assert (back.id, back.tries) == (task.id, 1)
    await done(opened, back)
    (second,) = await claim(opened, later(seconds=5))
    assert '"second"' in second.body


async def test_order_is_kept_over_many_rows_and_workers(opened: Database) -> None:
    await add(opened, *(PostToThread(thread, f"{line:02}") for line in range(10) for thread in range(4)))
    seen: dict[str, list[str]] = {}
    while tasks := [
        task
        for got in await asyncio.gather(claim(opened, owner="a"), claim(opened, owner="b"))
        for task in got
    ]:
        for task in tasks:
            seen.setdefault(task.destination, []).append(task.body)
            await done(opened, task)
    assert [len(bodies) for bodies in seen.values()] == [10] * 4
    assert all(bodies == sorted(bodies) for bodies in seen.values())


async def test_lease_that_is_over_is_given_to_somebody_else(opened: Database) -> None:
    await add(opened, PostToThread(1, "hello"))
    (task,) = await claim(opened)
    assert await claim(opened, NOW + LASTS, "two") == []
    (taken,) = await claim(opened, NOW + LASTS + timedelta(microseconds=1), "two")
    assert taken.id == task.id


async def test_lease_that_is_over_is_due_again_by_itself(opened: Database) -> None:
    await add(opened, PostToThread(1, "hello"))
    await claim(opened)
    due = await opened.read(effects.next_due)
    assert due is not None
    assert micros(NOW) < due <= micros(NOW + LASTS) + 1


async def test_card_that_waits_to_be_drawn_is_written_once(opened: Database) -> None:
    await add(opened, ShowCard(1))
    await add(opened, ShowCard(1), ShowCard(2))
    tasks = await claim(opened)
    assert sorted(names(tasks)) == ["card:1", "card:2"]
    await add(opened, ShowCard(1))
    await add(opened, ShowCard(1))
    assert await claim(opened) == []
    await done(opened, next(task for task in tasks if task.destination == "card:1"))
    (newer,) = await claim(opened)
    await done(opened, newer)
    assert names(await claim(opened)) == []


async def test_card_put_back_gives_way_to_a_newer_one(opened: Database) -> None:
    await add(opened, ShowCard(1))
    (old,) = await claim(opened)
    await add(opened, ShowCard(1))
    await again(opened, old, later(seconds=3))
    tasks = await claim(opened, later(seconds=3))
    assert len(tasks) == 1
    assert tasks[0].id > old.id
    await done(opened, tasks[0])
    assert await claim(opened, later(hours=1)) == []


async def test_card_put_back_alone_is_drawn_later(opened: Database) -> None:
    await add(opened, ShowCard(1))
    (old,) = await claim(opened)
    await again(opened, old, later(seconds=3), failed=False)
    await add(opened, ShowCard(1))
    (back,) = await claim(opened, later(seconds=3))
    assert (back.id, back.tries) == (old.id, 0)


async def test_start_gives_all_leases_free(opened: Database) -> None:
    await add(opened, PostToThread(1, "hello"), ShowCard(1), ShowCard(2))
    before = await claim(opened)
    await add(opened, ShowCard(1))
    await opened.write(effects.release_leases)
    after = await claim(opened, owner="two")
    assert sorted(names(after)) == sorted(names(before))
    newest = {task.destination: task.id for task in after}
    assert newest["card:1"] > max(task.id for task in before)


async def test_next_due_is_the_first_that_nobody_has(opened: Database) -> None:
    assert await opened.read(effects.next_due) is None
    await add(opened, PostToThread(1, "late"), now=later(minutes=5))
    await add(opened, PostToThread(2, "soon"), now=later(minutes=1))
    assert await opened.read(effects.next_due) == micros(later(minutes=1))
    assert await claim(opened) == []


async def test_hastened_effects_are_due_now(opened: Database) -> None:
    await add(opened, PostToThread(1, "late"), PostToThread(2, "later"), now=later(minutes=5))
    await opened.write(partial(effects.run_now, where="thread:1", now=NOW))
    assert names(await claim(opened)) == ["thread:1"]


def failures(connection: Connection, number: int) -> list[str]:
    """Return what is kept of a release's effects that failed for good, newest first."""
    row = table(EffectRow).c
    kept = select(row.kind, row.failure).where(row.failure.is_not(None), row.release == number)
    return [f"{kind}: {failure}" for kind, failure in connection.execute(kept.order_by(row.id.desc()))]


async def test_what_failed_for_good_is_kept(opened: Database) -> None:
    await add(opened, PostToThread(7, "hello"), Trigger(7, "corr"), PostToThread(8, "other"))
    for task in await claim(opened):
        await done(opened, task, failure="no_channel" if task.release == 7 else None)
    assert await opened.read(partial(failures, number=7)) == [
        "trigger: no_channel",
        "post_to_thread: no_channel",
    ]
    assert await opened.read(partial(failures, number=8)) == []


async def test_prune_forgets_what_was_performed_long_ago(opened: Database) -> None:
    await add(opened, PostToThread(1, "old"), PostToThread(2, "new"), PostToThread(3, "undone"))
    one, two, _ = await claim(opened)
    await done(opened, one, failure="no_channel")
    await done(opened, two, later(days=2), failure="no_channel")
    await opened.write(partial(effects.prune, before=later(days=1)))
    left = [await opened.read(partial(failures, number=number)) for number in (1, 2)]
    assert left == [[], ["post_to_thread: no_channel"]]
    assert names(await claim(opened, later(days=3))) == ["thread:3"]


async def test_internal_events_are_named(opened: Database) -> None:
    await add(opened, Notify(Reevaluated(4)))
    (task,) = await claim(opened)
    assert (task.kind, task.destination) == ("notify:reevaluated", "notify:4")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_claimers_share_without_waiting_and_without_overlap(
    migrated_database: str, opened: Database
) -> None:
    await add(opened, *(PostToThread(thread, "hello") for thread in range(200)))
    claimers = [await connect(migrated_database, alone=False) for _ in range(3)]
    found: list[int] = []

    async def work(claimer: Database, owner: str) -> None:
        while tasks := await claim(claimer, owner=owner, most=7):
            for task in tasks:
                found.append(task.id)
                await done(claimer, task)

    await asyncio.gather(*(work(each, str(place)) for place, each in enumerate(claimers)))
    for each in claimers:
        await each.close()
    assert len(found) == len(set(found)) == 200


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_card_is_drawn_after_the_change_that_wants_it(opened: Database) -> None:
    """A card that waits already must not be drawn from the state before a change that is about to be committed."""
    await add(opened, ShowCard(1))
    written, taken = asyncio.Event(), asyncio.Event()

    def change(connection: Connection) -> None:
        effects.add(connection, [ShowCard(1)], NOW)
        written.set()
        await_only(taken.wait())

    changing = asyncio.gather(opened.write(change))
    await written.wait()
    early = await claim(opened)
    taken.set()
    await changing
    assert early == []
    assert names(await claim(opened)) == ["card:1"]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
async def test_effect_written_while_the_one_before_it_ends_becomes_due(opened: Database) -> None:
    await add(opened, PostToThread(1, "first"))
    (first,) = await claim(opened)
    written, going = asyncio.Event(), asyncio.Event()

    def change(connection: Connection) -> None:
        effects.add(connection, [PostToThread(1, "second")], NOW)
        written.set()
        await_only(going.wait())

    changing = asyncio.gather(opened.write(change))
    await written.wait()
    ending = asyncio.gather(done(opened, first))
    # Whether the end has to wait for the change or not, the change is committed now.
    await asyncio.wait([ending], timeout=0.2)
    going.set()
    await asyncio.gather(changing, ending)
    await opened.write(partial(effects.release_blocked, now=NOW))
    (second,) = await claim(opened)
    assert '"second"' in second.body


async def test_a_lease_that_is_renewed_is_kept(opened: Database) -> None:
    await add(opened, PostToThread(1, "hello"), PostToThread(2, "hello"))
    first = await claim(opened, most=1)
    await claim(opened, owner="two")
    await opened.write(partial(effects.renew, owner="one", until=NOW + 2 * LASTS))
    taken = await claim(opened, NOW + LASTS + timedelta(seconds=1), "three")
    assert [task.id for task in taken] != [task.id for task in first]
    assert len(taken) == 1


async def test_who_lost_the_lease_says_nothing_any_more(opened: Database) -> None:
    await add(opened, PostToThread(1, "first"), PostToThread(1, "second"))
    (slow,) = await claim(opened)
    after = NOW + LASTS + timedelta(seconds=1)
    (taken,) = await claim(opened, after, "two")
    await done(opened, slow, after)
    await again(opened, slow, after)
    assert await claim(opened, after, "three") == []
    await done(opened, taken, after)
    (second,) = await claim(opened, after, "three")
    assert '"second"' in second.body
