"""Charts, as Slack draws them: bars, lines or areas over categories.

docs.slack.dev/reference/block-kit/blocks/data-visualization-block. Slack knows the block since June 2026, in messages only. A
chart stands beside text that says the same: where Slack refuses it, the message goes out without it
(bot/slack_client/newer_blocks.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal, TypeAlias

from bot.blocks.block_kit import CHART, CHARTS, Block
from bot.blocks.text import plain

Kind: TypeAlias = Literal["bar", "line", "area"]

MOST_CATEGORIES, MOST_SERIES = 20, 6
TITLE, NAME, AXIS = 50, 20, 50
DECIMALS = 2
UNNAMED = "?"


@dataclass(frozen=True, slots=True)
class Series:
    """Numbers of one kind, one for each category of their chart, in its order."""

    name: str
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """Numbers over categories: weeks, teams, environments. `unit` says what the numbers are, `along` what the categories are.

    Slack draws the first 20 categories and six series, with short names: what matters most comes first, and the text says the
    rest. ValueError if a series does not have one number for each category.
    """

    title: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    kind: Kind = "bar"
    unit: str = ""
    along: str = ""

    def __post_init__(self) -> None:
        """Check that there is a number wherever one is drawn."""
        if not self.title.strip():
            raise ValueError("a chart needs a title")
        for each in self.series:
            if len(each.values) != len(self.categories) or not all(map(isfinite, each.values)):
                raise ValueError(f"the series {each.name!r} needs one number for each category")


def chart_blocks(*charts: Chart) -> list[Block]:
    """Return the blocks of the first two charts that show something; one without categories or series is left out."""
    return [_block(chart) for chart in charts if chart.categories and chart.series][:CHARTS]


def _block(chart: Chart) -> Block:
    labels = _distinct(chart.categories[:MOST_CATEGORIES])
    series = chart.series[:MOST_SERIES]
    names = _distinct([each.name for each in series])
    axes: Block = {"categories": labels}
    axes |= {"x_label": plain(chart.along, AXIS)} if chart.along else {}
    axes |= {"y_label": plain(chart.unit, AXIS)} if chart.unit else {}
    drawn = [
        {"name": name, "data": _points(labels, each.values)} for name, each in zip(names, series, strict=True)
    ]
    return {
        "type": CHART,
        "title": plain(chart.title, TITLE),
        "chart": {"type": chart.kind, "series": drawn, "axis_config": axes},
    }


def _points(labels: Sequence[str], values: Sequence[float]) -> list[Block]:
    shown = values[: len(labels)]
    return [
        {"label": label, "value": round(value, DECIMALS)} for label, value in zip(labels, shown, strict=True)
    ]


def _distinct(names: Sequence[str]) -> list[str]:
    """Return names shortened to Slack's limit; those that would read the same get a number at their end."""
    shown: list[str] = []
    for name in names:
        short, number = plain(name, NAME) or UNNAMED, 1
        unique = short
        while unique in shown:
            number += 1
            unique = f"{short[: NAME - len(str(number)) - 1].rstrip()} {number}"
        shown.append(unique)
    return shown
