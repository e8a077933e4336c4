"""Windows and freezes over a weekend: what was signed goes on Monday at nine, and what was frozen is asked for again."""

from tests.scenarios.acting import HEAD, service
from tests.scenarios.conftest import Stories
from tests.scenarios.turned.story import Story

OFFICE = """\
        windows: [{days: Mon-Thu, from: "09:00", to: "16:00", last_start: "15:30"}]
"""
FRIDAY, WEDNESDAY = "2026-11-27 16:30", "2026-11-25 10:00"
OPEN = HEAD + service("website")
POLICY = OPEN + OFFICE
FROZEN = OPEN + "    freezes: [{name: audit, from: 2026-11-25, to: 2026-11-28, reason: quiet days}]\n"


async def signed(story: Story, version: str) -> int:
    """Bring a build to staging, and sign it for production."""
    await story.build(version)
    number = await story.starts("Mara", "staging")
    await story.types("Olga", f"approve r{number}")
    return number


async def test_three_signed_releases_go_one_after_the_other_when_the_window_opens(stories: Stories) -> None:
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        numbers = [await signed(website, version) for version in ("1.0", "1.1", "1.2")]
        assert "*signed, ships Mon 30 Nov 09:00*" in website.shown(numbers[0]).text
        friday = website.now
        await website.turn("mon 08:59")
        assert website.deployed("production") == []
        why = await website.types("Irwin", f"why r{numbers[0]}")
        assert "The window of production opens" in why
        await website.turn("mon 09:02")
        assert website.deployed("production") == ["1.0 r1", "1.1 r2", "1.2 r3"]
        pushed = website.pushed("Mara", since=friday)
        assert [each.partition(" in ")[0] for each in pushed] == [
            f"r{number} website {version} went live"
            for number, version in zip(numbers, ("1.0", "1.1", "1.2"), strict=True)
        ], "nobody has to ask again"


async def test_a_freeze_declared_after_the_signatures_counts_and_its_end_starts_nothing(
    stories: Stories,
) -> None:
    async with stories(POLICY, "website", at="2026-11-24 20:00") as (website,):
        number = await signed(website, "1.0")
        await website.reloads(FROZEN)
        await website.turn("wed 09:10")
        assert website.deployed("production") == []
        assert "Production is frozen" in website.shown(number).text
        said = await website.types("Mara", f"r{number} to production")
        assert said.startswith(f"r{number} cannot be requested for production now.")
        assert "production is frozen" in said
        assert website.deployed("production") == []
        frozen = website.now
        await website.turn("sat 00:01")
        assert website.deployed("production") == [], "its end starts nothing"
        [push] = website.pushed("Mara", since=frozen)
        assert push.startswith("Release r1 website 1.0 to production: production is open again")
        await website.press("Mara", "Release to production", number)
        assert website.deployed("production") == ["1.0 r1"]


async def test_windows_changed_by_a_reload_start_nothing(stories: Stories) -> None:
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        number = await signed(website, "1.0")
        await website.reloads(OPEN)
        assert website.deployed("production") == []
        assert "the policy has other windows now" in website.shown(number).text


async def test_who_is_missing_is_called_half_an_hour_before_the_last_start(stories: Stories) -> None:
    async with stories(POLICY, "website", at=WEDNESDAY) as (website,):
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        morning = website.now
        await website.turn("15:00")
        [push] = [each for each in website.pushed("Tim", since=morning) if "soon" in each]
        assert push.startswith("Sign off r1 website 1.0 for production soon: nothing starts there after")
        await website.types("Tim", f"approve r{number}")
        assert website.deployed("production") == ["1.0 r1"]


async def test_a_planned_start_while_the_bot_was_off(stories: Stories, database: str) -> None:
    policy = HEAD + service("website", start="on_request")
    async with stories(policy, "website", at=FRIDAY, database=database) as (website,):
        number = await signed(website, "1.0")
        said = await website.types("Mara", f"r{number} to production at mon 09:00")
        assert said.startswith("r1 is requested for production at Mon 30 Nov 09:00")
        assert "ships Mon 30 Nov 09:00" in website.shown(number).text
        await website.bot.world.kill()
        await website.turn("tue 09:00")
        await website.bot.world.start()
        assert website.deployed("production") == ["1.0 r1"], "late by a day, once"


async def test_the_night_in_which_the_clocks_change_opens_by_the_wall_clock(stories: Stories) -> None:
    night = OPEN + '        windows: [{days: Sun, from: "02:30", to: "06:00"}]\n'
    async with stories(night, "website", at="2027-03-27 23:00") as (website,):
        await signed(website, "1.0")
        await website.turn("2027-03-28 01:59")
        assert website.deployed("production") == []
        await website.turn("2027-03-28 03:01")
        assert website.deployed("production") == ["1.0 r1"], "02:30 does not exist: it opens at 03:00"
