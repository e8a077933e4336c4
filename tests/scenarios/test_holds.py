"""Holds and takes over the local Slack: a signed release is held and let go, a hold ends by its time, Andy takes for Tim."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.bot.inside import ManualClock, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
REQUESTED = "requested"


async def test_a_signed_release_is_held_and_let_go(tmp_path: Path) -> None:
    async with inside(tmp_path, HEAD + service("website"), furnish=furnished("website")) as bot:
        website = ServiceScenario(bot, "website")
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        await website.until(number, "waiting", "production")
        said = await website.types("Olga", f"hold r{number} legal looks")
        assert f"r{number} is held without an end" in said
        await website.types("Mara", f"r{number} to production")
        signed = await website.types("Olga", f"approve r{number}")
        assert "You have signed" in signed
        assert "holds it" in await website.types("Irwin", f"why r{number}")
        assert "held by" in await website.types("Mara", "mine")
        held = await website.release(number)
        assert (held["state"], held["steps"][1][REQUESTED]) == ("waiting", False)
        assert [each["verdict"] for each in held["steps"][1]["gates"] if each["kind"] == "hold"] == ["closed"]
        assert "can change that" in await website.types("Mara", f"go r{number}")
        said = await website.types("Olga", f"go r{number} legal agrees")
        assert "is held no more. It is asked for in production again." in said
        await website.until(number, "done")


async def test_a_hold_ends_by_its_time_and_starts_nothing(tmp_path: Path) -> None:
    clock = ManualClock()
    clock.ahead = SATURDAY - clock.now()
    async with inside(tmp_path, HEAD + service("website"), clock=clock, furnish=furnished("website")) as bot:
        website = ServiceScenario(bot, "website")
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        await website.until(number, "waiting", "production")
        await website.types("Mara", f"r{number} to production")
        assert "is held until" in await website.types("Tim", f"hold r{number} for 30m db upgrade")
        await website.types("Olga", f"approve r{number}")
        clock.advance(timedelta(minutes=31).total_seconds())
        await website.types("Irwin", f"why r{number}")
        await website.says("it is held no more and all else is done")
        asked = await website.release(number)
        assert (asked["state"], asked["steps"][1][REQUESTED]) == ("waiting", False)
        await website.types("Mara", f"r{number} to production")
        await website.until(number, "done")


async def test_andy_takes_it_so_that_tim_can_sign(tmp_path: Path) -> None:
    head = HEAD.replace("ci:\n", "  managers: {members: [U0TIM]}\nci:\n")
    policy = head + service("website", "[{sign_off: managers}]")
    async with inside(tmp_path, policy, furnish=furnished("website")) as bot:
        website = ServiceScenario(bot, "website")
        await website.build("1.0")
        said = await website.types("Tim", "staging")
        assert "You start it, so nobody of managers can sign it." in said
        [answer] = [each for each in website.private("Tim") if each.text == said]
        assert "Let somebody else start it" in str(answer.message.blocks)
        number = 1
        await website.until(number, "waiting", "production")
        assert "stand for it" in await website.types("Tim", f"approve r{number}")
        await website.types("Tim", f"offer r{number}")
        await website.says("Stand for r1 website 1.0")
        assert "You stand for r1 now" in await website.types("Andy", f"take r{number}")
        await website.types("Tim", f"approve r{number}")
        await website.until(number, "done")
