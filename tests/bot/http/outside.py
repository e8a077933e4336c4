"""A bot with something in it for every route: builds, releases in several states, locks of people and programs, tokens."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service
from tests.world import API_TOKEN

ALL_RIGHTS = "all-rights-0123456789"
LOCKER = "incidents-0123456789"
HOOK = "a long secret of the webhooks, 4be1c9d0c2f1"

TOKENS = """\
  hooked:
    kind: generic
    hosts: [ci.example.org]
    trigger: {url: "https://ci.example.org/start/{{correlation_id}}", id: id}
    status: {url: "https://ci.example.org/runs/{{run_id}}", state: state, map: {ok: succeeded, bad: failed}}
    webhook_secret: "${HOOK}"
    webhook: {id: id}
tokens:
  - {name: everything, secret: "${ALL_RIGHTS}", may: [read, build, lock]}
  - {name: incidents, secret: "${LOCKER}", may: [lock], services: [website]}
services:
"""


@asynccontextmanager
async def outside(directory: Path) -> AsyncGenerator[Inside]:
    """Run the bot; r1 went to production, r2 waits with one sign-off, r3 failed."""
    policy = HEAD.replace("services:\n", TOKENS) + service("website") + service("shop")
    secrets: dict[str, Any] = {"ALL_RIGHTS": ALL_RIGHTS, "LOCKER": LOCKER, "HOOK": HOOK}
    async with inside(directory, policy, furnish=furnished("website", "shop"), **secrets) as bot:
        website, shop = ServiceScenario(bot, "website"), ServiceScenario(bot, "shop")
        await website.build("2.4.0")
        first = await website.starts("Mara", "2.4.0 to staging")
        await bot.world.until(first, "waiting", "production")
        await website.types("Tim", f"approve r{first}")
        await bot.world.until(first, "done")
        await website.build("2.4.1")
        second = await website.starts("Mara", "2.4.1 to staging")
        await bot.world.until(second, "waiting", "production")
        (directory / "deploy" / "fail-shop-staging").write_text("502 from web-3", encoding="utf-8")
        await shop.build("1.0")
        await bot.world.until(await shop.starts("Mara", "1.0 to staging"), "failed")
        await website.types("Tim", "lock production for 2h the database moves")
        lock = {"service": "website", "key": "INC-7", "reason": "checkout is down"}
        for token in (ALL_RIGHTS, LOCKER):
            assert (await bot.world.api("POST", "/api/v1/locks", lock, token=token))[0] == 201
        assert (await bot.world.api("GET", "/api/v1/releases", token=API_TOKEN))[0] == 200
        yield bot
