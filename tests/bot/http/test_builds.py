"""`POST /api/v1/builds`: what is known, what differs, and what is malformed, with the field that is."""

import gzip
import json
from functools import partial
from typing import Any

import pytest

from handlers.build import Build, Change
from storage import audit, builds
from tests.bot.inside import Answered, Header, Inside
from tests.world import API_TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

GOOD: dict[str, Any] = {
    "service": "website",
    "version": "1.0.0",
    "sha": "4be1c9d0",
    "branch": "main",
    "url": "https://ci.example.org/1",
    "digest": "sha256:1",
    "changes": [{"sha": "4be1c9d0", "author": "Mara", "title": "Faster leaderboard"}],
}


def bearer(token: str = API_TOKEN) -> list[Header]:
    return [("Authorization", f"Bearer {token}"), ("Content-Type", "application/json")]


async def report(bot: Inside, **fields: object) -> Answered:
    return await bot.post("/api/v1/builds", bearer(), json.dumps(GOOD | fields).encode())


async def test_a_build_is_taken_once(bot: Inside) -> None:
    assert (await report(bot, version="taken.1")).status == 201
    assert (await report(bot, version="taken.1")).status == 200
    assert (await report(bot, version="taken.1", branch="main", changes=[])).status == 200
    reported = [row for row in await bot.rows() if row["event"] == "build_reported"]
    assert [row["body"]["build"]["version"] for row in reported].count("taken.1") == 1


@pytest.mark.parametrize("other", [{"sha": "0000000"}, {"digest": "sha256:2"}, {"digest": ""}])
async def test_a_build_never_changes(bot: Inside, other: dict[str, str]) -> None:
    await report(bot, version="fixed.1")
    answered = await report(bot, version="fixed.1", **other)
    said = json.loads(answered.body)
    assert (answered.status, said["field"]) == (409, "version")
    assert "4be1c9d0" in said["error"]
    assert "new version" in said["error"]


@pytest.mark.parametrize(
    "left_out", [("url",), ("digest",), ("changes",), ("url", "digest", "changes")], ids=", ".join
)
async def test_what_may_be_left_out(bot: Inside, left_out: tuple[str, ...]) -> None:
    body = {name: value for name, value in GOOD.items() if name not in left_out}
    body["version"] = "less." + "-".join(left_out)
    assert (await bot.post("/api/v1/builds", bearer(), json.dumps(body).encode())).status == 201


FIELDS: list[tuple[str, Any]] = [
    ("service", None),
    ("service", ""),
    ("service", "nobodys"),
    ("service", ["website"]),
    ("service", "web\nsite"),
    ("service", "\ud800"),
    ("version", None),
    ("version", 1.0),
    ("version", "1.0 beta"),
    ("version", "../1.0"),
    ("version", "<!channel>"),
    ("version", "-1.0"),
    ("version", "1" * 101),
    ("version", "1.0\n"),
    ("sha", None),
    ("sha", "main"),
    ("sha", "4BE1C9D0"),
    ("sha", "4be1c9"),
    ("sha", "a" * 65),
    ("branch", None),
    ("branch", True),
    ("branch", "main\x00"),
    ("branch", "m" * 201),
    ("branch", "\ud800"),
    ("url", "javascript:alert(1)"),
    ("url", "https://example.org/<!channel>"),
    ("url", "https://example.org/" + "x" * 2_000),
    ("url", {"href": "https://example.org"}),
    ("url", "https://example.org/\ud800"),
    ("digest", "sha256:1 2"),
    ("digest", 7),
    ("changes", {}),
    ("changes", "all"),
    ("changes", [{}] * 501),
    ("changes[0]", ["4be1c9d"]),
    ("changes[0].sha", [{"author": "Mara", "title": "x"}]),
    ("changes[1].title", [{"sha": "1", "author": "Mara", "title": ""}, {"sha": "1", "author": "Mara"}]),
    ("changes[0].author", [{"sha": "1", "author": "", "title": "x"}]),
    ("changes[0].author", [{"sha": "1", "author": " \t", "title": "x"}]),
    ("changes[0].sha", [{"sha": "", "author": "Mara", "title": "x"}]),
    ("version", "r7"),
    ("version", "R7"),
    ("version", "cancel"),
    ("version", "Everything"),
    ("number", 0),
    ("number", -1),
    ("number", "7"),
    ("number", 1.5),
    ("number", True),
    ("number", 2**53),
    ("contains", "2.4.1"),
    ("contains[0]", ["2 4"]),
    ("contains[0]", [7]),
    ("changes[0].author", [{"sha": "1", "author": None, "title": "x"}]),
    ("changes[0].title", [{"sha": "1", "author": "Mara", "title": "\ud800"}]),
    ("colour", "blue"),
]


@pytest.mark.parametrize(("field", "value"), FIELDS)
async def test_a_malformed_field_is_named(bot: Inside, field: str, value: object) -> None:
    answered = await report(bot, **{"version": "malformed", field.partition("[")[0]: value})
    said = json.loads(answered.body)
    assert (answered.status, said["field"]) == (422, field)
    assert said["error"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"7",
        b"null",
        b'"build"',
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"version":' + b"9" * 5_000 + b"}",
        gzip.compress(json.dumps(GOOD).encode()),
    ],
    ids=["nothing", "cut", "a list", "a number", "null", "a word", "no text", "deep", "long", "compressed"],
)
async def test_what_is_no_object_is_refused(bot: Inside, body: bytes) -> None:
    answered = await bot.post("/api/v1/builds", bearer(), body)
    assert answered.status == 422
    assert set(json.loads(answered.body)) == {"error", "field"}


async def known_of(bot: Inside, version: str) -> Build:
    read = partial(builds.get, service="website", version=version)
    found = await bot.app.engine.database.read(read)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("body", "changes"),
    [({}, None), ({"changes": None}, None), ({"changes": []}, ())],
    ids=["left out", "null", "none"],
)
async def test_changes_that_nobody_tells_are_not_none(
    bot: Inside, body: dict[str, Any], changes: tuple[Change, ...] | None
) -> None:
    version = f"untold.{len(body)}.{changes is None}"
    fields = {name: value for name, value in GOOD.items() if name != "changes"} | {"version": version} | body
    assert (await bot.post("/api/v1/builds", bearer(), json.dumps(fields).encode())).status == 201
    assert (await known_of(bot, version)).changes == changes


async def test_a_build_posted_again_adds_changes_that_were_unknown_once(bot: Inside) -> None:
    assert (await report(bot, version="later.1", changes=None)).status == 201
    told = [{"sha": "c1", "author": "Mara", "title": "Faster"}]
    assert (await report(bot, version="later.1", changes=told)).status == 200
    others = [{"sha": "c2", "author": "Andy", "title": "Nothing of note"}]
    assert (await report(bot, version="later.1", changes=others)).status == 200
    assert (await report(bot, version="later.1", changes=[])).status == 200
    assert (await known_of(bot, "later.1")).changes == (Change("c1", "Mara", "Faster"),)
    rows = [row for row in await bot.rows() if row["event"] == "build_reported"]
    assert [row["body"]["build"]["version"] for row in rows].count("later.1") == 2
    assert (await bot.app.engine.database.read(audit.verify)).findings == ()


async def test_numbers_order_the_builds_of_a_branch(bot: Inside) -> None:
    for number in (41, 43, 42):
        version, sha = f"numbered.{number}", f"{number:07x}"
        assert (await report(bot, version=version, branch="numbered", sha=sha, number=number)).status == 201
    read = partial(builds.in_branch, service="website", branch="numbered")
    found = await bot.app.engine.database.read(read)
    assert [each.version for each in found] == ["numbered.43", "numbered.42", "numbered.41"]


async def test_what_a_build_claims_to_contain_is_kept_as_a_claim(bot: Inside) -> None:
    assert (await report(bot, version="claims.1", contains=["1.0.0", "2.0.0"])).status == 201
    assert (await known_of(bot, "claims.1")).contains == ("1.0.0", "2.0.0")
    assert (await report(bot, version="claims.1", contains=["3.0.0"])).status == 200
    assert (await known_of(bot, "claims.1")).contains == ("1.0.0", "2.0.0")


async def test_text_from_outside_is_kept_as_it_came(bot: Inside) -> None:
    """Titles may hold anything; they are made harmless where they are shown."""
    changes = [{"sha": "1", "author": "<@U0TIM>", "title": "*<!channel>* \x00 \U0001f680 ` _x_"}]
    assert (await report(bot, version="odd.1", changes=changes)).status == 201


async def test_a_compressed_body_is_refused(bot: Inside) -> None:
    bomb = gzip.compress(b" " * 20_000_000)
    answered = await bot.post("/api/v1/builds", [*bearer(), ("Content-Encoding", "gzip")], bomb)
    assert answered.status in {413, 415}


async def test_a_large_body_is_refused(bot: Inside) -> None:
    assert (await bot.post("/api/v1/builds", bearer(), b" " * 9_000_000)).status == 413
