"""Clicks a second against a stock bolt app, interleaved: sign-offs accepted, durable and audited, at 16 connections."""

import statistics
from pathlib import Path
from typing import Any

from handlers.release import Release
from storage.opening import open_database
from tests.bench import load, peers, seed

ROUNDS = 5
STEADY_RATE = 200
CARD: list[dict[str, Any]] = [
    {"type": "section", "block_id": f"s{line}", "text": {"type": "mrkdwn", "text": "x" * 44}}
    for line in range(8)
]


def bot_environment(directory: Path, url: str, api: str) -> dict[str, str]:
    """Give the environment of a bot that is measured."""
    return {
        "SLACK_BOT_TOKEN": "xoxb-world",
        "SLACK_SIGNING_SECRET": load.SECRET,
        "SLACK_API_URL": api,
        "DATABASE_URL": url,
        "SHIPROOM_CONFIG": str(directory / "shiproom.yml"),
    }


async def seeded(directory: Path, url: str, releases: int, history: int = 0) -> list[Release]:
    """Make a database with releases that wait for sign-offs, and a long history behind them."""
    path = seed.write_policy(directory)
    database = await open_database(url, alone=True, migrate=True)
    try:
        if history:
            await seed.lengthen(database, history)
        return await seed.seed(database, path, releases)
    finally:
        await database.close()


def every_click(releases: list[Release]) -> list[dict[str, Any]]:
    """Give one click for each (release, person)."""
    return [seed.click(release, user, CARD) for release in releases for user in seed.SIGNERS[:7]]


async def measure(directory: Path, url: str, per_round: int) -> None:
    """Print the rates and their ratios."""
    releases = await seeded(directory, url, (ROUNDS * per_round) // 7 + 1)
    runner, api, _ = await peers.slack_api()
    bot = peers.Peer(["-m", "bot", "run"], bot_environment(directory, url, api))
    stock = peers.Peer(["-m", "tests.bench.stock", "default", "PORT", api])
    pbr = peers.Peer(["-m", "tests.bench.stock", "pbr", "PORT", api])
    try:
        await bot.start("/readyz")
        await stock.start()
        await pbr.start()
        await _rounds(
            {"shiproom": bot, "stock": stock, "stock, process_before_response": pbr}, releases, per_round
        )
    finally:
        for peer in (bot, stock, pbr):
            await peer.stop()
        await runner.cleanup()


async def _rounds(servers: dict[str, peers.Peer], releases: list[Release], per_round: int) -> None:
    clicks = every_click(releases)
    rates: dict[str, list[float]] = {name: [] for name in servers}
    tails: dict[str, list[float]] = {name: [] for name in servers}
    work: dict[str, list[float]] = {name: [] for name in servers}
    for number in range(ROUNDS):
        part = clicks[number * per_round : (number + 1) * per_round]
        for name, server in servers.items():
            before = server.cpu_seconds()
            timed = await load.flood(server.port, [load.signed(click) for click in part])
            work[name].append((server.cpu_seconds() - before) / len(part) * 1000)
            rates[name].append(timed.rate)
            tails[name].append(timed.percentile(0.99))
            if timed.bad:
                print(f"  {name}: {timed.bad} of {len(part)} answers were no 200")
    middle = {name: statistics.median(each) for name, each in rates.items()}
    for name, rate in middle.items():
        tail, cpu = statistics.median(tails[name]), statistics.median(work[name])
        print(f"  {name}: {rate:.0f}/s, p99 {tail:.1f} ms, {cpu:.2f} ms of CPU each")
    for name in list(middle)[1:]:
        print(f"  ratio to {name}: {middle['shiproom'] / middle[name]:.2f}")


async def measure_steady(directory: Path, url: str, releases: list[Release], seconds: int) -> None:
    """Print the p99 at 200 clicks a second, with the history that is in the database."""
    runner, api, _ = await peers.slack_api()
    bot = peers.Peer(["-m", "bot", "run"], bot_environment(directory, url, api))
    try:
        await bot.start("/readyz")
        clicks = every_click(releases)[: STEADY_RATE * seconds]
        timed = await load.steady(bot.port, [load.signed(click) for click in clicks], STEADY_RATE)
        p50, p99 = timed.percentile(0.5), timed.percentile(0.99)
        print(f"  {STEADY_RATE}/s for {seconds} s: p50 {p50:.1f} ms, p99 {p99:.1f} ms, {timed.bad} no 200")
    finally:
        await bot.stop()
        await runner.cleanup()
