"""What Slack refuses is refused, at the right place; what its own models refuse is never accepted."""

from copy import deepcopy
from typing import Any

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

from bot.local_slack.block_kit import message_faults, view_faults
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


GOOD = [
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
    ([{"type": "divider"}] * 51, ""),
    ([section("x", block_id="b"), section("y", block_id="b")], "/1"),
]


def test_good_blocks() -> None:
    assert message_faults(GOOD) == []
    assert message_faults(card("words")) == []


@pytest.mark.parametrize(("block", "pointer"), BAD)
def test_bad_blocks(block: dict[str, Any] | list[dict[str, Any]], pointer: str) -> None:
    blocks = block if isinstance(block, list) else [block]
    assert f"/blocks{pointer}" in {fault.pointer for fault in message_faults(blocks)}


@pytest.mark.parametrize("blocks", ["text", {"type": "section"}, ["text"], [None], [{}]])
def test_what_is_no_list_of_blocks(blocks: object) -> None:
    assert message_faults(blocks)


@pytest.mark.parametrize("block", [block for block, _ in BAD if not isinstance(block, list)])
def test_nothing_is_accepted_that_slack_sdk_refuses(block: dict[str, Any]) -> None:
    try:
        for parsed in MODELS.parse_all([deepcopy(block)]):
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, AttributeError):
        assert message_faults([block])


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
    assert pointer in {fault.pointer for fault in view_faults({**MODAL, **change})}


def test_inputs_need_a_submit() -> None:
    assert view_faults(MODAL) == []
    without = {name: value for name, value in MODAL.items() if name != "submit"}
    assert [fault.message for fault in view_faults(without)] == ["missing required field: submit"]
