"""Charts from plain numbers: cut to what Slack takes, in names that differ, two in a message."""

from typing import Any

import pytest

from bot.blocks import block_kit
from bot.blocks.block_kit import Block
from bot.blocks.charts import Chart, Kind, Series, chart_blocks
from tests.bot.blocks.spoken import accepted, spoken

WEEKS = ("week 40", "week 41")
LEAD_TIME = Chart(
    "Lead time", WEEKS, (Series("website", (4, 6.5)), Series("mobile", (9, 8))), "line", "hours"
)


def sent(*charts: Chart) -> list[Block]:
    """Return the blocks of charts, which Slack takes beside a text."""
    blocks = chart_blocks(*charts)
    assert accepted(block_kit.message("The numbers", block_kit.section("The numbers"), *blocks))
    return blocks


def drawn(*names: str, series: tuple[str, ...] = ("hours",)) -> dict[str, Any]:
    """Return what is drawn of a chart with these categories and series."""
    values = tuple(float(n) for n in range(len(names)))
    [block] = sent(Chart("Waits", names, tuple(Series(each, values) for each in series)))
    return block["chart"]


def test_a_chart_as_slack_documents_it() -> None:
    assert sent(LEAD_TIME) == [
        {
            "type": "data_visualization",
            "title": "Lead time",
            "chart": {
                "type": "line",
                "series": [
                    {
                        "name": "website",
                        "data": [{"label": "week 40", "value": 4}, {"label": "week 41", "value": 6.5}],
                    },
                    {
                        "name": "mobile",
                        "data": [{"label": "week 40", "value": 9}, {"label": "week 41", "value": 8}],
                    },
                ],
                "axis_config": {"categories": ["week 40", "week 41"], "y_label": "hours"},
            },
        }
    ]
    assert spoken(sent(LEAD_TIME)) == "(chart) Lead time"


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
def test_every_kind_is_taken(kind: Kind) -> None:
    [block] = sent(Chart("Waits", WEEKS, (Series("hours", (-1, 0)),), kind, along="u" * 60))
    assert block["chart"]["type"] == kind
    assert block["chart"]["axis_config"]["x_label"] == "u" * 49 + "…"


def test_two_charts_go_out_at_most_and_none_that_shows_nothing() -> None:
    empty = [Chart("No weeks", (), (Series("hours", ()),)), Chart("No series", WEEKS, ())]
    assert sent(*empty) == []
    assert sent(*empty, LEAD_TIME, LEAD_TIME, LEAD_TIME) == chart_blocks(LEAD_TIME, LEAD_TIME)


def test_a_message_takes_no_third_chart() -> None:
    with pytest.raises(ValueError, match="0 to 2 charts"):
        block_kit.message("The numbers", *chart_blocks(LEAD_TIME, LEAD_TIME), *chart_blocks(LEAD_TIME))


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (["a" * 20], ["a" * 20]),
        (["a" * 21], ["a" * 19 + "…"]),
        (["  two\nlines "], ["two lines"]),
        (["\u202e"], ["?"]),
        (["a", "a", "b", "a"], ["a", "a 2", "b", "a 3"]),
        (["a", "a", "a 2"], ["a", "a 2", "a 2 2"]),
        (["a" * 21, "a" * 22], ["a" * 19 + "…", "a" * 18 + " 2"]),
        (["data protection of B", "data protection of C"], ["data protection of B", "data protection of C"]),
        ([str(n) for n in range(25)], [str(n) for n in range(20)]),
    ],
)
def test_the_names_of_categories(names: list[str], labels: list[str]) -> None:
    chart = drawn(*names)
    assert chart["axis_config"]["categories"] == labels
    points = chart["series"][0]["data"]
    assert points == [{"label": label, "value": float(n)} for n, label in enumerate(labels)]


@pytest.mark.parametrize(
    ("names", "labels"),
    [
        (("a" * 21, "a" * 22), ["a" * 19 + "…", "a" * 18 + " 2"]),
        (tuple("abcdefgh"), list("abcdef")),
    ],
)
def test_the_names_of_series(names: tuple[str, ...], labels: list[str]) -> None:
    assert [each["name"] for each in drawn("w", series=names)["series"]] == labels


@pytest.mark.parametrize(
    ("title", "shown"), [("t" * 50, "t" * 50), ("t" * 51, "t" * 49 + "…"), ("a\tb", "a b")]
)
def test_a_long_title_is_cut(title: str, shown: str) -> None:
    assert sent(Chart(title, WEEKS, LEAD_TIME.series))[0]["title"] == shown


def test_numbers_are_rounded() -> None:
    [block] = sent(Chart("Waits", ("w",), (Series("hours", (1 / 3,)),)))
    assert block["chart"]["series"][0]["data"] == [{"label": "w", "value": 0.33}]


@pytest.mark.parametrize(
    ("title", "values", "why"),
    [
        (" ", (1.0, 2.0), "needs a title"),
        ("Waits", (1.0,), "'hours' needs one number"),
        ("Waits", (1.0, 2.0, 3.0), "'hours' needs one number"),
        ("Waits", (1.0, float("nan")), "'hours' needs one number"),
        ("Waits", (1.0, float("inf")), "'hours' needs one number"),
    ],
)
def test_what_is_no_chart(title: str, values: tuple[float, ...], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Chart(title, WEEKS, (Series("hours", values),))
