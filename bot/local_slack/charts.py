"""The schema of the `data_visualization` block, with Slack's limits; pies are left out, since Shiproom draws none.

Sources: docs.slack.dev/reference/block-kit/blocks/data-visualization-block; that a message takes two of them is not
documented, and was seen in a workspace (vercel/chat, pull request 696).
"""

from math import isfinite
from typing import Any

from bot.local_slack.model import Json
from bot.local_slack.rules import (
    BlockError,
    BlockErrors,
    Fields,
    Required,
    array,
    object_with,
    string,
    typed_object,
)

CHART = "data_visualization"
CHARTS = 2


def number(value: Any, at: str) -> BlockErrors:  # noqa: ANN401 - what an app sends can be anything
    """Accept a finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        yield BlockError("invalid_type", "must be a number", at)


LABEL = string(20)
POINT = object_with({"label": Required(LABEL), "value": Required(number)})
SERIES = object_with({"name": Required(LABEL), "data": Required(array(POINT, 1, 20))})
AXES = object_with(
    {"categories": Required(array(LABEL, 1, 20)), "x_label": string(50), "y_label": string(50)}
)
OVER_CATEGORIES: Fields = {"series": Required(array(SERIES, 1, 6)), "axis_config": Required(AXES)}
CHART_FIELDS: Fields = {
    "title": Required(string(50)),
    "chart": Required(typed_object(dict.fromkeys(("bar", "line", "area"), OVER_CATEGORIES), "chart")),
}


def check_charts(blocks: list[Json], at: str) -> BlockErrors:
    """Find what Slack would refuse in charts that are each valid field by field."""
    charts = [(block["chart"], f"{at}/{n}/chart") for n, block in enumerate(blocks) if block["type"] == CHART]
    if len(charts) > CHARTS:
        yield BlockError("too_many", f"no more than {CHARTS} {CHART} blocks allowed", at)
    for chart, place in charts:
        yield from _check_series(chart, place)


def _check_series(chart: Json, at: str) -> BlockErrors:
    categories, names = sorted(chart["axis_config"]["categories"]), set[str]()
    for index, series in enumerate(chart["series"]):
        here = f"{at}/series/{index}"
        if series["name"] in names:
            yield BlockError("duplicate_id", f"name already used: {series['name']}", f"{here}/name")
        names.add(series["name"])
        if sorted(point["label"] for point in series["data"]) != categories:
            yield BlockError("invalid_value", "must have one point for each category", f"{here}/data")
