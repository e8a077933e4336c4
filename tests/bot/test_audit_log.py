"""The log of who did what, and of who could not prove who they are: stable fields, no reasons, no flood."""

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from bot import audit_log, auth_failures, logs, origin
from bot.auth_failures import AuthFailures
from bot.http import guard
from tests.bot.inside import Inside, command, inside
from tests.virtual_clock import run_virtually
from tests.world import API_TOKEN, POLICY

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "incidents-0123456789"
TOKENS = 'tokens:\n  - {name: incidents, secret: "${INCIDENTS}", may: [lock]}\nservices:\n'
PROXY = ip_network("127.0.0.0/8")


@pytest.fixture
async def bot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Inside]:
    monkeypatch.setattr(guard, "FAILURES", AuthFailures())
    policy = POLICY.replace("services:\n", TOKENS)
    async with inside(tmp_path, policy, INCIDENTS=TOKEN) as running:
        yield running


@pytest.fixture
def trusting() -> Iterator[None]:
    origin.trust([PROXY])
    yield
    origin.trust([])


def logged(caplog: pytest.LogCaptureFixture, name: str = "shiproom.audit") -> list[dict[str, Any]]:
    """Return the fields of what a logger logged."""
    wanted = {*audit_log.FIELDS, *auth_failures.FIELDS}
    return [
        {key: value for key, value in vars(record).items() if key in wanted}
        for record in caplog.records
        if record.name == name
    ]


async def test_who_did_what(bot: Inside, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await bot.world.build("2.4.0")
    await bot.world.says("Andy", "2.4.0 to staging")
    await bot.world.until(1, "waiting", "production")
    await bot.world.press("Tim", "Sign off", "r1")
    await bot.world.says("Irwin", "lock production because of a secret xoxb-1")
    body = {"service": "website", "environment": "staging", "key": "k", "reason": "incident"}
    assert (await bot.world.api("POST", "/api/v1/locks", body, TOKEN))[0] == 201
    seen = logged(caplog)
    assert all(set(each) == set(audit_log.FIELDS) for each in seen)
    built, started, signed, refused, locked = (
        next(each for each in seen if each["event"] == event)
        for event in ("build_reported", "started", "signed_off", "locked", "locked_by_token")
    )
    assert (signed["actor"], signed["via"], signed["environment"]) == ("U0TIM", "button", "production")
    assert (built["actor_kind"], built["token"], built["via"], built["build"]) == (
        "token", "SHIPROOM_API_TOKEN", "api", "2.4.0",
    )  # fmt: skip
    assert built["source"] == "127.0.0.1"
    assert {key: started[key] for key in ("actor", "actor_kind", "actor_name", "actor_teams", "via")} == {
        "actor": "U0ANDY", "actor_kind": "person", "actor_name": "Andy", "actor_teams": "developers", "via": "command",
    }  # fmt: skip
    subject = [started[key] for key in ("service", "environment", "release", "build", "outcome", "code")]
    assert subject == ["website", "staging", 1, "2.4.0", "accepted", "started"]
    assert re.fullmatch(r"website:\d+:[0-9a-f]{64}", started["head"])
    assert (refused["outcome"], refused["code"], refused["actor"]) == ("refused", "not_in_team", "U0IRWIN")
    assert (locked["actor"], locked["actor_kind"], locked["token"]) == (
        "token:incidents",
        "token",
        "incidents",
    )
    assert (locked["service"], locked["environment"]) == ("website", "staging")
    assert "xoxb-1" not in str(seen)
    assert "incident" not in {str(each["code"]) for each in seen}
    assert not [each for each in seen if each["via"] == "shiproom"], "what nobody did"


async def test_each_service_of_one_request_is_an_action(
    bot: Inside, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await bot.world.says("Tim", "lock everything incident")
    [locked] = [each for each in logged(caplog) if each["event"] == "locked"]
    assert (locked["service"], locked["outcome"], locked["via"]) == ("website", "accepted", "command")
    assert locked["head"].startswith("website:")


@pytest.mark.usefixtures("trusting")
async def test_failed_authentication(bot: Inside, caplog: pytest.LogCaptureFixture) -> None:
    body = command("status")
    forwarded = ("X-Forwarded-For", "6.6.6.6, 203.0.113.7")
    await bot.post("/slack/events", [forwarded, *bot.signed(body, secret="another")], body)
    await bot.post("/slack/events", [forwarded], body)
    await bot.post("/claim", [("X-Forwarded-For", "203.0.113.8"), ("Authorization", "Bearer guess")], b"{}")
    await bot.post("/claim", [], b"{}")
    await bot.post("/api/v1/builds", [("Authorization", "Bearer guess")], b"{}")
    status, _ = await bot.world.api("GET", "/api/v1/releases", token=TOKEN)
    assert status == 403
    seen = logged(caplog, "shiproom.security")
    assert [(each["reason"], each["via"], each["source"], each["path"]) for each in seen] == [
        ("signature", "slack", "203.0.113.7", "/slack/events"),
        ("headers", "slack", "203.0.113.7", "/slack/events"),
        ("claim", "claim", "127.0.0.1", "/claim"),
        ("token", "api", "127.0.0.1", "/api/v1/builds"),
        ("right", "api", "127.0.0.1", "/api/v1/releases"),
    ]
    assert API_TOKEN not in caplog.text
    assert "guess" not in caplog.text


def test_a_flood_is_counted(caplog: pytest.LogCaptureFixture) -> None:
    async def flood() -> None:
        failures = AuthFailures()
        for _ in range(2):
            for _ in range(1000):
                failures.note("token")
            await asyncio.sleep(auth_failures.MINUTE)
        for number in range(5000):
            origin.came_from(f"10.0.{number // 250}.{number % 250}", [], "/claim")
            failures.note("claim", "x\ny")

    run_virtually(flood())
    seen = logged(caplog, "shiproom.security")
    assert len(seen) == 2 * auth_failures.PER_SOURCE + auth_failures.ALL
    assert [each["more"] for each in seen[: 2 * auth_failures.PER_SOURCE]] == [0] * 5 + [995] + [0] * 4
    assert "\n" not in caplog.messages[-1]


@pytest.mark.parametrize(
    ("peer", "forwarded", "source"),
    [
        ("203.0.113.7", ["6.6.6.6"], "203.0.113.7"),
        ("127.0.0.1", [], "127.0.0.1"),
        ("127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["6.6.6.6, 203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["6.6.6.6", "203.0.113.7, 127.0.0.9"], "203.0.113.7"),
        ("127.0.0.1", ["203.0.113.7:4711"], "203.0.113.7"),
        ("127.0.0.1", ["[2001:db8::1]:4711"], "2001:db8::1"),
        ("::ffff:127.0.0.1", ["203.0.113.7"], "203.0.113.7"),
        ("127.0.0.1", ["unknown\nforged"], "127.0.0.1"),
        ("", ["203.0.113.7"], ""),
    ],
)
def test_only_a_trusted_proxy_is_believed(peer: str, forwarded: list[str], source: str) -> None:
    assert origin.source_of(peer, forwarded, [PROXY]) == source


def test_networks_are_read() -> None:
    assert origin.read_networks("10.0.0.0/8, 127.0.0.1,") == [
        ip_network("10.0.0.0/8"),
        ip_network("127.0.0.1"),
    ]
    assert origin.read_networks("10.0.0.0/8,proxy") == "proxy"


def test_fields_are_those_of_the_page() -> None:
    page = (ROOT / "docs" / "audit.md").read_text("utf-8")
    for heading, fields in (
        ("### Actions", audit_log.FIELDS),
        ("### Failed authentication", auth_failures.FIELDS),
    ):
        table = page.partition(heading)[2].partition("\n#")[0]
        assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == fields
    table = page.partition("### Failed authentication")[2]
    assert set(re.findall(r"`(\w+)`: ", table)) == set(auth_failures.REASONS)
    assert set(re.findall(r"`(\w+)`", page.partition("| `via` |")[2].partition("|")[0])) == set(origin.WAYS)


def test_as_json_every_field_is_there(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    root = logging.getLogger()
    kept, level = root.handlers[:], root.level
    try:
        logs.set_up("json", ())
        logging.getLogger("shiproom.audit").info("action", extra=dict.fromkeys(audit_log.FIELDS, "x"))
        written = capsys.readouterr().err
        line = json.loads(written)
    finally:
        root.handlers[:] = kept
        root.setLevel(level)
    assert {*audit_log.FIELDS, "name", "levelname", "message"} <= set(line)
    assert '"name": "shiproom.audit"' in written, "the example of the page looks for it"
