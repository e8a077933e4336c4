"""An answer to a slash command that holds a chart arrives, whether the workspace takes charts or not."""

from pathlib import Path

import pytest

from bot.blocks import block_kit
from bot.blocks.block_kit import CHART
from bot.blocks.charts import Chart, Series, chart_blocks
from bot.slack.reply import SlackReply
from bot.slack.requests import Requests
from tests.bot.inside import inside
from tests.world import CHANNEL

WORDS = "Lead time 5 h"
CHARTS = chart_blocks(Chart("Lead time", ("week 40",), (Series("hours", (5.0,)),)))
REPORT = block_kit.message(WORDS, block_kit.section(WORDS), *CHARTS)


async def report(*_: object) -> SlackReply:
    return SlackReply(REPORT)


async def test_a_report_arrives_with_its_chart_or_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Requests, "do_typed", report)
    async with inside(tmp_path) as bot:
        tim = bot.world.person("Tim")
        answer = await tim.command("/release", "report", CHANNEL)
        assert (answer.error, answer.body) == ("", "")
        await tim.until_sees(CHANNEL, "(chart) Lead time")
        bot.world.slack.workspace.unknown_blocks = frozenset({CHART})
        await tim.command("/release", "report", CHANNEL)
        await bot.until(lambda: len(tim.sees(CHANNEL)) == 2)
        await tim.command("/release", "report", CHANNEL)
        await bot.until(lambda: len(tim.sees(CHANNEL)) == 3)
        seen = tim.sees(CHANNEL)
        assert bot.world.invalid() == ["invalid_blocks"]
        bot.world.slack.refused.clear()
    assert [(each.text, each.push, each.private) for each in seen] == [
        (f"{WORDS}\n(chart) Lead time", WORDS, True),
        (WORDS, WORDS, True),
        (WORDS, WORDS, True),
    ]
