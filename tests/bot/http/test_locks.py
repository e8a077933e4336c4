"""The API's locks and the rights of its tokens: what a program may do, and what it is told otherwise."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, furnished, service
from tests.world import API_TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRETS: dict[str, Any] = {
    "INCIDENTS": "incidents-0123456789",
    "READER": "reader-0123456789ab",
    "OTHER": "another-0123456789",
}
TOKENS = """\
tokens:
  - {name: incidents, secret: "${INCIDENTS}", may: [lock], services: [one, two]}
  - {name: reader, secret: "${READER}", may: [read], services: [two]}
  - {name: other, secret: "${OTHER}", may: [lock, build]}
"""
LOCK = {"service": "one", "key": "INC-7", "reason": "checkout is down"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    policy = HEAD.replace("services:\n", TOKENS + "services:\n")
    policy += service("one") + service("two") + service("three")
    folder = tmp_path_factory.mktemp("bot")
    async with inside(folder, policy, furnish=furnished("one", "two", "three"), **SECRETS) as running:
        yield running


async def call(
    bot: Inside, method: str, path: str, body: object = None, by: str = "INCIDENTS"
) -> tuple[int, Any]:
    return await bot.world.api(method, path, body, token=SECRETS.get(by, by))


@pytest_asyncio.fixture(autouse=True, loop_scope="module")
async def unlocked(bot: Inside) -> AsyncIterator[None]:
    yield
    for by in ("INCIDENTS", "OTHER"):
        for lock in (await call(bot, "GET", "/api/v1/locks", by=by))[1]:
            if lock["own"]:
                await call(bot, "DELETE", f"/api/v1/locks/{lock['key']}", by=by)


async def test_the_same_key_is_the_same_lock(bot: Inside) -> None:
    assert (await call(bot, "POST", "/api/v1/locks", LOCK))[0] == 201
    for changed in (LOCK, {**LOCK, "reason": "worse", "url": "https://inc.example.org/7"}):
        status, said = await call(bot, "POST", "/api/v1/locks", changed)
        assert (status, said["locked"]) == (200, [{"service": "one", "environments": ["production"]}])
    [lock] = (await call(bot, "GET", "/api/v1/locks"))[1]
    shown = {name: lock[name] for name in ("owner", "owner_kind", "own", "key", "reason", "url", "until")}
    assert shown == {
        "owner": "incidents",
        "owner_kind": "token",
        "own": True,
        "key": "INC-7",
        "reason": "worse",
        "url": "https://inc.example.org/7",
        "until": None,
    }


async def test_a_token_lifts_its_own_lock_only(bot: Inside) -> None:
    await call(bot, "POST", "/api/v1/locks", LOCK)
    assert (await call(bot, "DELETE", "/api/v1/locks/INC-7", by="OTHER"))[0] == 404
    status, said = await call(bot, "DELETE", "/api/v1/locks/INC-7")
    assert (status, said["unlocked"]) == (200, [{"service": "one", "environments": ["production"]}])
    status, said = await call(bot, "DELETE", "/api/v1/locks/INC-7")
    assert (status, said["field"]) == (404, "key")


async def test_everything_means_the_services_of_the_token(bot: Inside) -> None:
    body = {"everything": True, "key": "INC-8", "reason": "all is down"}
    status, said = await call(bot, "POST", "/api/v1/locks", body)
    assert (status, [each["service"] for each in said["locked"]]) == (201, ["one", "two"])
    assert {each["service"] for each in (await call(bot, "GET", "/api/v1/locks", by="READER"))[1]} == {"two"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"service": None}, "service"),
        ({"service": "three"}, "service"),
        ({"service": "four"}, "service"),
        ({"everything": True}, "everything"),
        ({"service": "", "everything": True, "environment": "production"}, "environment"),
        ({"everything": "yes"}, "everything"),
        ({"environment": "barn"}, "environment"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"key": ""}, "key"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"until": "tomorrow"}, "until"),
        ({"until": "2027-01-04T08:00:00"}, "until"),
        ({"until": "2020-01-04T08:00:00Z"}, "until"),
        ({"untill": "2027-01-04T08:00:00Z"}, "untill"),
    ],
)
async def test_what_is_wrong_is_named(bot: Inside, changed: dict[str, Any], field: str) -> None:
    status, said = await call(bot, "POST", "/api/v1/locks", {**LOCK, **changed})
    assert (status, said["field"]) == (422, field)
    assert said["error"].endswith(".")


@pytest.mark.parametrize(
    ("by", "method", "path", "wanted"),
    [
        (API_TOKEN, "POST", "/api/v1/locks", "lock"),
        (API_TOKEN, "DELETE", "/api/v1/locks/x", "lock"),
        ("READER", "POST", "/api/v1/locks", "lock"),
        ("READER", "POST", "/api/v1/builds", "build"),
        ("INCIDENTS", "GET", "/api/v1/releases", "read"),
        ("INCIDENTS", "GET", "/api/v1/releases/1", "read"),
        ("INCIDENTS", "POST", "/api/v1/builds", "build"),
    ],
)
async def test_a_token_without_the_right_is_told_which(
    bot: Inside, by: str, method: str, path: str, wanted: str
) -> None:
    status, said = await call(bot, method, path, LOCK if method == "POST" else None, by)
    assert status == 403
    assert f"but not {wanted}" in said["error"]


async def test_what_a_token_may_not_see_is_not_there(bot: Inside) -> None:
    build = {"version": "1.0", "sha": "4be1c9d0", "branch": "main"}
    for name in ("one", "two"):
        assert (await call(bot, "POST", "/api/v1/builds", {**build, "service": name}, API_TOKEN))[0] == 201
        await bot.world.says("Mara", f"{name}@1.0 to staging")
    listed = (await call(bot, "GET", "/api/v1/releases", by="READER"))[1]
    seen = {
        each["service"]: each["number"]
        for each in (await call(bot, "GET", "/api/v1/releases", by=API_TOKEN))[1]
    }
    assert {each["service"] for each in listed} == {"two"}
    assert (await call(bot, "GET", f"/api/v1/releases/{seen['two']}", by="READER"))[0] == 200
    assert (await call(bot, "GET", f"/api/v1/releases/{seen['one']}", by="READER"))[0] == 404


@pytest.mark.parametrize(
    "secret", ["incidents-012345678", "incidents-01234567890", "INCIDENTS-0123456789", ""]
)
async def test_another_secret_is_no_token(bot: Inside, secret: str) -> None:
    assert (await call(bot, "GET", "/api/v1/locks", by=secret))[0] == 401
