"""A hold that everybody forgets: its holder is reminded each day, and its end starts nothing."""

from tests.scenarios.acting import HEAD, service
from tests.scenarios.conftest import Stories

POLICY = HEAD + service("website")
FRIDAY = "2026-11-27 16:30"


async def test_a_forgotten_hold_is_told_once_a_day_and_starts_nothing_when_it_ends(stories: Stories) -> None:
    async with stories(POLICY, "website", at=FRIDAY) as (website,):
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        said = await website.types("Tim", f"hold r{number} until wed 09:00 legal looks")
        assert "held" in said
        await website.types("Olga", f"approve r{number}")
        assert website.deployed("production") == [], "it is signed, and held"
        held = website.now
        await website.turn("mon 16:00")
        told = [each for each in website.pushed("Tim", since=held) if "r1" in each and "hold" in each]
        assert len(told) == 2, "on Saturday and on Sunday, each once"
        assert "legal looks" in website.shown(number).text
        await website.turn("wed 09:01")
        assert website.deployed("production") == []
        [push] = [each for each in website.pushed("Mara", since=held) if each.startswith("Release r1")]
        assert "production" in push
        await website.press("Mara", "Release to production", number)
        assert website.deployed("production") == ["1.0 r1"]
