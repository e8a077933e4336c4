"""Invalid blocks are refused at the right place, and whatever slack_sdk refuses."""

from copy import deepcopy
from typing import Any, cast

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.local_slack.block_kit import message_errors, view_errors
from tests.bot.local_slack.tiny_bot import MODAL, card

# Slack's models have no complete types.
MODELS: Any = Block


def plain(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": text}


def section(text: str, **more: object) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}, **more}


def button(text: str = "Go", **more: object) -> dict[str, Any]:
    return {"type": "button", "text": plain(text), **more}


def actions(*elements: dict[str, Any]) -> dict[str, Any]:
    return {"type": "actions", "elements": list(elements)}


def option(text: str = "one", value: str = "1") -> dict[str, Any]:
    return {"text": plain(text), "value": value}


GOOD: list[dict[str, Any]] = [
    section("words", accessory=button(style="danger", value="v", url="https://example.org")),
    {"type": "section", "fields": [plain("a"), plain("b")]},
    {
        "type": "context",
        "elements": [plain("small"), {"type": "image", "image_url": "https://x", "alt_text": "x"}],
    },
    actions(button(action_id="a"), {"type": "static_select", "action_id": "b", "options": [option()]}),
    actions({"type": "checkboxes", "options": [option()]}, {"type": "radio_buttons", "options": [option()]}),
    {"type": "divider"},
    {"type": "header", "text": plain("Title")},
    {"type": "image", "image_url": "https://example.org/x.png", "alt_text": "x", "title": plain("x")},
    {"type": "input", "label": plain("Note"), "element": {"type": "plain_text_input", "multiline": True}},
    section("words", accessory={"type": "overflow", "options": [option()]}),
    actions(
        {"type": "overflow", "options": [{**option("x" * 75, "v" * 150), "url": "https://example.org"}] * 5}
    ),
]
BAD: list[tuple[dict[str, Any] | list[dict[str, Any]], str]] = [
    ({"type": "header", "text": plain("x" * 151)}, "/0/text/text"),
    ({"type": "header", "text": {"type": "mrkdwn", "text": "x"}}, "/0/text"),
    (actions(button("x" * 76)), "/0/elements/0/text/text"),
    (actions(button(value="x" * 2001)), "/0/elements/0/value"),
    (actions(button(style="green")), "/0/elements/0/style"),
    (actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}}), "/0/elements/0/text"),
    (actions(*[button() for _ in range(26)]), "/0/elements"),
    (actions(), "/0/elements"),
    (actions(button(action_id="a"), button(action_id="a")), "/0/elements/1"),
    (actions({"type": "static_select"}), "/0/elements/0"),
    (actions({"type": "static_select", "options": []}), "/0/elements/0/options"),
    (actions({"type": "static_select", "options": [option("x" * 76)]}), "/0/elements/0/options/0/text/text"),
    (
        actions({"type": "static_select", "options": [option(value="x" * 151)]}),
        "/0/elements/0/options/0/value",
    ),
    (actions({"type": "checkboxes", "options": [option()] * 11}), "/0/elements/0/options"),
    (actions({"type": "plain_text_input"}), "/0/elements/0"),
    (section("x" * 3001), "/0/text/text"),
    (section(""), "/0/text/text"),
    ({"type": "section"}, "/0"),
    ({"type": "section", "fields": [plain("x" * 2001)]}, "/0/fields/0/text"),
    ({"type": "section", "fields": [plain("x")] * 11}, "/0/fields"),
    ({"type": "context", "elements": [plain("x")] * 11}, "/0/elements"),
    (section("x", block_id="x" * 256), "/0/block_id"),
    (section("x", colour="red"), "/0/colour"),
    (section("x", accessory=button(confirm={"title": plain("x")})), "/0/accessory/confirm"),
    ({"type": "image", "image_url": "https://example.org/x.png"}, "/0"),
    ({"type": "marquee"}, "/0"),
    ({"type": "input", "label": plain("x"), "element": button()}, "/0/element"),
    ({"type": "input", "element": {"type": "plain_text_input"}}, "/0"),
    (
        {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input", "max_length": 0}},
        "/0/element/max_length",
    ),
    (
        {"type": "input", "label": plain("x"), "optional": "no", "element": {"type": "plain_text_input"}},
        "/0/optional",
    ),
    (actions(button(url="no address")), "/0/elements/0/url"),
    ({"type": "image", "image_url": "ftp://example.org/x.png", "alt_text": "x"}, "/0/image_url"),
    (actions({"type": "overflow", "options": [option()] * 6}), "/0/elements/0/options"),
    (actions({"type": "overflow", "options": []}), "/0/elements/0/options"),
    (actions({"type": "overflow"}), "/0/elements/0"),
    (actions({"type": "overflow", "options": [option("x" * 76)]}), "/0/elements/0/options/0/text/text"),
    (actions({"type": "overflow", "options": [option(value="x" * 151)]}), "/0/elements/0/options/0/value"),
    (
        actions({"type": "overflow", "options": [{"text": {"type": "mrkdwn", "text": "x"}, "value": "x"}]}),
        "/0/elements/0/options/0/text",
    ),
    (
        actions({"type": "static_select", "options": [option()], "initial_option": option("two", "2")}),
        "/0/elements/0/initial_option",
    ),
    (
        actions({"type": "checkboxes", "options": [option()], "initial_options": [option("two", "2")]}),
        "/0/elements/0/initial_options/0",
    ),
    (
        {
            "type": "input",
            "label": plain("x"),
            "element": {
                "type": "plain_text_input",
                "min_length": 9,
                "max_length": 5,
                "initial_value": "123456",
            },
        },
        "/0/element/min_length",
    ),
    (
        [actions({"type": "checkboxes", "options": [option()], "focus_on_load": True}) for _ in range(2)],
        "/1/elements/0",
    ),
    ([{"type": "divider"}] * 51, ""),
    ([section("x", block_id="b"), section("y", block_id="b")], "/1"),
]


# Payloads that slack_sdk's models catch only in part, each with the expected error.
BAD_PAYLOADS: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "header of 151": ([{"type": "header", "text": plain("x" * 151)}], "too_long", "/0/text/text"),
    "button text of 76": ([actions(button("x" * 76))], "too_long", "/0/elements/0/text/text"),
    "button value of 2001": ([actions(button(value="x" * 2001))], "too_long", "/0/elements/0/value"),
    "section of 3001": ([section("x" * 3001)], "too_long", "/0/text/text"),
    "26 buttons": ([actions(*[button()] * 26)], "too_many", "/0/elements"),
    "11 context elements": ([{"type": "context", "elements": [plain("x")] * 11}], "too_many", "/0/elements"),
    "bad style": ([actions(button(style="green"))], "invalid_value", "/0/elements/0/style"),
    "51 blocks": ([{"type": "divider"}] * 51, "too_many", ""),
    "action_id twice": (
        [actions(button(action_id="a"), button(action_id="a"))],
        "duplicate_id",
        "/0/elements/1",
    ),
    "block_id twice": ([section("x", block_id="b"), section("y", block_id="b")], "duplicate_id", "/1"),
    "field of 2001": ([{"type": "section", "fields": [plain("x" * 2001)]}], "too_long", "/0/fields/0/text"),
    "mrkdwn in a button": (
        [actions({"type": "button", "text": {"type": "mrkdwn", "text": "x"}})],
        "unsupported_type",
        "/0/elements/0/text",
    ),
    "mrkdwn in a header": (
        [{"type": "header", "text": {"type": "mrkdwn", "text": "x"}}],
        "unsupported_type",
        "/0/text",
    ),
    "empty section text": ([section("")], "too_short", "/0/text/text"),
    "unknown field": ([section("x", colour="red")], "additional_field", "/0/colour"),
    "unknown block": ([{"type": "marquee"}], "unsupported_type", "/0"),
    "select with no options": (
        [actions({"type": "static_select", "options": []})],
        "too_few",
        "/0/elements/0/options",
    ),
    "image without alt_text": (
        [{"type": "image", "image_url": "https://example.org/x.png"}],
        "missing_field",
        "/0",
    ),
    "input without submit": (
        [{"type": "input", "label": plain("x"), "element": {"type": "plain_text_input"}}],
        "missing_field",
        "",
    ),
}


@pytest.mark.parametrize("case", BAD_PAYLOADS.values(), ids=BAD_PAYLOADS)
def test_the_bad_payloads_are_caught_where_they_are_bad(
    case: tuple[list[dict[str, Any]], str, str],
) -> None:
    blocks, code, pointer = case
    if code == "missing_field" and not pointer:
        faults = view_errors({"type": "modal", "title": plain("x"), "blocks": blocks})
        assert [(fault.code, fault.message) for fault in faults] == [(code, "missing required field: submit")]
        return
    found = [(fault.code, fault.pointer) for fault in message_errors(blocks)]
    assert found == [(code, f"/blocks{pointer}")]


def test_good_blocks() -> None:
    assert message_errors(GOOD) == []
    assert message_errors(card("words")) == []


@pytest.mark.parametrize(("block", "pointer"), BAD)
def test_bad_blocks(block: dict[str, Any] | list[dict[str, Any]], pointer: str) -> None:
    blocks = block if isinstance(block, list) else [block]
    assert f"/blocks{pointer}" in {fault.pointer for fault in message_errors(blocks)}


@pytest.mark.parametrize("blocks", ["text", {"type": "section"}, ["text"], [None], [{}]])
def test_what_is_no_list_of_blocks(blocks: object) -> None:
    assert message_errors(blocks)


def refused_by_models(block: dict[str, Any]) -> bool:
    """Tell whether slack_sdk's models refuse a block or fail on it."""
    try:
        for parsed in MODELS.parse_all([deepcopy(block)]):
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError, ValueError, KeyError):
        return True
    return False


@pytest.mark.parametrize("block", [block for block, _ in BAD if not isinstance(block, list)])
def test_nothing_is_accepted_that_slack_sdk_refuses(block: dict[str, Any]) -> None:
    assert message_errors([block]) or not refused_by_models(block)


LENGTHS = [31, 76, 151, 256, 301, 2001, 3001, 12_001]
WRONG: list[Any] = ["", [], 0, None, plain("x"), *("x" * length for length in LENGTHS)]


def places(part: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    """List every place in a block that can be replaced."""
    keys: list[Any] = list(cast("dict[str, Any]", part)) if isinstance(part, dict) else []
    keys += range(len(cast("list[Any]", part))) if isinstance(part, list) else []
    return [here for key in keys for here in ((*at, key), *places(part[key], (*at, key)))]


def spoilt(block: dict[str, Any], at: tuple[Any, ...], how: Any) -> dict[str, Any]:  # noqa: ANN401
    """Copy a block with one place left out, repeated 26 times, or replaced."""
    copy: Any = deepcopy(block)
    holder = copy
    for key in at[:-1]:
        holder = holder[key]
    if how == "gone":
        del holder[at[-1]]
    elif how == "many":
        holder[at[-1]] = (
            [holder[at[-1]]] * 26 if not isinstance(holder[at[-1]], list) else holder[at[-1]] * 101
        )
    else:
        holder[at[-1]] = how
    return copy


@pytest.mark.parametrize("block", [*GOOD, *card("words")], ids=lambda block: str(block["type"]))
def test_no_spoilt_block_is_accepted_that_slack_sdk_refuses(block: dict[str, Any]) -> None:
    missed = list[str]()
    for at in places(block):
        for how in ("gone", "many", *WRONG):
            bad = spoilt(block, at, how)
            if refused_by_models(bad) and not message_errors([bad]):
                missed.append(f"{at}: {str(how)[:20]}")
    assert missed == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"title": plain("x" * 25)}, "/view/title/text"),
        ({"submit": plain("x" * 25)}, "/view/submit/text"),
        ({"private_metadata": "x" * 3001}, "/view/private_metadata"),
        ({"callback_id": "x" * 256}, "/view/callback_id"),
        ({"blocks": [{"type": "divider"}] * 101}, "/view/blocks"),
        ({"type": "home"}, "/view/type"),
        ({"colour": "red"}, "/view/colour"),
    ],
)
def test_bad_views(change: dict[str, Any], pointer: str) -> None:
    assert pointer in {fault.pointer for fault in view_errors({**MODAL, **change})}


def test_inputs_need_a_submit() -> None:
    assert view_errors(MODAL) == []
    without = {name: value for name, value in MODAL.items() if name != "submit"}
    assert [fault.message for fault in view_errors(without)] == ["missing required field: submit"]
