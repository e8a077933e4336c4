"""Slack's limits for the blocks that Shiproom uses, as one table: what Slack refuses is refused here too.

Sources: docs.slack.dev/reference/block-kit (blocks, block-elements, composition-objects),
docs.slack.dev/reference/views.
"""

from typing import Any

from bot.local_slack.between import between
from bot.local_slack.model import Json
from bot.local_slack.newer_blocks import IN_MESSAGES_ONLY, IN_MODALS_ONLY, newer
from bot.local_slack.rules import (
    BlockFault,
    Faults,
    Fields,
    Needed,
    Rule,
    address,
    flag,
    kinds,
    listed,
    number,
    one_of,
    shape,
    words,
)

MESSAGE_BLOCKS, VIEW_BLOCKS = 50, 100


def text(limit: int) -> Rule:
    """A text object, plain or mrkdwn."""
    plain_fields = {"text": Needed(words(limit)), "emoji": flag}
    return kinds(
        {"plain_text": plain_fields, "mrkdwn": {"text": Needed(words(limit)), "verbatim": flag}},
        "text object",
    )


def plain(limit: int) -> Rule:
    """A text object that may only be plain."""
    return kinds({"plain_text": {"text": Needed(words(limit)), "emoji": flag}}, "text object")


NAME = words(255)
STYLE = one_of("primary", "danger")
CONFIRM = shape(
    {
        "title": Needed(plain(100)),
        "text": Needed(text(300)),
        "confirm": Needed(plain(30)),
        "deny": Needed(plain(30)),
        "style": STYLE,
    }
)
PLAIN_OPTION = shape({"text": Needed(plain(75)), "value": Needed(words(150)), "description": plain(75)})
OPTION = shape({"text": Needed(text(75)), "value": Needed(words(150)), "description": text(75)})
GROUP = shape({"label": Needed(plain(75)), "options": Needed(listed(PLAIN_OPTION, 1, 100))})
CHOICE = {"action_id": NAME, "confirm": CONFIRM, "focus_on_load": flag}
IMAGE: Fields = {"image_url": Needed(address(3000, "https?")), "alt_text": Needed(words(2000))}
BUTTON: Fields = {
    "action_id": NAME,
    "confirm": CONFIRM,
    "text": Needed(plain(75)),
    "value": words(2000),
    "url": address(3000),
    "style": STYLE,
    "accessibility_label": words(75),
}
SELECT: Fields = {
    **CHOICE,
    "placeholder": plain(150),
    "options": listed(PLAIN_OPTION, 1, 100),
    "option_groups": listed(GROUP, 1, 100),
    "initial_option": PLAIN_OPTION,
}
INPUTS: dict[str, Fields] = {
    "plain_text_input": {
        "action_id": NAME,
        "focus_on_load": flag,
        "placeholder": plain(150),
        "initial_value": words(3000, low=0),
        "multiline": flag,
        "min_length": number(0, 3000),
        "max_length": number(1, 3000),
    },
    "static_select": SELECT,
    "checkboxes": {
        **CHOICE,
        "options": Needed(listed(OPTION, 1, 10)),
        "initial_options": listed(OPTION, 1, 10),
    },
    "radio_buttons": {**CHOICE, "options": Needed(listed(OPTION, 1, 10)), "initial_option": OPTION},
}
OVERFLOW_OPTION = shape(
    {"text": Needed(plain(75)), "value": Needed(words(150)), "description": plain(75), "url": address(3000)}
)
OVERFLOW: Fields = {"action_id": NAME, "confirm": CONFIRM, "options": Needed(listed(OVERFLOW_OPTION, 1, 5))}
CHOICES = {kind: fields for kind, fields in INPUTS.items() if kind != "plain_text_input"}
USED: dict[str, Fields] = {"button": BUTTON, "overflow": OVERFLOW, **CHOICES}
BLOCKS: dict[str, Fields] = {
    "section": {
        "text": text(3000),
        "fields": listed(text(2000), 1, 10),
        "accessory": kinds({"image": IMAGE, **USED}, "element"),
        "expand": flag,
    },
    "context": {
        "elements": Needed(
            listed(
                kinds(
                    {
                        "image": IMAGE,
                        "plain_text": {"text": Needed(words(3000)), "emoji": flag},
                        "mrkdwn": {"text": Needed(words(3000)), "verbatim": flag},
                    },
                    "element",
                ),
                1,
                10,
            )
        )
    },
    "actions": {"elements": Needed(listed(kinds(USED, "element"), 1, 25))},
    "divider": {},
    "header": {"text": Needed(plain(150))},
    "image": {**IMAGE, "title": plain(2000)},
    "input": {
        "label": Needed(plain(2000)),
        "element": Needed(kinds(INPUTS, "element")),
        "hint": plain(2000),
        "optional": flag,
        "dispatch_action": flag,
    },
}
NEWER = newer(plain(150), text(200), IMAGE)


def surface(left_out: frozenset[str]) -> Rule:
    """A block of one kind of surface: some may stand in messages only, some in modals only."""
    known = {kind: {"block_id": NAME, **fields} for kind, fields in (BLOCKS | NEWER).items()}
    inner = {kind: fields for kind, fields in known.items() if kind not in left_out and kind != "container"}
    if "container" not in left_out:
        children = Needed(listed(kinds(inner, "block"), 1, 10))
        inner = {**inner, "container": {**known["container"], "child_blocks": children}}
    return kinds(inner, "block")


IN_MESSAGE, IN_MODAL = surface(IN_MODALS_ONLY), surface(IN_MESSAGES_ONLY)
VIEW = shape(
    {
        "type": Needed(one_of("modal")),
        "title": Needed(plain(24)),
        "blocks": Needed(listed(IN_MODAL, 0, VIEW_BLOCKS)),
        "submit": plain(24),
        "close": plain(24),
        "callback_id": NAME,
        "private_metadata": words(3000, low=0),
        "external_id": NAME,
        "clear_on_close": flag,
        "notify_on_close": flag,
        "submit_disabled": flag,
    }
)


def message_faults(blocks: Any, at: str = "/blocks") -> list[BlockFault]:  # noqa: ANN401 - what an app sends can be anything
    """Everything Slack would refuse in the blocks of a message."""
    found = list(listed(IN_MESSAGE, 0, MESSAGE_BLOCKS)(blocks, at))
    return found or list(between(blocks, at))


def view_faults(view: Any) -> list[BlockFault]:  # noqa: ANN401
    """Everything Slack would refuse in a modal."""
    found = list(VIEW(view, "/view"))
    return found or [*between(view["blocks"], "/view/blocks"), *_submit_missing(view)]


def _submit_missing(view: Json) -> Faults:
    if "submit" not in view and any(block["type"] == "input" for block in view["blocks"]):
        yield BlockFault("missing_field", "missing required field: submit", "/view")
