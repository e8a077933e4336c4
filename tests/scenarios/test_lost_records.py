"""The database comes back behind what was confirmed: people and CIs are told so, and nothing is deployed twice."""

import json
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

SERVICES = {"website": service("website"), "shop": service("shop")}


@pytest.fixture
async def bot(tmp_path: Path) -> AsyncIterator[Inside]:
    policy = HEAD + "".join(SERVICES.values())
    async with inside(tmp_path, policy, furnish=furnished(*SERVICES), DEPLOY_KEY="key") as running:
        yield running


def copied(source: Path, target: Path) -> None:
    """Copy the rows of a database into another, as they are now."""
    here, there = sqlite3.connect(source), sqlite3.connect(target)
    here.backup(there)
    here.close()
    there.close()


async def waits(scenario: ServiceScenario) -> int:
    """Bring a build to where production waits."""
    await scenario.build("1.0")
    number = await scenario.starts("Mara", "staging")
    await scenario.until(number, "waiting", "production")
    return number


async def lost(bot: Inside) -> list[str]:
    return json.loads((await bot.get("/readyz")).body).get("lost", [])


async def test_what_a_database_lost_is_not_deployed_again(bot: Inside, tmp_path: Path) -> None:
    website, shop = ServiceScenario(bot, "website"), ServiceScenario(bot, "shop")
    database, older = tmp_path / "shiproom.db", tmp_path / "older.db"
    number, other = await waits(website), await waits(shop)
    copied(database, older)
    await website.types("Tim", f"approve r{number} as ops")
    await website.until(number, "done")
    copied(older, database)

    refused = await website.types("Tim", f"approve r{number} as ops")
    assert refused.startswith("Nothing was changed: the database has lost what was confirmed of website")
    assert "settle website lost" in refused
    seen = await website.says("Look at website: the database has lost what was confirmed")
    assert "/release settle website lost" in seen.push
    assert [line for line in await lost(bot) if line.startswith("website is at row ")]
    assert "has lost what was confirmed" in await website.types("Irwin", f"why r{number}")
    assert "the database has lost what was confirmed" in await website.types("Irwin", "status")
    await website.shows(number, "database has lost what was confirmed")
    build = {"service": "website", "version": "1.1", "sha": "b" * 40, "branch": "main"}
    status, answer = await bot.world.api("POST", "/api/v1/builds", build)
    assert (status, "website" in answer["error"]) == (503, True)

    # What was confirmed of the other service is there, as far as it goes.
    await shop.types("Tim", f"approve r{other} as ops")
    await shop.until(other, "done")
    locked = await website.types("Tim", "lock everything incident")
    assert "Not locked, as the database has lost records there: website" in locked
    await website.types("Tim", "unlock everything")

    assert "Only ops can" in await website.types("Mara", "settle lost 1.0 is live")
    assert "reason" in (await website.types("Tim", "settle lost")).lower()
    assert "goes on from row" in await website.types("Tim", "settle lost 1.0 is live, nothing runs")
    await website.until(number, "cancelled")
    assert await lost(bot) == []
    again = await website.types("Tim", "settle lost once more")
    assert again == "The database has all that was confirmed of website: there is nothing to settle."
    assert len(bot.world.deployed("production")) == 2
    assert "settled that the database had lost records" in await website.types("Irwin", "history 20")

    assert await website.live("1.2") > number
