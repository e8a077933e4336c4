"""Reports by the API: who may ask, of which services and times, and that the numbers are those of the report itself."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator

from bot.reports.report_json import report_json
from bot.reports.requested import ReportRequest, make_report
from tests.bot.inside import Inside, inside
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service
from tests.world import API_TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

READER, LOCKER = "reader-0123456789ab", "locker-0123456789ab"
TOKENS = """\
tokens:
  - {name: reader, secret: "${READER}", may: [read], services: [shop]}
  - {name: locker, secret: "${LOCKER}", may: [lock]}
services:
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    """Run a bot that brought two builds of website live and one of shop, where another failed."""
    policy = HEAD.replace("services:\n", TOKENS) + service("website") + service("shop")
    folder = tmp_path_factory.mktemp("bot")
    furnish = furnished("website", "shop")
    async with inside(folder, policy, furnish=furnish, READER=READER, LOCKER=LOCKER) as running:
        website, shop = ServiceScenario(running, "website"), ServiceScenario(running, "shop")
        await website.live("1.0")
        await website.live("1.1")
        await shop.live("7.0")
        shop.breaks("production")
        await shop.build("7.1")
        number = await shop.starts("Mara", "7.1 to staging")
        await shop.until(number, "waiting", "production")
        await shop.types("Tim", f"approve r{number} as ops")
        await shop.until(number, "failed")
        running.clock.stop()
        yield running


async def asked(bot: Inside, query: str = "", token: str = API_TOKEN) -> tuple[int, Any]:
    return await bot.world.api("GET", f"/api/v1/reports{query}", token=token)


async def test_the_numbers_are_those_of_the_report(bot: Inside) -> None:
    status, said = await asked(bot)
    now, engine = bot.clock.now(), bot.app.engine
    request = ReportRequest(now - timedelta(days=7), now)
    made = report_json(await make_report(engine.database, engine.policy, request))
    assert (status, said) == (200, json.loads(json.dumps(made)))
    measures = {name: said["measures"][name] for name in ("deployed", "changes", "failed", "unrestored")}
    assert measures == {"deployed": 3, "changes": 4, "failed": 1, "unrestored": 1}
    assert {name: found["deployed"] for name, found in said["by_service"].items()} == {
        "shop": 1,
        "website": 2,
    }
    assert [(each["service"], each["version"], each["outcome"]) for each in said["deployments"]] == [
        ("website", "1.0", "succeeded"),
        ("website", "1.1", "succeeded"),
        ("shop", "7.0", "succeeded"),
        ("shop", "7.1", "failed"),
    ]
    assert {"team:ops", "deployment"} <= {each["on"] for each in said["waited"]}


@pytest.mark.parametrize(
    ("query", "token", "services"),
    [
        ("", API_TOKEN, ["shop", "website"]),
        ("?service=website", API_TOKEN, ["website"]),
        ("", READER, ["shop"]),
        ("?service=shop", READER, ["shop"]),
    ],
)
async def test_a_token_is_told_of_its_services(
    bot: Inside, query: str, token: str, services: list[str]
) -> None:
    status, said = await asked(bot, query, token)
    assert (status, sorted(said["services"])) == (200, services)
    assert {each["service"] for each in said["deployments"]} == set(services)
    assert set(said["by_service"]) == set(services)


@pytest.mark.parametrize(("token", "status"), [("another", 401), ("", 401), (LOCKER, 403)])
async def test_who_may_not_read_is_told_nothing(bot: Inside, token: str, status: int) -> None:
    answered, said = await asked(bot, token=token)
    assert (answered, set(said)) == (status, {"error"})


@pytest.mark.parametrize(
    ("query", "token", "field"),
    [
        ("?service=website", READER, "service"),
        ("?service=barn", API_TOKEN, "service"),
        ("?from=lately", API_TOKEN, "from"),
        ("?from=2026-11-20T09:30:00", API_TOKEN, "from"),
        ("?from=2026-13-01", API_TOKEN, "from"),
        ("?from=0001-01-01", API_TOKEN, "from"),
        ("?from=0001-01-01T00:00:00%2B14:00", API_TOKEN, "from"),
        ("?to=0001-01-01", API_TOKEN, "to"),
        ("?to=9999-12-31T23:59:59-14:00", API_TOKEN, "to"),
        ("?to=2026-11-20T09:30:00", API_TOKEN, "to"),
        ("?to=x", API_TOKEN, "to"),
        ("?from=2999-01-01", API_TOKEN, "from"),
        ("?from=2026-02-01&to=2026-02-01", API_TOKEN, "from"),
        ("?from=2026-02-02&to=2026-02-01", API_TOKEN, "from"),
    ],
)
async def test_what_is_wrong_is_named(bot: Inside, query: str, token: str, field: str) -> None:
    status, said = await asked(bot, query, token)
    assert (status, said["field"]) == (422, field), said
    assert said["error"].endswith(".")


async def test_days_begin_in_utc_and_what_is_to_come_ends_now(bot: Inside) -> None:
    _, said = await asked(bot, "?from=2026-01-05&to=2026-01-12T00:00:00%2B01:00")
    assert said["period"] == {"from": "2026-01-05T00:00:00+00:00", "to": "2026-01-11T23:00:00+00:00"}
    assert said["measures"]["deployed"] == 0
    _, said = await asked(bot, "?to=2999-01-01")
    assert datetime.fromisoformat(said["period"]["to"]).astimezone(UTC) == bot.clock.now()


@pytest.mark.parametrize("query", ["", "?service=shop", "?to=2026-01-01"])
async def test_the_answer_is_what_the_document_says(bot: Inside, query: str) -> None:
    document = json.loads((await bot.get("/api/v1/openapi.json")).body)
    answers = document["paths"]["/api/v1/reports"]["get"]["responses"]
    schema = answers["200"]["content"]["application/json"]["schema"]
    _, said = await asked(bot, query)
    validator: Any = Draft202012Validator({**document, **schema})
    assert [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(said)] == []
