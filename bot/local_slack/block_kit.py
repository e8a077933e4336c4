"""The schema of the blocks that Shiproom uses, with Slack's limits.

Sources: docs.slack.dev/reference/block-kit (blocks, block-elements, composition-objects),
docs.slack.dev/reference/views.
"""

from functools import cache
from typing import Any

from bot.local_slack.charts import CHART, CHART_FIELDS, check_charts
from bot.local_slack.cross_checks import cross_check
from bot.local_slack.model import Json
from bot.local_slack.rules import (
    BlockError,
    BlockErrors,
    Fields,
    Required,
    Rule,
    array,
    boolean,
    integer,
    object_with,
    one_of,
    string,
    typed_object,
    url,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def text(limit: int) -> Rule:
    """Return a validator for text objects, plain or mrkdwn."""
    plain_fields = {"text": Required(string(limit)), "emoji": boolean}
    return typed_object(
        {"plain_text": plain_fields, "mrkdwn": {"text": Required(string(limit)), "verbatim": boolean}},
        "text object",
    )


def plain(limit: int) -> Rule:
    """Return a validator for plain text objects."""
    return typed_object({"plain_text": {"text": Required(string(limit)), "emoji": boolean}}, "text object")


NAME = string(255)
STYLE = one_of("primary", "danger")
CONFIRM = object_with(
    {
        "title": Required(plain(100)),
        "text": Required(text(300)),
        "confirm": Required(plain(30)),
        "deny": Required(plain(30)),
        "style": STYLE,
    }
)
PLAIN_OPTION = object_with(
    {"text": Required(plain(75)), "value": Required(string(150)), "description": plain(75)}
)
OPTION = object_with({"text": Required(text(75)), "value": Required(string(150)), "description": text(75)})
GROUP = object_with({"label": Required(plain(75)), "options": Required(array(PLAIN_OPTION, 1, 100))})
CHOICE = {"action_id": NAME, "confirm": CONFIRM, "focus_on_load": boolean}
IMAGE: Fields = {"image_url": Required(url(3000, "https?")), "alt_text": Required(string(2000))}
BUTTON: Fields = {
    "action_id": NAME,
    "confirm": CONFIRM,
    "text": Required(plain(75)),
    "value": string(2000),
    "url": url(3000),
    "style": STYLE,
    "accessibility_label": string(75),
}
SELECT: Fields = {
    **CHOICE,
    "placeholder": plain(150),
    "options": array(PLAIN_OPTION, 1, 100),
    "option_groups": array(GROUP, 1, 100),
    "initial_option": PLAIN_OPTION,
}
INPUTS: dict[str, Fields] = {
    "plain_text_input": {
        "action_id": NAME,
        "focus_on_load": boolean,
        "placeholder": plain(150),
        "initial_value": string(3000, low=0),
        "multiline": boolean,
        "min_length": integer(0, 3000),
        "max_length": integer(1, 3000),
    },
    "static_select": SELECT,
    "external_select": {
        **CHOICE,
        "placeholder": plain(150),
        "initial_option": PLAIN_OPTION,
        "min_query_length": integer(0, 100),
    },
    "checkboxes": {
        **CHOICE,
        "options": Required(array(OPTION, 1, 10)),
        "initial_options": array(OPTION, 1, 10),
    },
    "radio_buttons": {**CHOICE, "options": Required(array(OPTION, 1, 10)), "initial_option": OPTION},
}
OVERFLOW_OPTION = object_with(
    {"text": Required(plain(75)), "value": Required(string(150)), "description": plain(75), "url": url(3000)}
)
OVERFLOW: Fields = {"action_id": NAME, "confirm": CONFIRM, "options": Required(array(OVERFLOW_OPTION, 1, 5))}
CHOICES = {kind: fields for kind, fields in INPUTS.items() if kind != "plain_text_input"}
USED: dict[str, Fields] = {"button": BUTTON, "overflow": OVERFLOW, **CHOICES}
BLOCKS: dict[str, Fields] = {
    "section": {
        "text": text(3000),
        "fields": array(text(2000), 1, 10),
        "accessory": typed_object({"image": IMAGE, **USED}, "element"),
        "expand": boolean,
    },
    "context": {
        "elements": Required(
            array(
                typed_object(
                    {
                        "image": IMAGE,
                        "plain_text": {"text": Required(string(3000)), "emoji": boolean},
                        "mrkdwn": {"text": Required(string(3000)), "verbatim": boolean},
                    },
                    "element",
                ),
                1,
                10,
            )
        )
    },
    "actions": {"elements": Required(array(typed_object(USED, "element"), 1, 25))},
    "divider": {},
    "header": {"text": Required(plain(150))},
    "image": {**IMAGE, "title": plain(2000)},
    "input": {
        "label": Required(plain(2000)),
        "element": Required(typed_object(INPUTS, "element")),
        "hint": plain(2000),
        "optional": boolean,
        "dispatch_action": boolean,
    },
}
IN_MESSAGES_ONLY: dict[str, Fields] = {CHART: CHART_FIELDS}


def block_of(known: dict[str, Fields]) -> Rule:
    """Return a validator for blocks of these types."""
    return typed_object({kind: {"block_id": NAME, **fields} for kind, fields in known.items()}, "type")


@cache
def message_block(unknown: frozenset[str]) -> Rule:
    """Return a validator for the blocks of a message, in a workspace that does not know some types."""
    known = {**BLOCKS, **IN_MESSAGES_ONLY}
    return block_of({kind: fields for kind, fields in known.items() if kind not in unknown})


BLOCK = block_of(BLOCKS)
VIEW = object_with(
    {
        "type": Required(one_of("modal")),
        "title": Required(plain(24)),
        "blocks": Required(array(BLOCK, 0, VIEW_BLOCKS)),
        "submit": plain(24),
        "close": plain(24),
        "callback_id": NAME,
        "private_metadata": string(3000, low=0),
        "external_id": NAME,
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    }
)

HOME = object_with(
    {
        "type": Required(one_of("home")),
        "blocks": Required(array(BLOCK, 0, VIEW_BLOCKS)),
        "callback_id": NAME,
        "private_metadata": string(3000, low=0),
        "external_id": NAME,
    }
)
LARGEST_HOME = 250_000
"""Bytes of a view, more than which views.publish refuses with `view_too_large`."""


def message_errors(
    blocks: Any,  # noqa: ANN401 - what an app sends can be anything
    unknown: frozenset[str] = frozenset(),
) -> list[BlockError]:
    """List what Slack would refuse in the blocks of a message, in a workspace that does not know some types."""
    found = list(array(message_block(unknown), 0, MESSAGE_BLOCKS)(blocks, "/blocks"))
    return found or [*cross_check(blocks, "/blocks"), *check_charts(blocks, "/blocks")]


def view_errors(view: Any) -> list[BlockError]:  # noqa: ANN401
    """List what Slack would refuse in a modal."""
    found = list(VIEW(view, "/view"))
    return found or [*cross_check(view["blocks"], "/view/blocks"), *_submit_missing(view)]


def home_errors(view: Any) -> list[BlockError]:  # noqa: ANN401 - what an app sends can be anything
    """List what Slack would refuse in the Home of an app."""
    return list(HOME(view, "/view")) or list(cross_check(view["blocks"], "/view/blocks"))


def _submit_missing(view: Json) -> BlockErrors:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield BlockError("missing_field", "missing required field: submit", "/view")
