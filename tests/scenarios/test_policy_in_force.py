"""A policy is taken with a number, told where it is weaker, and what it does not name any more starts nothing."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from bot import policy_source
from bot.app import App
from bot.policy_check import compare_with_database
from storage.database import Connection
from tests import databases
from tests.bot.inside import Inside, inside, settings_of
from tests.world import CHANNEL, POLICY, World


def on_github() -> str:
    """Return the policy with a CI that several replicas can share, and a sign-off before staging."""
    policy = POLICY.replace(
        "  here: {kind: local, directory: deploy, pass_env: [DEPLOY_KEY]}\n",
        "  here: {kind: github, url: 'http://127.0.0.1:9', token: '${HUB_TOKEN}'}\n",
    )
    for each, limit in (("staging", ", timeout: 1m"), ("production", "")):
        policy = policy.replace(
            f"{{ci: here, command: [./deploy.sh, {each}]{limit}}}",
            f"{{ci: here, workflow: deploy.yml, inputs: {{environment: {each}}}}}",
        )
    return policy.replace(
        "        url: https://staging.example.org\n",
        "        url: https://staging.example.org\n        protected: true\n        gates: [{sign_off: ops}]\n",
    ).replace("ops: {members: [U0TIM]}", "ops: {members: [U0TIM, U0AMITA]}")


REMOTE = on_github()
WITHOUT_OPS = POLICY.replace("          - {sign_off: ops}\n", "")
OTHER = POLICY.replace("website", "shop")


def write(world: World, policy: str) -> None:
    (world.directory / "shiproom.yml").write_text(policy)


async def reload(bot: Inside, policy: str) -> None:
    write(bot.world, policy)
    await bot.app.reload()


async def until_told(bot: Inside, words: str) -> str:
    irwin = bot.world.person("Irwin")
    return (await irwin.until_sees(CHANNEL, words)).text


async def test_a_weaker_policy_is_told_and_a_stricter_one_is_not(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        await reload(bot, WITHOUT_OPS)
        said = await until_told(bot, "no longer needs")
        assert "The policy of website is weaker now (policy 2, taken " in said
        assert "production no longer needs a sign-off of ops" in said
        weak = bot.app.engine.policy
        await reload(bot, POLICY)
        await reload(bot, POLICY)
        assert bot.app.engine.policy.number == 3
        lines = await compare_with_database(
            bot.app.engine.database, bot.world.directory / "shiproom.yml", weak
        )
        assert "shiproom.yml is policy 2, so a start does not take it" in lines[0]
        assert "WEAKER: website: production no longer needs a sign-off of ops." in lines[1:]
        taken = [row["outcome"] for row in await bot.rows() if row["event"] == "policy_loaded"]
        assert [each["number"] for each in taken] == [1, 2, 3]
        assert taken[0]["policy"] == taken[2]["policy"] == bot.app.engine.policy.fingerprint
        irwin = bot.world.person("Irwin")
        assert sum("policy" in seen.text for seen in irwin.sees(CHANNEL)) == 1


async def test_an_open_release_is_looked_at_once_for_each_policy(tmp_path: Path) -> None:
    """The same lines stood there three times, so that each release was looked at three times."""

    def told(connection: Connection) -> int:
        asked = text("SELECT count(*) FROM effect WHERE kind = 'notify_open'")
        return int(connection.execute(asked).scalar_one())

    async with inside(tmp_path) as bot:
        await bot.world.build("2.4.0")
        await bot.world.says("Andy", "website@2.4.0 to staging")
        await bot.world.until(1, "waiting", "production")
        before = await bot.app.engine.database.read(told)
        await reload(bot, WITHOUT_OPS)
        assert await bot.app.engine.database.read(told) - before == 1


async def test_a_start_does_not_go_back_to_an_older_policy(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        await reload(bot, WITHOUT_OPS)
    async with inside(tmp_path) as bot:
        assert bot.app.engine.policy.number == 2
        assert "Send SIGHUP to go back" in await until_told(
            bot, "policy 2 is in force; this file is policy 1"
        )
        await bot.app.reload()
        assert bot.app.engine.policy.number == 3
    async with inside(tmp_path) as bot:
        assert bot.app.engine.policy.number == 3


async def test_a_file_that_is_being_written_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with inside(tmp_path) as bot:
        monkeypatch.setattr(policy_source, "PAUSE", 0.2)
        write(bot.world, WITHOUT_OPS)

        async def write_on() -> None:
            await asyncio.sleep(0.05)
            write(bot.world, POLICY)

        await asyncio.gather(bot.app.reload(), write_on())
        assert bot.app.engine.policy.number == 1


async def test_a_service_that_is_not_in_the_policy_any_more(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        world = bot.world
        await world.build("1.0.0")
        await world.press("Andy", "Release to staging", "1.0.0 *is ready")
        await world.until(1, "waiting", "production")
        await reload(bot, OTHER)
        assert "not in the policy any more" in await world.says("Andy", "status")
        assert "website is not in the policy any more" in await world.says("Tim", "approve r1 as ops")
        assert "website is not in the policy any more" in await world.says("Amita", "testing r1")
        assert "website is not in the policy any more" in await world.says("Irwin", "why r1")
        assert "cancelled" in await world.says("Tim", "cancel r1")
        await world.until(1, "cancelled")
        assert not world.deployed("production")


@asynccontextmanager
async def second(world: World, **environ: str) -> AsyncGenerator[App]:
    """Run another bot on the same database, with the same file."""
    app = App(settings_of(world, **environ), world.environment() | environ)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


@pytest.fixture
async def replicas(postgres_server: str, tmp_path: Path) -> AsyncIterator[tuple[World, App, App]]:
    async with AsyncExitStack() as stack:
        url = await databases.copied_postgres(postgres_server)
        world = await stack.enter_async_context(World(tmp_path, url, policy=REMOTE))
        await world.migrate()
        first = await stack.enter_async_context(second(world, HUB_TOKEN="token-of-hub"))
        other = await stack.enter_async_context(second(world, HUB_TOKEN="token-of-hub"))
        yield world, first, other


def speak_to(world: World, app: App) -> None:
    world.port = app.port
    world.slack.bot_url = world.url


async def deaf(app: App) -> None:
    """Have a replica miss every notification."""
    # A replica that hears nothing: no setting makes one deaf.
    app._policy_watch.stop()  # noqa: SLF001 # pyright: ignore[reportPrivateUsage]


async def test_a_replica_that_is_behind_decides_nothing_by_the_old_policy(
    replicas: tuple[World, App, App],
) -> None:
    world, first, other = replicas
    await deaf(other)
    speak_to(world, first)
    await world.build("1.0.0")
    await world.press("Andy", "Release to staging", "1.0.0 *is ready")
    await world.until(1, "waiting", "staging")
    write(world, REMOTE.replace("[U0TIM, U0AMITA]", "[U0TIM]"))
    await first.reload()
    assert (first.engine.policy.number, other.engine.policy.number) == (2, 1)
    speak_to(world, other)
    assert "Only ops can" in await world.says("Amita", "approve r1 as ops")
    assert other.engine.policy.number == 2
    assert (await world.release(1))["steps"][0]["sign_offs"] == []
    # A notification reaches who listens, without any decision.
    write(world, REMOTE)
    await other.reload()
    async with asyncio.timeout(10):
        while first.engine.policy.number < 3:  # noqa: ASYNC110 - it raises no event
            await asyncio.sleep(0.02)
    async with second(world, HUB_TOKEN="token-of-hub") as third:
        assert third.engine.policy.number == 3


async def test_a_replica_that_lacks_a_secret_decides_nothing_until_it_has_it(
    replicas: tuple[World, App, App],
) -> None:
    world, first, _ = replicas
    named = REMOTE.replace("HUB_TOKEN", "OTHER_TOKEN")
    async with second(world, HUB_TOKEN="token-of-hub", OTHER_TOKEN="other-token-of-hub") as able:
        write(world, named)
        await able.reload()
        speak_to(world, first)
        said = await world.says("Andy", "lock staging incident")
        assert "this replica lacks the secret OTHER_TOKEN that policy 2 names" in said
        assert "OTHER_TOKEN" in await first.readiness.ready(without_slack=False)
        assert await able.readiness.ready(without_slack=False) == ""
        speak_to(world, able)
        assert "locked" in await world.says("Tim", "lock staging incident")
