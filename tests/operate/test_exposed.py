"""What a running product exposes, and what the rules, the dashboard and the page ask for: the same names and labels."""

import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot import state_gauges
from tests.bot.inside import Inside, command, inside
from tests.house.tree import ROOT
from tests.operate.queries import of_dashboard, of_rules
from tests.operate.series import labels_of, now
from tests.scenarios.acting import HEAD, ServiceScenario, furnished, service

pytestmark = pytest.mark.slow

NAME = "exposed"
POLICY = HEAD + service(NAME, "[{sign_off: testers}, {sign_off: ops}]")
PAGE = (ROOT / "docs" / "alerts.md").read_text(encoding="utf-8")
OF_A_HISTOGRAM = re.compile(r"_(bucket|sum|count)$")


@dataclass
class Exposed:
    """The bot after a few decisions, and the labels of each series that it exposes."""

    bot: Inside
    series: Mapping[str, set[str]]


@pytest_asyncio.fixture
async def exposed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Exposed]:
    """Have one release go live, one fail and one wait, and be refused once; then look."""
    monkeypatch.setattr(state_gauges, "EVERY", 0.0)
    async with inside(tmp_path, POLICY, furnish=furnished(NAME), DEPLOY_KEY="key") as bot:
        scenario = ServiceScenario(bot, NAME)
        await scenario.build("1.0")
        live = await scenario.starts("Mara", "staging")
        await scenario.until(live, "waiting", "production")
        await scenario.types("Kim", f"approve r{live}")
        await scenario.types("Tim", f"approve r{live}")
        await scenario.until(live, "done")
        scenario.breaks("staging")
        await scenario.build("1.1")
        await scenario.until(await scenario.starts("Mara", "staging"), "failed", "staging")
        body = command("where")
        assert (await bot.post("/slack/events", [], body)).status == 401
        health = bot.app.engine.health
        health.expires("here", bot.clock.now() + timedelta(days=3))
        answer = (await bot.get("/metrics")).body.decode()
        yield Exposed(bot, labels_of(answer))


def documented() -> Mapping[str, set[str]]:
    """Return the labels of each metric that the page names with its labels."""
    table = PAGE.partition("## What to watch")[2].partition("\n\n- [")[0]
    named = re.findall(r"`(shiproom_\w+)(?:\{([^}]*)\})?`", table)
    return {name: set(filter(None, labels.split(","))) for name, labels in named}


async def test_every_query_names_series_that_exist(exposed: Exposed) -> None:
    missing = [
        f"{query.where}: {name} {sorted(labels - exposed.series.get(name, set()))}"
        for query in (*of_dashboard(), *of_rules())
        for name, labels in query.needs.items()
        if name not in exposed.series or not labels <= exposed.series[name]
    ]
    assert not missing


async def test_the_page_names_what_is_exposed_with_its_labels(exposed: Exposed) -> None:
    found = {OF_A_HISTOGRAM.sub("", name): labels - {"le"} for name, labels in exposed.series.items()}
    assert found == documented()


def values() -> dict[str, set[str]]:
    """Return every value that a label of ours has now."""
    found: dict[str, set[str]] = {}
    for _, labels in now():
        for name, value in labels:
            found.setdefault(name, set()).add(value)
    return found


async def test_nothing_from_outside_becomes_a_label(exposed: Exposed) -> None:
    bot, before = exposed.bot, values()
    for text in ("rubbish", "approve r99999999", "rubbish to nowhere", "lock nowhere", "cart staging x" * 40):
        body = command(text, "U0RUBBISH")
        await bot.post("/slack/events", bot.signed(body), body)
    for path in ("/rubbish", "/api/v1/releases/rubbish", "/webhooks/rubbish", "/metrics?rubbish=1"):
        await bot.get(path)
        await bot.post(path, [("X-Rubbish", "rubbish"), ("X-Slack-Signature", "v0=rubbish")], b"rubbish")
    fields = {"service": "rubbish", "version": "rubbish", "sha": "f" * 40, "branch": "rubbish"}
    await bot.world.api("POST", "/api/v1/builds", fields)
    await bot.world.api("POST", "/api/v1/builds", fields | {"service": NAME, "version": "9.9-rubbish"})
    await bot.world.api("POST", "/api/v1/builds", fields, token="rubbish")
    await bot.get("/metrics")
    new = {name: found - before.get(name, set()) for name, found in values().items()}
    assert new["service"] == new["environment"] == new["team"] == new["connection"] == new["task"] == set()
    assert not [each for found in new.values() for each in found if "ubbish" in each or "99" in each]
