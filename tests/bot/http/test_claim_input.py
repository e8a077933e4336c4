"""What is no claim: bodies and headers that fit no shape are refused by what is wrong with them, never by a fault of ours."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.http.claiming import Office, post

pytestmark = pytest.mark.asyncio(loop_scope="module")

GARBAGE: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"claim",
    "half of it": b'{"correlation_id": "',
    "no text": b"\xff\xfe",
    "a list": b"[]",
    "a number": b"1",
    "null": b"null",
    "deep": b"[" * 10_000,
    "nothing in it": b"{}",
    "a field too many": b'{"correlation_id": "a", "run_id": "1", "run_attempt": 1, "sha": "4be1c9d", "user": "x"}',
    "a field twice": b'{"correlation_id": "a", "correlation_id": "b", "run_id": "1", "run_attempt": 1, "sha": "4be1c9d"}',
}


def garbled(**fields: object) -> bytes:
    good = {"correlation_id": "a", "run_id": "1", "run_attempt": 1, "sha": "4be1c9d"}
    return json.dumps({**good, **fields}).encode()


ODD: dict[str, list[Any]] = {
    "correlation_id": ["", None, 1, True, [], {}, "a b", "é", "\x00", "\ud800", "a" * 65, "a\n"],
    "run_id": ["", None, True, 1.5, [], "a b", "\x00", "\ud800", "9" * 201, 10**20, -(10**20)],
    "run_attempt": ["", None, True, 0, -1, 1.0, "0", "one", "٣", 10**9, 10**400],
    "sha": ["", None, 1234567, "4BE1C9D", "4be1c9", "g" * 40, "a" * 65, "4be1c9d\n"],
}


def odd_bodies() -> Iterator[tuple[str, bytes]]:
    for name, values in ODD.items():
        for value in values:
            yield f"{name} {json.dumps(value)[:20]}", garbled(**{name: value})


BODIES = {**GARBAGE, **dict(odd_bodies())}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
async def test_garbage_is_garbage(there: Office, body: bytes) -> None:
    answer = await post(there.bot, "secret", body)
    assert answer.status == 422, answer
    assert set(answer.body) == {"error", "field"}


RAW: dict[str, tuple[list[tuple[str, str | bytes]], bytes, int]] = {
    "no token": ([], b"{}", 401),
    "an empty one": ([("Authorization", "Bearer ")], b"{}", 401),
    "a password": ([("Authorization", "Basic YTpi")], b"{}", 401),
    "two": ([("Authorization", "Bearer a"), ("Authorization", "Bearer b")], b"{}", 401),
    "two words": ([("Authorization", "Bearer a b")], b"{}", 401),
    "no text": ([("Authorization", b"Bearer \xff\xfe")], b"{}", 401),
    "in small letters": ([("authorization", "bearer a")], garbled(), 401),
    "a packed body": ([("Authorization", "Bearer a"), ("Content-Encoding", "gzip")], b"{}", 415),
    "a body of 16 KB": ([("Authorization", "Bearer a")], b" " * 16_384, 422),
    "a larger body": ([("Authorization", "Bearer a")], b" " * 16_385, 413),
    "a large body": ([("Authorization", "Bearer a")], b" " * 2_000_000, 413),
    "odd pieces": ([("Authorization", "Bearer a"), ("Transfer-Encoding", "chunked")], b"zz\r\n\r\n", 400),
}


@pytest.mark.parametrize(("headers", "body", "status"), RAW.values(), ids=RAW)
async def test_odd_requests(
    there: Office, headers: list[tuple[str, str | bytes]], body: bytes, status: int
) -> None:
    assert (await there.bot.post("/claim", headers, body)).status == status
