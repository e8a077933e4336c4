"""Every request on the pages that goes to Shiproom is sent to a running bot, which takes it."""

import asyncio
import json
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, cast

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.docs.pages import Block, blocks
from tests.virtual_clock import ManualClock
from tests.world import API_TOKEN, POLICY

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADDRESS = "127.0.0.1:3000"
TOKENS: dict[str, Any] = {"INCIDENT_TOKEN": "incidents-0123456789", "SHIPROOM_API_TOKEN": API_TOKEN}
"""By the names that the pages use."""

WRITTEN_AT = datetime(2026, 12, 1, tzinfo=UTC)
"""When the pages were written: times on them are later."""

TAKING = 'tokens:\n  - {name: incidents, secret: "${INCIDENT_TOKEN}", may: [lock], services: [website]}\n'
SENT = [block for block in blocks("sh") if re.search(rf"curl .*{re.escape(ADDRESS)}", block.text)]
BODIES = {"/api/v1/builds": {"service", "version", "sha", "branch"}, "/api/v1/locks": {"key", "reason"}}
"""What a body has that is sent to a route."""


def route_of(body: object) -> str:
    """Return where a JSON body belongs; empty if it is no request to Shiproom."""
    keys = set(cast("dict[str, object]", body) if isinstance(body, dict) else ())
    return next((route for route, needed in BODIES.items() if needed <= keys), "")


WRITTEN = [(block, route) for block in blocks("json") if (route := route_of(json.loads(block.text)))]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    policy = POLICY.replace("services:\n", f"{TAKING}services:\n")
    clock = ManualClock(stopped_at=WRITTEN_AT)
    async with inside(tmp_path_factory.mktemp("bot"), policy, clock=clock, **TOKENS) as running:
        await running.world.build("0.9")
        assert "r1" in await running.world.says(
            "Andy", "0.9 to staging"
        )  # the release that the pages ask for
        yield running


@pytest.mark.parametrize("block", SENT, ids=str)
async def test_a_request_is_taken(bot: Inside, block: Block) -> None:
    code = block.text.replace(ADDRESS, f"127.0.0.1:{bot.app.port}")
    quiet = 'curl() { command curl --silent --show-error --fail "$@"; }\n'
    process = await asyncio.create_subprocess_exec(
        *("/bin/sh", "-eu", "-c", quiet + code),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={"PATH": "/usr/bin:/bin", **TOKENS},
    )
    said, wrong = await process.communicate()
    assert (process.returncode, wrong) == (0, b""), f"{block} is refused: {said.decode()}"


@pytest.mark.parametrize(("block", "route"), WRITTEN or [(None, "")])
async def test_a_body_is_taken(bot: Inside, block: Block | None, route: str) -> None:
    body = {"service": "website", "key": "here", "reason": "no page has a body alone"}
    given, where = (json.loads(block.text), route) if block else (body, "/api/v1/locks")
    by = TOKENS["INCIDENT_TOKEN" if where == "/api/v1/locks" else "SHIPROOM_API_TOKEN"]
    status, said = await bot.world.api("POST", where, given, token=by)
    assert status in {200, 201}, f"{block} is refused: {said}"


async def test_requests_are_on_the_pages() -> None:
    assert {path for block in SENT for path in re.findall(r"3000(/[\w/]+)", block.text)} >= {
        *BODIES,
        "/readyz",
    }
    assert route_of({"service": "a", "version": "1", "sha": "b", "branch": "main"}) == "/api/v1/builds"
    assert route_of([]) == route_of({"number": 1}) == ""
