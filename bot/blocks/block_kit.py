"""Constructors for Block Kit dictionaries that check Slack's limits.

No other file spells these dictionaries, except charts.py that of a chart.

Limits: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/methods/chat.update (text of 4,000 characters).
A constructor raises ValueError where Slack would reject the message; the caller shortens texts first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

Block: TypeAlias = dict[str, Any]
Button: TypeAlias = dict[str, Any]
Dialog: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]

MESSAGE_TEXT, MESSAGE_BLOCKS, VIEW_BLOCKS = 4000, 50, 100
SECTION_TEXT, LABEL, VALUE, NAME = 3000, 75, 2000, 255
MENU_OPTIONS, OPTION_VALUE = 5, 150
CHART, CHARTS = "data_visualization", 2
"""The type of a block that draws a chart (bot/blocks/charts.py), and how many of them Slack takes in a message."""
INPUT = "filled"
"""The action id of every input that is sent with its modal: the block's id distinguishes them."""


@dataclass(frozen=True, slots=True)
class Message:
    """A Slack message.

    `text` is for push notifications and screen readers, `blocks` are what is shown. `also` are the keys of other posts that
    are said with it; people do not see them.
    """

    text: str
    blocks: list[Block]
    also: tuple[str, ...] = ()


class Option(NamedTuple):
    """An option of a select, of checkboxes or of radio buttons: the label, what is said below it, and the value sent."""

    label: str
    value: str
    description: str = ""


def message(text: str, *blocks: Block) -> Message:
    """Return a message of a text and blocks."""
    check_length("text", text, MESSAGE_TEXT)
    check_count("blocks", blocks, MESSAGE_BLOCKS, least=0)
    check_count("charts", [each for each in blocks if each["type"] == CHART], CHARTS, least=0)
    _check_unique("block_id", blocks)
    return Message(text, list(blocks))


def section(text: str) -> Block:
    """Return a section of mrkdwn, without Slack's detection of links and mentions."""
    return {"type": "section", "text": _mrkdwn(text)}


def code(text: str) -> Block:
    """Return a code block; ValueError if the text has a backtick."""
    if "`" in text:
        raise ValueError("a backtick would end the block of code")
    return section(f"```{text}```")


def footnote(text: str, exact: str = "") -> Block:
    """Return small print: mrkdwn, and after it what stays as it is, so that it can be copied."""
    elements = [_mrkdwn(text), *([plain_text(exact, SECTION_TEXT)] if exact else [])]
    return {"type": "context", "elements": elements}


def actions(*buttons: Button) -> Block:
    """Return a row of buttons."""
    check_count("buttons", buttons, 25)
    _check_unique("action_id", buttons)
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, style: str = "", ask: Dialog | None = None) -> Button:
    """Return a button whose value is a command line.

    `style` is "", "primary" or "danger", `ask` a confirmation dialog.
    """
    check_length("action_id", action_id, NAME)
    check_length("value", value, VALUE)
    made: Button = {
        "type": "button",
        "text": plain_text(label, LABEL),
        "action_id": action_id,
        "value": value,
    }
    if style:
        if style not in {"primary", "danger"}:
            raise ValueError(f"no such style: {style}")
        made["style"] = style
    if ask is not None:
        made["confirm"] = ask
    return made


def overflow(action_id: str, options: Sequence[Option]) -> Button:
    """Return a menu of one to five deeds, each sent with its value.

    Slack asks one question for a whole menu, so a deed that has to be confirmed opens a modal instead.
    """
    check_length("action_id", action_id, NAME)
    check_count("options", options, MENU_OPTIONS)
    return {"type": "overflow", "action_id": action_id, "options": [option_object(each) for each in options]}


def dialog(title: str, text: str, yes: str, no: str = "Not now") -> Dialog:
    """Return Slack's confirmation dialog for a button."""
    return {
        "title": plain_text(title, 100),
        "text": plain_text(text, 300),
        "confirm": plain_text(yes, 30),
        "deny": plain_text(no, 30),
    }


def modal(callback_id: str, title: str, submit: str, blocks: Sequence[Block], *, metadata: str = "") -> View:
    """Return a modal; `metadata` comes back with its input."""
    check_length("callback_id", callback_id, NAME)
    check_count("blocks", blocks, VIEW_BLOCKS)
    _check_unique("block_id", blocks)
    if len(metadata) > 3000:  # noqa: PLR2004 - Slack's limit for private_metadata
        raise ValueError("metadata is too long")
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain_text(title, 24),
        "submit": plain_text(submit, 24),
        "close": plain_text("Close", 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def notice(title: str, blocks: Sequence[Block]) -> View:
    """Return a modal that only tells something."""
    check_count("blocks", blocks, VIEW_BLOCKS)
    return {
        "type": "modal",
        "title": plain_text(title, 24),
        "close": plain_text("Close", 24),
        "blocks": list(blocks),
    }


def home(blocks: Sequence[Block]) -> View:
    """Return what the Home of the app shows one person."""
    check_count("blocks", blocks, VIEW_BLOCKS)
    return {"type": "home", "blocks": list(blocks)}


def option_object(option: Option) -> Block:
    """Return an option as Slack takes it."""
    check_length("option value", option.value, OPTION_VALUE)
    made: Block = {"text": plain_text(option.label, LABEL), "value": option.value}
    if option.description:
        made["description"] = plain_text(option.description, LABEL)
    return made


def _mrkdwn(text: str) -> Block:
    check_length("text", text, SECTION_TEXT)
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def plain_text(text: str, limit: int) -> Block:
    """Return a text object without formatting."""
    check_length("text", text, limit)
    return {"type": "plain_text", "text": text, "emoji": False}


def check_length(what: str, text: str, limit: int) -> None:
    """Raise ValueError for text that Slack would refuse."""
    if not text.strip() or len(text) > limit:
        raise ValueError(f"{what} must have 1 to {limit} characters, not {len(text)}")


def check_count(what: str, things: Sequence[object], limit: int, least: int = 1) -> None:
    """Raise ValueError for more or fewer things than Slack takes."""
    if not least <= len(things) <= limit:
        raise ValueError(f"there must be {least} to {limit} {what}, not {len(things)}")


def _check_unique(field: str, things: Sequence[Block]) -> None:
    named = [each[field] for each in things if field in each]
    if len(set(named)) < len(named):
        raise ValueError(f"a {field} is used twice")
