"""Reminders are claimed once an hour by one of several replicas; who follows their changes is kept."""

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from storage import followers, reminders
from storage.database import Database
from storage.opening import connect
from tests.handlers.builders import AMITA, NOW, TIM

MINUTE = timedelta(minutes=1)


async def claimed(database: Database, user: str, minutes: int, at: int | None = None) -> bool:
    """Claim a reminder so many minutes from now, which was due then or at another minute."""
    now = NOW + minutes * MINUTE
    due = now if at is None else NOW + at * MINUTE
    return await database.write(partial(reminders.claim, user=user, now=now, at=due))


async def test_a_person_is_reminded_once_an_hour(opened: Database) -> None:
    assert await opened.read(partial(reminders.last, user=AMITA)) is None
    assert await claimed(opened, AMITA, 0)
    assert not await claimed(opened, AMITA, 59)
    assert await claimed(opened, TIM, 59)
    assert await opened.read(partial(reminders.last, user=AMITA)) == NOW
    assert await claimed(opened, AMITA, 60)
    assert await opened.read(partial(reminders.last, user=AMITA)) == NOW + 60 * MINUTE


@pytest.mark.parametrize(("at", "wanted"), [(-1, False), (0, False), (1, True), (61, True)])
async def test_a_reminder_that_a_newer_one_covered_is_dropped(
    opened: Database, at: int, *, wanted: bool
) -> None:
    assert await claimed(opened, AMITA, 0)
    assert await claimed(opened, AMITA, 90, at) is wanted


async def test_of_replicas_that_claim_at_once_one_reminds(migrated_database: str, database_kind: str) -> None:
    """SQLite has one process; there, what happens at once in it is what can race."""
    one = await connect(migrated_database, alone=False)
    other = one if database_kind == "sqlite" else await connect(migrated_database, alone=False)
    for hour in range(5):
        tries = [claimed(each, AMITA, 60 * hour) for each in (one, other, one, other)]
        assert sorted(await asyncio.gather(*tries)) == [False, False, False, True]
    for each in {one, other}:
        await each.close()


async def test_who_follows_is_kept_once(opened: Database) -> None:
    assert await opened.write(partial(followers.add, user=TIM, now=NOW))
    assert not await opened.write(partial(followers.add, user=TIM, now=NOW + MINUTE))
    assert await opened.write(partial(followers.add, user=AMITA, now=NOW))
    assert await opened.read(followers.everybody) == {AMITA, TIM}
    assert await opened.write(partial(followers.remove, user=TIM))
    assert not await opened.write(partial(followers.remove, user=TIM))
    assert await opened.read(followers.everybody) == {AMITA}
