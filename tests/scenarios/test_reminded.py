"""Who is waited for is reminded: in their working hours, of everything at once, and no longer than it waits."""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.scenarios.fleet import SERVICE, Fleet, fleet
from tests.virtual_clock import VirtualClock, run_virtually

REMINDED = SERVICE + "    remind: {{after: 30m, then: 1h, escalate: {{after: 2h, to: [developers]}}}}\n"
MINUTE, HOUR = 60.0, 3600.0


def direct(ships: Fleet, user: str) -> list[dict[str, Any]]:
    """List what was sent to a person alone, in order."""
    return [
        sent
        for method, sent, answer in ships.bot.world.slack.calls
        if method == "chat.postMessage" and answer.get("ok") and sent["channel"] == user
    ]


def labels(sent: dict[str, Any]) -> list[str]:
    """List the buttons of a message."""
    rows = (block["elements"] for block in sent["blocks"] if block["type"] == "actions")
    return [each["text"]["text"] for row in rows for each in row]


def channel_texts(ships: Fleet) -> list[str]:
    return [said.text for said in ships.messages()]


async def wait_for_sign_offs(ships: Fleet) -> None:
    """Bring every service to where production waits for ops."""
    for service in ships.services:
        await ships.build(service)
    await ships.until(lambda: len(ships.github.runs) == len(ships.services), 120, lambda: "not started")
    for service in ships.services:
        ships.held.let_go(f"{service}-staging", "success")
    await ships.until(
        lambda: sum(text.startswith("Sign off r") for text in channel_texts(ships)) == len(ships.services),
        300,
        lambda: channel_texts(ships),
    )


def test_people_are_reminded_of_all_that_waits_until_it_is_over(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, 4, service=REMINDED) as ships:
            await wait_for_sign_offs(ships)
            await asyncio.sleep(29 * MINUTE)
            assert direct(ships, "U0TIM") == []
            await asyncio.sleep(3 * MINUTE)
            (first,) = direct(ships, "U0TIM")
            assert len(direct(ships, "U0ANDY")) == 1
            assert first["text"].startswith("4 releases wait for you: r1 s00 1.0")
            assert labels(first) == ["Sign off for ops"] * 3, "the fourth is a line with the words to type"
            assert "/release approve r4 as ops" in str(first["blocks"])
            assert "/archives/C0RELEASES/p" in str(first["blocks"])
            why = await ships.bot.world.says("Tim", "why r1")
            assert "reminded" in why
            assert "is called" in why
            for number in (1, 2, 3):
                await ships.bot.world.says("Tim", f"approve r{number} as ops")
            await asyncio.sleep(1 * HOUR)
            assert len(direct(ships, "U0TIM")) == 2
            assert "r4 s03" in direct(ships, "U0TIM")[-1]["text"]
            await asyncio.sleep(35 * MINUTE)
            assert any(
                "nobody of ops has signed it for production in 2h" in text for text in channel_texts(ships)
            )
            await ships.bot.world.says("Tim", "approve r4 as ops")
            sent = len(direct(ships, "U0TIM"))
            await asyncio.sleep(1.2 * HOUR)
            assert len(direct(ships, "U0TIM")) == sent
            await ships.settle(60)

    run_virtually(story())


def test_nobody_is_reminded_at_night(tmp_path: Path) -> None:
    async def story() -> None:
        evening = VirtualClock(begins=datetime(2026, 11, 23, 17, 5, tzinfo=UTC))
        async with fleet(tmp_path, 1, evening, service=REMINDED) as ships:
            await wait_for_sign_offs(ships)
            await asyncio.sleep(40 * MINUTE)
            assert direct(ships, "U0TIM") == []
            why = await ships.bot.world.says("Tim", "why r1")
            assert "Andy and Tim are reminded" in why.replace("Tim and Andy", "Andy and Tim")
            assert "24 Nov 09:00" in why

    run_virtually(story())


def test_authors_who_asked_hear_that_their_change_is_live(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, 1, service=REMINDED) as ships:
            assert "once I know which are yours" in await ships.bot.world.says("Andy", "notify me")
            assert "direct message already" not in await ships.bot.world.says("Andy", "notify off")
            assert "are not" in await ships.bot.world.says("Andy", "notify off")

    run_virtually(story())
