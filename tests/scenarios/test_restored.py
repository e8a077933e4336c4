"""A backup is brought back: nothing is deployed, signed or admitted before operators have said what is live."""

import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from storage.opening import open_database
from storage.restoring import after_restore
from tests.scenarios.on_github import Remote, remote
from tests.scenarios.test_github import ONE, TWO, ship, until
from tests.world import CHANNEL

THREE = "3" * 40


async def restore(database: Path, backup: Path, backup_at: datetime) -> None:
    """Put a backup into the place of the database, and apply what that means."""
    for left in database.parent.glob(f"{database.name}*"):
        left.unlink()
    shutil.copy(backup, database)
    opened = await open_database(f"sqlite:///{database}", alone=True)
    await opened.write(lambda connection: after_restore(connection, datetime.now(UTC), backup_at, "operator"))  # noqa: TID251 - the bot of this test runs in real time
    await opened.close()


def copied(database: Path, backup: Path) -> None:
    """Copy the rows of a database as they are now."""
    here, there = sqlite3.connect(database), sqlite3.connect(backup)
    here.backup(there)
    here.close()
    there.close()


async def says(hub: Remote, words: str) -> str:
    return await hub.world.says("Tim", words)


async def begins_in_staging(hub: Remote, number: int, version: str) -> None:
    await hub.world.press("Andy", "Release to staging", f"{version} *is ready*")
    await hub.world.until(number, "waiting", "production")


async def test_nothing_goes_on_from_a_backup_before_operators_confirm(tmp_path: Path) -> None:
    database, backup = tmp_path / "bot.db", tmp_path / "backup.db"
    async with remote(tmp_path, f"sqlite:///{database}", webhooks=False) as hub:
        world = hub.world
        await world.start()
        await hub.build(ONE)
        await ship(hub, 1, "2.4.1")
        await hub.build(TWO, "Safari log-in", "andy")
        await begins_in_staging(hub, 2, "2.4.2")
        copied(database, backup)
        backup_at = datetime.now(UTC)  # noqa: TID251 - the bot of this test runs in real time
        amita = world.person("Amita")
        await world.press("Amita", "Sign off for testers", "r2 website")
        await amita.fill(amita.modal, {"Checked": True}).submit()
        await world.press("Tim", "Sign off for ops", "r2 website")
        await world.until(2, "done")
        await world.stop()
        deployed = hub.deployments()
        await restore(database, backup, backup_at)

        await world.start()
        tim = world.person("Tim")
        told = await tim.until_sees(CHANNEL, "Look at website: the database was restored", within=20)
        assert "/release settle website lost" in told.text
        assert (await world.release(2))["state"] == "cancelled"
        refused = await says(hub, "2.4.2 to staging again")
        assert "Nothing was changed" in refused
        assert "was restored from a backup" in refused
        status, _ = await world.api(
            "POST",
            "/api/v1/builds",
            {"service": "website", "version": "9", "sha": "9" * 40, "branch": "main"},
        )
        assert status == 503
        claim = {"correlation_id": "0" * 16, "run_id": "77", "run_attempt": 1, "sha": TWO}
        assert (await world.api("POST", "/claim", claim))[0] == 503

        async def knows() -> bool:
            return "deployed 2.4.2" in await says(hub, "settle website lost")

        await until(knows)
        asked = await says(hub, "settle website lost")
        assert "production: the backup has 2.4.1 since" in asked
        assert "staging=2.4.2 production=2.4.2" in asked
        assert "Only ops" in await world.says("Mara", "settle website lost staging=2.4.2 production=2.4.2")
        await tim.press([seen for seen in tim.sees(CHANNEL) if seen.private][-1], "Say this")
        assert (
            "production has 2.4.2"
            in (await tim.until_sees(CHANNEL, "confirmed what is live", within=20)).text
        )
        assert "2.4.2" in (await says(hub, "where")).split("production", 1)[1]

        await hub.build(THREE, "Faster again", "mara")
        await begins_in_staging(hub, 1003, "2.4.3")
        assert len(hub.deployments()) == len(deployed) + 1
        assert "2.4.2" in (await says(hub, "where production"))
