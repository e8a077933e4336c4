"""Socket Mode: a new address for each try, not ready while no socket is open, one line in the log, a token that is refused."""

import logging
from pathlib import Path

import pytest

from bot import app
from bot.app import App, StartError
from bot.clock import Clock
from bot.health import SLACK_SOCKET, Health
from bot.local_slack.tokens import Tokens
from bot.slack import socket_mode
from tests.bot.inside import Inside, inside, settings_of
from tests.local_slack.fault_injection import ALWAYS, InjectedFault
from tests.virtual_clock import ManualClock
from tests.world import APP_TOKEN, BOT_TOKEN, World, installed_scopes


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ping and try more often, but open no more than ten sockets at once: Slack allows one a minute after that."""
    for name, seconds in {"PING_INTERVAL": 0.2, "SHORTEST_PAUSE": 0.02, "LONGEST_PAUSE": 2.0}.items():
        monkeypatch.setattr(socket_mode, name, seconds)
    monkeypatch.setattr(socket_mode, "REFUSED_PAUSE", 0.05)


@pytest.fixture
def health(monkeypatch: pytest.MonkeyPatch) -> list[Health]:
    """Give the health of the bot that a test starts."""
    made: list[Health] = []

    def make(clock: Clock) -> Health:
        made.append(Health(clock))
        return made[-1]

    monkeypatch.setattr(app, "Health", make)
    return made


async def said(bot: Inside, path: str) -> tuple[int, str]:
    answered = await bot.send(f"GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
    return answered.status, answered.body.decode()


async def test_sockets_are_away_while_the_web_api_answers(
    tmp_path: Path, health: list[Health], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with inside(tmp_path, socket_mode=True) as bot:
            slack = bot.world.slack
            assert "shiproom_slack_socket_up 1.0" in (await said(bot, "/metrics"))[1]
            slack.sockets_away = True
            await slack.sockets.close()
            await bot.until(lambda: len(slack.knocked) > 4)
            status, body = await said(bot, "/readyz")
            assert (status, "Slack is not connected" in body) == (503, True)
            assert "shiproom_slack_socket_up 0.0" in (await said(bot, "/metrics"))[1]
            assert health[0].of(SLACK_SOCKET).refused_since is not None
            assert len(set(slack.knocked)) == len(slack.knocked)
            slack.sockets_away = False
            await bot.until(lambda: bool(slack.sockets.connections))
            assert (await said(bot, "/readyz"))[0] == 200
            assert health[0].of(SLACK_SOCKET).refused_since is None
            assert "is locked" in await bot.world.says("Tim", "lock staging after the outage")
    lines = [each.getMessage() for each in caplog.records if "connected" in each.getMessage()]
    assert len(lines) == 2, lines
    assert lines[0].startswith("Slack is not connected: no socket can be opened (WSServerHandshakeError")
    assert lines[1].startswith("Slack is connected again, after ")
    assert "Traceback" not in caplog.text


async def test_the_very_first_handshake_fails(tmp_path: Path) -> None:
    async with World(tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}", socket_mode=True) as world:
        world.slack.sockets_away = True
        running = App(settings_of(world), world.environment(), ManualClock())
        await running.start()
        try:
            bot = Inside(running, world, ManualClock())
            assert (await said(bot, "/readyz"))[0] == 503
            assert (await said(bot, "/healthz"))[0] == 200
            await bot.until(lambda: len(world.slack.knocked) > 2)
            world.slack.sockets_away = False
            await bot.until(lambda: bool(world.slack.sockets.connections))
            assert (await said(bot, "/readyz"))[0] == 200
        finally:
            await running.stop()


@pytest.mark.parametrize(
    "error", ["invalid_auth", "not_allowed_token_type", "missing_scope", "token_revoked", "forbidden_team"]
)
async def test_a_token_that_slack_refuses_at_the_start(tmp_path: Path, error: str) -> None:
    async with World(tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}", socket_mode=True) as world:
        world.slack.faults.add(InjectedFault("apps.connections.open", "error", code=error, times=ALWAYS))
        running = App(settings_of(world), world.environment(), ManualClock())
        with pytest.raises(StartError, match="Slack refuses SLACK_APP_TOKEN") as refused:
            await running.start()
        assert error in str(refused.value)
        assert "connections:write" in str(refused.value)


async def test_a_token_that_is_revoked_later(
    tmp_path: Path, health: list[Health], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        async with inside(tmp_path, socket_mode=True) as bot:
            slack = bot.world.slack
            slack.api.tokens = Tokens(BOT_TOKEN, "xapp-other", installed_scopes())
            await slack.sockets.close()
            await bot.until(lambda: health[0].of(SLACK_SOCKET).refused_since is not None)
            assert "Slack refuses SLACK_APP_TOKEN" in health[0].of(SLACK_SOCKET).refusal
            assert (await said(bot, "/readyz"))[0] == 503
            slack.api.tokens = Tokens(BOT_TOKEN, APP_TOKEN, installed_scopes())
            await bot.until(lambda: health[0].of(SLACK_SOCKET).refused_since is None)
    assert caplog.text.count("Slack refuses SLACK_APP_TOKEN for Socket Mode (invalid_auth)") == 1
    assert "Traceback" not in caplog.text


async def test_many_refreshes_are_no_outage(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with inside(tmp_path, socket_mode=True) as bot:
        for _ in range(3):
            before = list(bot.world.slack.sockets.connections)
            await bot.world.slack.refresh_connections(0.01)
            await bot.until(lambda seen=before: bot.world.slack.sockets.connections not in ([], seen))
        assert "is locked" in await bot.world.says("Tim", "lock staging after the refreshes")
    assert "not connected" not in caplog.text
