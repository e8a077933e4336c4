"""Nights and weekends, told in seconds: locks that end, a colleague who leaves, a bot and a machine that are off."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.local_slack.model import User
from tests.scenarios.acting import HEAD, service
from tests.scenarios.conftest import Stories

pytestmark = pytest.mark.timeout(300)

POLICY = HEAD + service("website", timeout="4h")
FRIDAY = "2026-11-27 16:30"
WHOEVER_MAY_START = "Release r1 website 1.0 to production: production is open again"


@pytest.mark.slow
async def test_a_lock_that_ends_on_monday_starts_nothing_and_calls_the_starters_once(
    stories: Stories,
) -> None:
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        said = await website.types("Tim", "lock production until mon 09:00 no releases over the weekend")
        assert "is locked until Mon 30 Nov 2026 09:00 CET" in said
        assert "You have signed r1" in await website.types("Olga", f"approve r{number}")
        friday = website.now
        await website.turn("mon 08:59")
        assert website.pushed("Mara", since=friday) == []
        assert "production is locked" in website.shown(number).text
        await website.turn("mon 09:00")
        assert website.shown_time == "Mon 09:00"
        assert "*ready for production*" in website.shown(number).text
        await website.turn("mon 12:00")
        [push] = website.pushed("Mara", since=friday)
        assert push.startswith(WHOEVER_MAY_START)
        assert website.deployed("production") == [], "nothing starts by itself"
        await website.press("Mara", "Release to production", number)
        assert website.deployed("production") == ["1.0 r1"]
        assert "*went live in production*" in website.shown(number).text


@pytest.mark.slow
async def test_who_left_on_saturday_has_not_signed_on_monday(stories: Stories) -> None:
    """Nobody does anything: Slack is asked again by itself."""
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        await website.types("Tim", "lock production until mon 09:00 upgrade")
        await website.types("Olga", f"approve r{number}")
        await website.turn("sat 12:00")
        assert "Signed by Olga" in website.shown(number).text
        saturday = website.now
        website.bot.world.slack.workspace.put_user(User("U0OLGA", "Olga", deleted=True))
        await website.turn("for 15m")
        assert "Olga may no longer sign for ops" in website.shown(number).text
        assert "Olga may not sign for ops any more: that sign-off does not count." in website.lines(
            number, since=saturday
        )
        await website.turn("mon 09:01")
        await website.types("Mara", f"r{number} to production")
        assert website.deployed("production") == []
        assert "waits for Tim, Amita or Andy" in website.shown(number).text


async def test_a_time_limit_that_ends_while_the_bot_is_off(stories: Stories, database: str) -> None:
    async with stories(POLICY, "website", at=FRIDAY, database=database) as (website,):
        await website.build("1.0")
        website.holds("staging")
        number = await website.starts("Mara", "staging")
        await website.step(number, "running", "staging")
        await website.bot.world.kill()
        await website.turn("sat 16:30")
        saturday = website.now
        await website.bot.world.start()
        assert "The time limit is over: it is being stopped." in website.lines(number, since=saturday)
        await website.step(number, "failed", "staging")
        assert "*ran out of time in staging*" in website.shown(number).text
        [push] = website.pushed("Tim", since=saturday)
        assert push.startswith("Decide on r1 website 1.0: it ran into its time limit in staging")


async def test_a_machine_that_is_off_for_an_hour_in_the_middle_of_a_deployment(stories: Stories) -> None:
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        await website.build("1.0")
        website.holds("staging")
        number = await website.starts("Mara", "staging")
        await website.bot.world.power_cut()
        await website.turn("17:30")
        later = website.now
        await website.bot.world.start()
        await website.step(number, "unknown", "staging")
        await website.turn("for 1h")
        assert "*its run in staging is gone*" in website.shown(number).text
        [push] = website.pushed("Tim", since=later)
        assert push.startswith("Look for r1 website 1.0 in staging and say how it ended")
        assert len(website.deployed("staging")) == 1, "it is not sent again"


@pytest.mark.parametrize(
    ("evening", "until", "ends"),
    [
        ("2026-10-24 23:00", "sun 02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2027-03-27 23:00", "sun 02:30", datetime(2027, 3, 28, 1, 0, tzinfo=UTC)),
        ("2027-03-27 23:00", "sun 03:30", datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),
    ],
    ids=["the first of two", "a time that does not exist", "an hour sooner than it looks"],
)
async def test_a_lock_ends_in_the_night_in_which_the_clocks_change(
    stories: Stories, evening: str, until: str, ends: datetime
) -> None:
    async with stories(POLICY, "website", at=evening) as (website,):
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        assert "is locked until Sun" in await website.types("Tim", f"lock production until {until} upgrade")
        await website.types("Olga", f"approve r{number}")
        locked = website.now
        await website.turn(ends - timedelta(minutes=1))
        assert website.pushed("Mara", since=locked) == []
        await website.turn(ends)
        [push] = website.pushed("Mara", since=locked)
        assert push.startswith(WHOEVER_MAY_START)
        assert website.deployed("production") == []
