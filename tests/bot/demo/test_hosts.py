"""The local Slack answers only under its own names: a foreign page can point any other name at it (DNS rebinding)."""

import json

import aiohttp
import pytest

from bot.local_slack.workspace import Workspace
from tests.local_slack.slack import SlackForTests
from tests.virtual_clock import ManualClock


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost:1234", 200),
        ("[::1]:8080", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example:8080", 421),
        ("", 421),
    ],
)
async def test_hosts(host: str, status: int) -> None:
    slack = SlackForTests(Workspace(ManualClock().now, "T0"), None, "s", "xoxb-1", "xapp-1")
    await slack.start()
    try:
        async with aiohttp.ClientSession(headers={"Host": host, "Authorization": "Bearer xoxb-1"}) as session:
            for path in ("/ui/config", "/api/auth.test"):
                async with session.get(f"{slack.url}{path}") as answer:
                    assert answer.status == status
            for body in ("[]", "7", "{", '"x"', "null"):
                async with session.post(f"{slack.url}/ui/command", data=body) as answer:
                    assert answer.status == (400 if status == 200 else 421)
                    assert answer.content_type in {"application/json", "text/plain"}
                    assert json.dumps(await answer.text())
    finally:
        await slack.stop()
