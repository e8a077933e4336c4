"""Secrets are rotated as docs/security.md says: two tokens at once and a reload, or a restart that reads new ones."""

from pathlib import Path

from tests.bot.inside import Inside, command, inside
from tests.world import API_TOKEN, POLICY, SECRET

OLD, NEW = "old-" + "a1b2c3d4" * 4, "new-" + "e5f6a7b8" * 4
FIRST = '  - {name: incidents, secret: "${INCIDENT_TOKEN}", may: [read]}\n'
SECOND = '  - {name: incidents2, secret: "${INCIDENT_TOKEN_2}", may: [read]}\n'


async def answered(bot: Inside, token: str) -> int:
    """Ask the API with a token; return the status."""
    head = "GET /api/v1/releases HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
    return (await bot.send(f"{head}Authorization: Bearer {token}\r\n\r\n".encode())).status


async def test_a_token_of_the_api_is_replaced_while_both_count(tmp_path: Path) -> None:
    async with inside(
        tmp_path,
        POLICY + "tokens:\n" + FIRST,
        SHIPROOM_API_TOKEN=API_TOKEN,
        INCIDENT_TOKEN=OLD,
        INCIDENT_TOKEN_2=NEW,
    ) as bot:
        policy = tmp_path / "shiproom.yml"
        assert (await answered(bot, OLD), await answered(bot, NEW)) == (200, 401)
        policy.write_text(POLICY + "tokens:\n" + FIRST + SECOND, encoding="utf-8")
        await bot.restart()
        assert (await answered(bot, OLD), await answered(bot, NEW)) == (200, 200)
        policy.write_text(POLICY + "tokens:\n" + SECOND, encoding="utf-8")
        await bot.app.reload()
        assert (await answered(bot, OLD), await answered(bot, NEW)) == (401, 200)


async def test_a_secret_of_the_environment_is_replaced_by_a_restart(tmp_path: Path) -> None:
    async with inside(tmp_path) as bot:
        body = command("status")
        assert (await bot.post("/slack/events", bot.signed(body), body)).status == 200
        bot.world.environ |= {"SLACK_SIGNING_SECRET": NEW}
        await bot.app.reload()
        assert (await bot.post("/slack/events", bot.signed(body, secret=NEW), body)).status == 401
        await bot.restart()
        assert (await bot.post("/slack/events", bot.signed(body, secret=NEW), body)).status == 200
        assert (await bot.post("/slack/events", bot.signed(body, secret=SECRET), body)).status == 401
