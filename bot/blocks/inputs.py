"""Constructors for the inputs of modals, which check Slack's limits.

Limits: docs.slack.dev/reference/block-kit/block-elements.
"""

from collections.abc import Sequence

from bot.blocks.block_kit import (
    INPUT,
    NAME,
    Block,
    Option,
    check_count,
    check_length,
    option_object,
    plain_text,
)

MOST_OPTIONS = 100


def text_input(block_id: str, label: str, *, optional: bool, start: str = "") -> Block:
    """Return a multiline text field for 500 characters, initially `start`."""
    element: Block = {"type": "plain_text_input", "action_id": INPUT, "multiline": True, "max_length": 500}
    if start:
        check_length("start", start, 500)
        element["initial_value"] = start
    return _input(block_id, label, element, optional=optional)


def checkbox_input(block_id: str, label: str, options: Sequence[Option], *, optional: bool = False) -> Block:
    """Return one to ten checkboxes."""
    return _input(block_id, label, _few("checkboxes", options), optional=optional)


def radio_input(block_id: str, label: str, options: Sequence[Option]) -> Block:
    """Return one to ten radio buttons, of which none is chosen yet."""
    return _input(block_id, label, _few("radio_buttons", options), optional=False)


def _few(kind: str, options: Sequence[Option]) -> Block:
    check_count("options", options, 10)
    return {"type": kind, "action_id": INPUT, "options": [option_object(each) for each in options]}


def select_input(
    block_id: str, label: str, options: Sequence[Option], chosen: str = "", *, sent_as: str = ""
) -> Block:
    """Return a select of up to 100 options.

    With `sent_as` Slack sends each choice at once, with that action id.
    """
    check_count("options", options, MOST_OPTIONS)
    element: Block = {
        "type": "static_select",
        "action_id": sent_as or INPUT,
        "options": [option_object(each) for each in options],
    }
    first = next((each for each in options if each.value == chosen), None)
    if first is not None:
        element["initial_option"] = option_object(first)
    made = _input(block_id, label, element, optional=False)
    return {**made, "dispatch_action": True} if sent_as else made


def search_input(
    block_id: str, label: str, chosen: Option | None, *, asked_as: str, sent: bool = False
) -> Block:
    """Return a select of any number of options: Slack asks for those that fit as something is typed, with that action id.

    If `sent`, it sends each choice at once, with that action id too.
    """
    element: Block = {
        "type": "external_select",
        "action_id": asked_as,
        "min_query_length": 0,
        "placeholder": plain_text("Type a part of the name", 150),
    }
    if chosen is not None:
        element["initial_option"] = option_object(chosen)
    made = _input(block_id, label, element, optional=False)
    return {**made, "dispatch_action": True} if sent else made


def _input(block_id: str, label: str, element: Block, *, optional: bool) -> Block:
    check_length("block_id", block_id, NAME)
    return {
        "type": "input",
        "block_id": block_id,
        "label": plain_text(label, 2000),
        "element": element,
        "optional": optional,
    }
