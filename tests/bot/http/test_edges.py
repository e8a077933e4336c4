"""Requests of other programs at the edge: bodies that are too large, and headers that proxies repeat."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.http.api import MOST_BYTES
from tests.bot.inside import inside
from tests.github.hooks import signed
from tests.world import API_TOKEN, POLICY

SECRET = "webhooks-of-the-test"
HUB = "  hub: {kind: github, url: 'http://127.0.0.1:9', token: '${HUB_TOKEN}', webhook_secret: '${HOOK_SECRET}'}\n"
CONNECTED = POLICY.replace("services:\n", f"{HUB}services:\n")
SECRETS: dict[str, Any] = {"HUB_TOKEN": "token-of-the-test", "HOOK_SECRET": SECRET}
BEARER = [("Authorization", f"Bearer {API_TOKEN}")]


def build(title: str, version: str) -> bytes:
    changes = [{"sha": f"{number:07x}", "author": "Mara", "title": title} for number in range(500)]
    fields = {
        "service": "website",
        "version": version,
        "sha": "4be1c9d",
        "branch": "main",
        "changes": changes,
    }
    return json.dumps(fields).encode()


async def test_a_body_that_is_too_large_is_refused_in_json(tmp_path: Path) -> None:
    async with inside(tmp_path, CONNECTED, **SECRETS) as bot:
        large = build("x" * (MOST_BYTES // 499), "2.4.0")
        for path, body in (("/api/v1/builds", large), ("/webhooks/hub", b"x" * 1_100_000)):
            answered = await bot.post(path, BEARER, body)
            assert answered.status == 413
            assert json.loads(answered.body) == {"error": "The body is too large. Nothing was changed."}
        assert (await bot.post("/api/v1/builds", BEARER, build("x" * 10_000, "2.4.1"))).status == 201


@pytest.mark.parametrize(
    ("name", "status"),
    [("X-Forwarded-For", 202), ("Via", 202), ("X-Hub-Signature-256", 401), ("x-hub-signature-256", 401)],
)
async def test_a_header_that_stands_twice(tmp_path: Path, name: str, status: int) -> None:
    """Each of two proxies adds a line; two signatures are no signature."""
    delivery = signed("ping", {"zen": "Keep it logically awesome."}, SECRET)
    value = delivery.headers.get("X-Hub-Signature-256", "") if "Hub" in name else "192.0.2.1"
    repeated = [(name, value)] if "hub" in name.lower() else [(name, value), (name, "192.0.2.2")]
    async with inside(tmp_path, CONNECTED, **SECRETS) as bot:
        answered = await bot.post("/webhooks/hub", [*delivery.headers.items(), *repeated], delivery.body)
    assert answered.status == status
