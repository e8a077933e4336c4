"""Charts are taken in messages within Slack's limits, in no view, and in no workspace that does not know them yet."""

from typing import Any

import pytest

from bot.local_slack.block_kit import home_errors, message_errors, view_errors
from tests.bot.local_slack.calls import refused
from tests.bot.local_slack.tiny_bot import CHANNEL, Client
from tests.local_slack.slack import SlackForTests

TEXT = {"type": "plain_text", "text": "x"}


def series(name: str = "s", *labels: str, **more: object) -> dict[str, Any]:
    points = [{"label": label, "value": -n} for n, label in enumerate(labels or ("a", "b"))]
    return {"name": name, "data": points, **more}


def chart(*drawn: dict[str, Any], kind: str = "bar", **axes: object) -> dict[str, Any]:
    config = {"categories": ["a", "b"], **axes}
    shown = {"type": kind, "series": list(drawn) or [series()], "axis_config": config}
    return {"type": "data_visualization", "title": "t" * 50, "chart": shown}


def long(count: int) -> dict[str, Any]:
    labels = [f"{n:020}" for n in range(count)]
    return chart(series("s" * 20, *labels), categories=labels)


@pytest.mark.parametrize(
    "block",
    [
        chart(),
        chart(kind="line"),
        chart(kind="area", x_label="x" * 50, y_label="y" * 50),
        chart(series("s", "b", "a")),
        chart(*(series(str(n)) for n in range(6))),
        long(20),
        {**chart(), "block_id": "b"},
    ],
)
def test_charts_that_slack_takes(block: dict[str, Any]) -> None:
    assert message_errors([block]) == []


@pytest.mark.parametrize(
    ("block", "code", "pointer"),
    [
        ({**chart(), "title": "t" * 51}, "too_long", "/title"),
        ({**chart(), "title": ""}, "too_short", "/title"),
        ({**chart(), "title": TEXT}, "invalid_type", "/title"),
        ({**chart(), "colour": "red"}, "additional_field", "/colour"),
        ({"type": "data_visualization", "title": "t"}, "missing_field", ""),
        (chart(kind="radar"), "unsupported_type", "/chart"),
        (chart(*(series(str(n)) for n in range(7))), "too_many", "/chart/series"),
        (chart(series("s" * 21)), "too_long", "/chart/series/0/name"),
        (chart(series("s"), series("s")), "duplicate_id", "/chart/series/1/name"),
        (chart(series("s", "a")), "invalid_value", "/chart/series/0/data"),
        (chart(series("s", "a", "b", "c")), "invalid_value", "/chart/series/0/data"),
        (chart(series("s", "a", "c")), "invalid_value", "/chart/series/0/data"),
        (chart(series(data=[{"label": "a"}])), "missing_field", "/chart/series/0/data/0"),
        *(
            (
                chart(series(data=[{"label": "a", "value": wrong}])),
                "invalid_type",
                "/chart/series/0/data/0/value",
            )
            for wrong in ("1", True, None, float("nan"))
        ),
        (chart(categories=[]), "too_few", "/chart/axis_config/categories"),
        (chart(categories=["a", "b" * 21]), "too_long", "/chart/axis_config/categories/1"),
        (chart(x_label="x" * 51), "too_long", "/chart/axis_config/x_label"),
        (chart(y_label="y" * 51), "too_long", "/chart/axis_config/y_label"),
        (long(21), "too_many", "/chart/axis_config/categories"),
    ],
)
def test_charts_that_slack_refuses(block: dict[str, Any], code: str, pointer: str) -> None:
    found = [(error.code, error.pointer) for error in message_errors([block])]
    assert (code, f"/blocks/0{pointer}") in found


def test_a_message_takes_two() -> None:
    assert message_errors([chart(), chart()]) == []
    [error] = message_errors([chart(), chart(), chart()])
    assert str(error) == "no more than 2 data_visualization blocks allowed [json-pointer:/blocks]"


def test_no_view_takes_one() -> None:
    blocks = [chart()]
    expected = "unsupported type: data_visualization [json-pointer:/view/blocks/0]"
    assert list(map(str, view_errors({"type": "modal", "title": TEXT, "blocks": blocks}))) == [expected]
    assert list(map(str, home_errors({"type": "home", "blocks": blocks}))) == [expected]


async def test_a_workspace_that_does_not_know_them_yet(slack: SlackForTests, client: Client) -> None:
    said: dict[str, Any] = {"channel": CHANNEL, "text": "words"}
    posted = await client.chat_postMessage(**said, blocks=[chart()])
    slack.workspace.unknown_blocks = frozenset({"data_visualization"})
    answer = await refused(client, "chat.postMessage", **said, blocks=[chart()])
    assert (answer.data["error"], answer.data["errors"]) == (
        "invalid_blocks",
        ["[ERROR] unsupported type: data_visualization [json-pointer:/blocks/0]"],
    )
    answer = await refused(client, "chat.update", **said, ts=posted["ts"], blocks=[chart()])
    assert answer.data["error"] == "invalid_blocks"
    assert (await client.chat_update(**said, ts=posted["ts"], blocks=[{"type": "divider"}]))["ok"]
