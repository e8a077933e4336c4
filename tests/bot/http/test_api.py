"""The JSON API's reading side: who may read, what is refused, and the shape of a release as the contract gives it."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from tests.bot.inside import Header, Inside, inside
from tests.world import API_TOKEN, CHANNEL

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROUTES = ["/api/v1/releases", "/api/v1/releases/1"]


async def get(bot: Inside, path: str, *headers: Header) -> tuple[int, Any]:
    lines = [f"GET {path} HTTP/1.1".encode(), b"Host: here", b"Connection: close"]
    lines += [
        f"{name}: ".encode() + (value if isinstance(value, bytes) else value.encode())
        for name, value in headers
    ]
    answered = await bot.send(b"\r\n".join([*lines, b"", b""]))
    return answered.status, json.loads(answered.body)


def token(value: str | bytes) -> Header:
    return "Authorization", value


GOOD = token(f"Bearer {API_TOKEN}")

TOKENS: list[tuple[str, tuple[Header, ...]]] = [
    ("none", ()),
    ("an empty one", (token(""),)),
    ("no token", (token("Bearer "),)),
    ("another one", (token("Bearer another"),)),
    ("half of it", (token(f"Bearer {API_TOKEN[:4]}"),)),
    ("more than it", (token(f"Bearer {API_TOKEN}x"),)),
    ("in capitals", (token(f"Bearer {API_TOKEN.upper()}"),)),
    ("as a password", (token(f"Basic {API_TOKEN}"),)),
    ("bare", (token(API_TOKEN),)),
    ("no text", (token(b"Bearer \xff\xfe"),)),
    ("with an umlaut", (token("Bearer schlüssel"),)),
    ("in a header of its own", (("X-Api-Token", API_TOKEN),)),
]


@pytest.mark.parametrize("path", ROUTES)
@pytest.mark.parametrize("headers", [case[1] for case in TOKENS], ids=[case[0] for case in TOKENS])
async def test_without_the_token_nothing_is_told(bot: Inside, path: str, headers: tuple[Header, ...]) -> None:
    status, said = await get(bot, path, *headers)
    assert (status, set(said)) == (401, {"error"})


@pytest.mark.parametrize("headers", [case[1] for case in TOKENS], ids=[case[0] for case in TOKENS])
async def test_without_the_token_no_build_is_taken(bot: Inside, headers: tuple[Header, ...]) -> None:
    assert (await bot.post("/api/v1/builds", headers, b"{}")).status == 401


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("/api/v1/releases/0", 404, "number"),
        ("/api/v1/releases/999", 404, "number"),
        ("/api/v1/releases/nine", 404, "number"),
        ("/api/v1/releases/-1", 404, "number"),
        ("/api/v1/releases/" + "9" * 5_000, 404, "number"),
        ("/api/v1/releases/%D9%A1", 404, "number"),
        ("/api/v1/releases?state=open", 422, "state"),
        ("/api/v1/releases?limit=0", 422, "limit"),
        ("/api/v1/releases?limit=201", 422, "limit"),
        ("/api/v1/releases?limit=all", 422, "limit"),
        ("/api/v1/releases?limit=" + "9" * 5_000, 422, "limit"),
        ("/api/v1/releases?limit=%D9%A1", 422, "limit"),
    ],
    ids=lambda value: str(value)[:40],
)
async def test_what_cannot_be_read_is_said(bot: Inside, path: str, status: int, field: str) -> None:
    answered, said = await get(bot, path, GOOD)
    assert (answered, said["field"]) == (status, field)


async def test_off_without_its_token(tmp_path: Path) -> None:
    async with inside(tmp_path, SHIPROOM_API_TOKEN="") as bot:
        for path in [*ROUTES, "/api/v1/builds"]:
            answered = await bot.send(f"GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n".encode())
            assert answered.status == 404


def required(**properties: Any) -> Any:  # noqa: ANN401 - a JSON schema
    return {"type": "object", "properties": properties, "required": [*properties]}


def one_of(words: str) -> Any:  # noqa: ANN401
    return {"enum": words.split()}


def many(items: Any) -> Any:  # noqa: ANN401
    return {"type": "array", "items": items}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}
TIME = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"}
NONE = {"type": "null"}
GATE = required(
    kind=TEXT,
    name=TEXT,
    verdict=one_of("open waiting closed"),
    why=TEXT,
    who=many(TEXT),
    until={"anyOf": [TIME, NONE]},
)
STEP = required(
    environment=TEXT,
    state=one_of("pending waiting granted sent running cancelling unknown failed succeeded skipped"),
    attempt=NUMBER,
    requested={"type": "boolean"},
    run={"anyOf": [required(ci=TEXT, id=TEXT, url=TEXT, state=TEXT), NONE]},
    gates=many(GATE),
    sign_offs=many(required(team=TEXT, user=TEXT, at=TIME, note=TEXT, verdict=one_of("yes no"))),
)
RELEASE = required(
    number=NUMBER,
    kind=one_of("normal rollback"),
    service=TEXT,
    build=required(version=TEXT, sha=TEXT, digest=TEXT, branch=TEXT, url=TEXT),
    state=one_of("waiting deploying cancelling unknown failed done rejected cancelled superseded"),
    requester=TEXT,
    created_at=TIME,
    steps=many(STEP),
    history=many(required(row=NUMBER, at=TIME, actor=TEXT, event=TEXT, outcome=TEXT)),
)
"""The contract's JSON of a release; names may be added and none may change."""


def unlike(shown: Any) -> list[str]:  # noqa: ANN401
    """List where a release is not as the contract says."""
    faults: Any = Draft7Validator(RELEASE).iter_errors(shown)  # pyright: ignore[reportUnknownMemberType]
    return [f"{fault.json_path}: {fault.message}" for fault in faults]


@pytest.fixture
async def story(tmp_path: Path) -> AsyncIterator[Inside]:
    """A bot in which r1 went to production and r2 waits for sign-offs with one in."""
    async with inside(tmp_path) as bot:
        world = bot.world
        for number, version in enumerate(("2.4.0", "2.4.1"), 1):
            await world.build(version)
            await world.says("Andy", f"{version} to staging")
            await world.until(number, "waiting", "production")
            await world.says("Tim", f"approve r{number} as ops watching graphs")
            if number == 1:
                await world.says("Amita", "approve r1")
                amita = world.person("Amita")
                await amita.fill(amita.modal, {"Checked": True}).submit()
                await world.until(number, "done")
        yield bot


@pytest.mark.asyncio(loop_scope="function")
async def test_a_release_has_the_shape_of_the_contract(story: Inside) -> None:
    world = story.world
    tim = world.person("Tim")
    shown = await world.release(2)
    assert not unlike(shown)
    assert (shown["state"], shown["requester"], shown["kind"]) == ("waiting", "U0ANDY", "normal")
    staging, production = shown["steps"]
    assert (staging["run"]["ci"], staging["run"]["state"], staging["gates"]) == ("here", "succeeded", [])
    testers, ops = production["gates"][:2]
    assert (testers["kind"], testers["name"], testers["verdict"]) == ("sign_off", "testers", "waiting")
    assert testers["who"] == ["testers"]
    assert "sign_off_missing" in testers["why"]
    assert (ops["name"], ops["verdict"], ops["why"], ops["who"]) == ("ops", "open", "", [])
    assert {gate["kind"] for gate in production["gates"]} == {"sign_off", "branch", "lock", "turn"}
    (signed,) = production["sign_offs"]
    assert (signed["team"], signed["user"], signed["note"]) == ("ops", "U0TIM", "watching graphs")
    assert production["run"] is None
    events = [line["event"] for line in shown["history"]]
    assert {"started", "send_requested", "run_reported", "signed_off"} <= set(events)
    assert [line["row"] for line in shown["history"]] == sorted(line["row"] for line in shown["history"])
    done = await world.release(1)
    assert not unlike(done)
    assert [step["state"] for step in done["steps"]] == ["succeeded", "succeeded"]
    await tim.command("/release", "rollback production to 2.4.0", CHANNEL)
    assert tim.modal is None, "2.4.0 is live there"


@pytest.mark.asyncio(loop_scope="function")
async def test_releases_are_listed_newest_first(story: Inside) -> None:
    world = story.world
    listed = {
        query: [each["number"] for each in (await world.api("GET", f"/api/v1/releases{query}"))[1]]
        for query in (
            "",
            "?service=website",
            "?service=other",
            "?state=done",
            "?state=waiting",
            "?limit=1",
            "?service=website&state=failed",
        )
    }
    assert listed == {
        "": [2, 1],
        "?service=website": [2, 1],
        "?service=other": [],
        "?state=done": [1],
        "?state=waiting": [2],
        "?limit=1": [2],
        "?service=website&state=failed": [],
    }
    _, all_of_them = await world.api("GET", "/api/v1/releases")
    assert not [fault for each in all_of_them for fault in unlike(each)]
