"""Who looks at Home: a view is drawn by one process at a time, and what is drawn is not drawn again."""

import asyncio
from datetime import timedelta
from functools import partial

from storage import home_views
from storage.database import Database
from storage.home_views import SHOWN, HomeView
from storage.opening import connect
from tests.handlers.builders import AMITA, NOW, TIM

LEASE = timedelta(seconds=20)


async def open_home(database: Database, user: str, minutes: int = 0, *, shown: bool = True) -> None:
    now = NOW + timedelta(minutes=minutes)
    await database.write(partial(home_views.opened, user=user, now=now, shown=shown))


async def view_of(database: Database, user: str = AMITA) -> HomeView:
    (found,) = [each for each in await database.read(home_views.everybody) if each.user == user]
    return found


async def claim(database: Database, view: HomeView, owner: str, seconds: float = 0) -> bool:
    now = NOW + timedelta(seconds=seconds)
    return await database.write(partial(home_views.claim, view=view, owner=owner, now=now, until=now + LEASE))


async def draw(database: Database, digest: str, user: str = AMITA) -> None:
    assert await claim(database, await view_of(database, user), "one")
    await database.write(partial(home_views.drawn, user=user, owner="one", digest=digest))


async def test_whoever_opened_last_comes_first(opened: Database) -> None:
    await open_home(opened, AMITA)
    await open_home(opened, TIM, 1)
    assert [each.user for each in await opened.read(home_views.everybody)] == [TIM, AMITA]
    await open_home(opened, AMITA, 2)
    assert [each.user for each in await opened.read(home_views.everybody)] == [AMITA, TIM]
    await opened.write(partial(home_views.forget_older, before=NOW + timedelta(minutes=2)))
    assert [each.user for each in await opened.read(home_views.everybody)] == [AMITA]
    await opened.write(partial(home_views.forget, user=AMITA))
    assert await opened.read(home_views.everybody) == []


async def test_what_is_drawn_stays_known_until_slack_shows_nothing(opened: Database) -> None:
    await open_home(opened, AMITA, shown=False)
    assert (await view_of(opened)).drawn == ""
    await draw(opened, "first")
    await open_home(opened, AMITA, 1)
    assert (await view_of(opened)).drawn == "first"
    await open_home(opened, AMITA, 2, shown=False)
    assert (await view_of(opened)).drawn == ""
    await open_home(opened, TIM)
    assert (await view_of(opened, TIM)).drawn == SHOWN


async def test_a_lease_is_one_process_s_until_it_ends(opened: Database) -> None:
    await open_home(opened, AMITA)
    read = await view_of(opened)
    assert await claim(opened, read, "one")
    assert not await claim(opened, read, "other", 19)
    assert await claim(opened, read, "other", 20)
    await opened.write(partial(home_views.drawn, user=AMITA, owner="one", digest="late"))
    assert (await view_of(opened)).drawn == SHOWN
    await opened.write(partial(home_views.drawn, user=AMITA, owner="other", digest="second"))
    assert (await view_of(opened)).drawn == "second"
    assert not await claim(opened, read, "one", 40)


async def test_what_was_put_off_is_tried_again_when_it_is_opened(opened: Database) -> None:
    await open_home(opened, AMITA)
    read = await view_of(opened)
    assert await claim(opened, read, "one")
    later = NOW + timedelta(hours=1)
    await opened.write(partial(home_views.put_off, user=AMITA, owner="one", until=later))
    assert not await claim(opened, read, "one", 60)
    await open_home(opened, AMITA, 1)
    assert await claim(opened, read, "one", 60)


async def test_of_replicas_that_draw_at_once_one_does(migrated_database: str, database_kind: str) -> None:
    """SQLite has one process; there, what happens at once in it is what can race."""
    one = await connect(migrated_database, alone=False)
    other = one if database_kind == "sqlite" else await connect(migrated_database, alone=False)
    await open_home(one, AMITA)
    for turn in range(5):
        read = await view_of(one)
        tries = [claim(each, read, f"{place}") for place, each in enumerate((one, other, one, other))]
        taken = await asyncio.gather(*tries)
        assert sorted(taken) == [False, False, False, True]
        owner = f"{taken.index(True)}"
        await one.write(partial(home_views.drawn, user=AMITA, owner=owner, digest=f"{turn}"))
    for each in {one, other}:
        await each.close()
