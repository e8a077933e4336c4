"""Locks by several: a person's until Monday, an incident tool's, and what is said at each turn."""

from datetime import UTC, datetime
from pathlib import Path

from tests.bot.inside import ManualClock, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

SECRET = "incidents-0123456789"
TOKENS = """\
tokens:
  - {name: incidents, secret: "${INCIDENTS}", may: [lock]}
services:
"""
SATURDAY = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)


async def test_a_person_and_an_incident_tool_lock_production(tmp_path: Path) -> None:
    policy = HEAD.replace("services:\n", TOKENS) + service("website")
    clock = ManualClock()
    clock.ahead = SATURDAY - clock.now()
    async with inside(tmp_path, policy, clock=clock, furnish=furnished("website"), INCIDENTS=SECRET) as bot:
        website = ServiceScenario(bot, "website")
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        await website.until(number, "waiting", "production")
        said = await website.types("Tim", "lock production until mon 09:00 no releases over the weekend")
        assert "is locked until Mon 30 Nov 2026 09:00 CET" in said
        body = {
            "service": "website",
            "key": "INC-7",
            "reason": "<!channel> *down*",
            "url": "https://inc.example.org/7",
        }
        assert (await bot.world.api("POST", "/api/v1/locks", body, token=SECRET))[0] == 201
        posted = (await website.says("locked by incidents without an end")).text
        assert '"<!channel> \u2217down\u2217". Look at it' in posted, (
            "outside text neither mentions nor formats"
        )
        await website.types("Olga", f"approve r{number}")
        for line in ("where", "status", f"why r{number}"):
            shown = await website.types("Irwin", line)
            assert "locked by Tim until 30 Nov 09:00" in shown
            assert "locked by incidents without an end" in shown
        assert "still locked by incidents" in await website.types("Tim", "unlock production")
        assert "locked by Tim" not in await website.types("Irwin", "where")
        assert (await bot.world.api("DELETE", "/api/v1/locks/INC-7", token=SECRET))[0] == 200
        await website.says("open again, unlocked by incidents")
        asked = await website.release(number)
        assert (asked["state"], asked["steps"][1]["requested"]) == ("waiting", False), (
            "nothing starts by itself"
        )


async def test_an_unlock_says_which_releases_go_on_and_which_have_to_be_requested_again(
    tmp_path: Path,
) -> None:
    names, two = ("website", "cart"), "[{sign_off: testers}, {sign_off: ops}]"
    policy = HEAD + "".join(service(name, two) for name in names)
    async with inside(tmp_path, policy, furnish=furnished(*names)) as bot:
        website = ServiceScenario(bot, "website")
        await website.build("1.0")
        number = await website.starts("Mara", "staging")
        await website.until(number, "waiting", "production")
        await website.types("Tim", "lock staging and production 1h db")
        await website.types("Amita", f"approve r{number} as testers")
        said = await website.types("Tim", "unlock staging and production")
        assert f"r{number} goes on with its last sign-off." in said
        assert "requested again" not in said
        posted = (await website.says("open again, unlocked by Tim")).text
        assert (
            "what waited only for the lock of a protected environment has to be requested again"
            in posted.lower()
        )
        assert "goes on with the last one" in posted
        await website.types("Tim", "lock everything incident")
        assert "You have signed" in await website.types("Olga", f"approve r{number} as ops")
        said = await website.types("Olga", "unlock everything")
        assert "You have no lock there. cart and website are locked by Tim." in said
        said = await website.types("Olga", "unlock everything all")
        assert "cart and website are open again. Lifted: the lock of Tim." in said
        assert f"r{number} has to be requested again: /release r{number} to production." in said
        assert "are not locked" in (said := await website.types("Olga", "unlock everything"))
        assert "cart and website" in said
        assert (await website.release(number))["steps"][1]["requested"] is False
        await website.types("Mara", f"r{number} to production")
        await website.until(number, "done")


async def test_a_lock_of_everything_fits_and_names_what_it_left(tmp_path: Path) -> None:
    names = [f"service-{number}-with-a-long-name" for number in range(26)]
    policy = HEAD.replace("  ops:", "  owners: {members: [U0MARA]}\n  ops:")
    policy += "".join(service(name) for name in names)
    policy += service("payments").replace("operators: [ops]", "operators: [owners]")
    async with inside(tmp_path, policy, furnish=furnished(*names, "payments")) as bot:
        first = ServiceScenario(bot, names[0])
        said = await first.types("Tim", "lock everything incident")
        assert "are locked without an end" in said
        assert "Left as it is: payments. @Mara can do it there." in said
        assert "more" in said
        await first.says("locked by Tim")
        assert "open again" in await first.types("Tim", "unlock everything")
