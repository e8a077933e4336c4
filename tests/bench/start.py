"""How long a start takes with a policy of so many services, at rest and with a release that waits in each of them."""

import asyncio
import shutil
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from storage.opening import open_database
from tests import databases
from tests.bench import clicks, peers, seed
from tests.github.hub import TOKEN
from tests.github.server import LocalGitHub, local_github
from tests.scenarios.fleet import HEAD, SERVICE
from tests.scenarios.on_github import DEPLOY, WEBHOOK_SECRET
from tests.world import API_TOKEN

STARTS = 3
SERVICES = 500
QUIET = 5.0
"""Seconds after the start within which calls count as its own."""

PATIENCE = 120.0


@dataclass(frozen=True)
class Started:
    """A start: seconds until it was ready and until its first card, CPU, memory, and what it asked."""

    ready: float
    card: float
    cpu: float
    peak: float
    to_ci: int
    to_slack: int


def policy_of(url: str, services: int) -> str:
    """Write a policy whose services have a repository each."""
    sections = (SERVICE.format(name=f"s{number:03}") for number in range(services))
    repositories = (
        section.replace("space-game-web", f"service-{number}") for number, section in enumerate(sections)
    )
    return HEAD.format(url=url) + "".join(repositories)


async def _until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - the process tells nobody
            await asyncio.sleep(0.005)


async def started(directory: Path, url: str, github: LocalGitHub) -> Started:
    """Start a bot, report a build, and wait for its announcement."""
    runner, api, counts = await peers.slack_api()
    github.asked.clear()
    environ = clicks.bot_environment(directory, url, api) | {
        "HUB_TOKEN": TOKEN,
        "HOOK_SECRET": WEBHOOK_SECRET,
        "SHIPROOM_API_TOKEN": API_TOKEN,
        "SHIPROOM_STATE": f"{url.removeprefix('sqlite:///')}.state",
    }
    bot = peers.Peer(["-m", "bot", "run"], environ)
    try:
        began = time.perf_counter()
        await bot.start("/readyz")
        posted = counts.get("chat.postMessage", 0)
        body = {"service": "s001", "version": "9.9.9", "sha": "9" * 40, "branch": "main"}
        headers = {"Authorization": f"Bearer {API_TOKEN}"}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(f"http://127.0.0.1:{bot.port}/api/v1/builds", json=body) as answer,
        ):
            assert answer.status == 201, await answer.text()
        await _until(lambda: counts.get("chat.postMessage", 0) > posted)
        card = time.perf_counter() - began
        await asyncio.sleep(QUIET)
        asked, said = len(github.asked), sum(counts.values())
        return Started(bot.seconds_to_ready, card, bot.cpu_seconds(), bot.peak_megabytes(), asked, said)
    finally:
        await bot.stop()
        await runner.cleanup()


async def measure(directory: Path, services: int = SERVICES) -> None:
    """Print the medians of some starts on a new database, and of some with a release in each service."""
    async with local_github() as github:
        for number in range(services):
            github.repository(f"tailspin/service-{number}").put("deploy.yml", DEPLOY)
        path = directory / "shiproom.yml"
        path.write_text(policy_of(github.url, services))
        for what, count in (("on a new database", 0), ("with a release that waits in each", services)):
            made = directory / str(count)
            made.mkdir()
            url = databases.fresh_sqlite(made)
            if count:
                await _fill(url, path, count)
            kept = made / "kept"
            shutil.copytree(made, kept)
            starts: list[Started] = []
            for number in range(STARTS):
                copy = made / f"start-{number}"
                shutil.copytree(kept, copy)
                starts.append(await started(directory, url.replace(str(made), str(copy)), github))
            _print(f"{services} services {what}", starts)


async def _fill(url: str, path: Path, count: int) -> None:
    database = await open_database(url, alone=True, migrate=True)
    try:
        await seed.seed(database, path, count, {"HUB_TOKEN": TOKEN, "HOOK_SECRET": WEBHOOK_SECRET})
    finally:
        await database.close()


def _print(what: str, starts: list[Started]) -> None:
    def median(of: Callable[[Started], float]) -> float:
        return statistics.median(map(of, starts))

    print(
        f"  {what}: ready after {median(lambda each: each.ready):.2f} s, first message after "
        f"{median(lambda each: each.card):.2f} s, {median(lambda each: each.cpu):.1f} s of CPU, peak "
        f"{median(lambda each: each.peak):.0f} MB; calls until {QUIET:.0f} s later: "
        f"{median(lambda each: each.to_ci):.0f} to the CI, {median(lambda each: each.to_slack):.0f} to Slack"
    )
