"""The only file that spells Block Kit dictionaries: constructors that hold Slack's limits, so that no message is lost to one.

Limits: docs.slack.dev/reference/block-kit and docs.slack.dev/reference/methods/chat.update (text of 4,000 characters).
A constructor raises ValueError where Slack would refuse; who calls it shortens first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from bot.blocks.text import escape

Block: TypeAlias = dict[str, Any]
Button: TypeAlias = dict[str, Any]
Dialog: TypeAlias = dict[str, Any]
View: TypeAlias = dict[str, Any]

MESSAGE_TEXT, MESSAGE_BLOCKS, VIEW_BLOCKS = 4000, 50, 100
SECTION_TEXT, LABEL, VALUE, NAME = 3000, 75, 2000, 255
FILLED = "filled"
"""The action id of every input: a block has one, and the block's id tells them apart."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message: `text` is what a push, a notification and a screen reader say, `blocks` what is seen."""

    text: str
    blocks: list[Block]


class Option(NamedTuple):
    """One choice of a select or of ticks: what is read and what is sent."""

    label: str
    value: str


def message(text: str, *blocks: Block) -> Message:
    """Put a message together."""
    _within("text", text, MESSAGE_TEXT)
    _at_most("blocks", blocks, MESSAGE_BLOCKS, least=0)
    _all_different("block_id", blocks)
    return Message(text, list(blocks))


def section(text: str) -> Block:
    """Text in mrkdwn, with Slack's own search for links and mentions turned off."""
    return {"type": "section", "text": _mrkdwn(text)}


def code(text: str) -> Block:
    """Lines as they are, in one block of code; the text has to be free of backticks."""
    if "`" in text:
        raise ValueError("a backtick would end the block of code")
    return section(f"```{text}```")


def footnote(text: str) -> Block:
    """Small print, shown letter by letter."""
    _within("footnote", text, SECTION_TEXT)
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}


def divider() -> Block:
    """A thin line."""
    return {"type": "divider"}


def actions(*buttons: Button) -> Block:
    """A row of buttons."""
    _at_most("buttons", buttons, 25)
    _all_different("action_id", buttons)
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, style: str = "", ask: Dialog | None = None) -> Button:
    """A button that stands for a command line; `style` is "", "primary" or "danger", `ask` Slack's own "are you sure?"."""
    _within("action_id", action_id, NAME)
    _within("value", value, VALUE)
    made: Button = {
        "type": "button",
        "text": _plain(label, LABEL),
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


def dialog(title: str, text: str, yes: str, no: str = "Not now") -> Dialog:
    """Slack's own dialog before a button counts."""
    return {
        "title": _plain(title, 100),
        "text": _plain(text, 300),
        "confirm": _plain(yes, 30),
        "deny": _plain(no, 30),
    }


def modal(callback_id: str, title: str, submit: str, blocks: Sequence[Block], *, metadata: str = "") -> View:
    """A form; `metadata` comes back with what was filled in."""
    _within("callback_id", callback_id, NAME)
    _at_most("blocks", blocks, VIEW_BLOCKS)
    _all_different("block_id", blocks)
    if len(metadata) > 3000:  # noqa: PLR2004 - Slack's limit for private_metadata
        raise ValueError("metadata is too long")
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": _plain(title, 24),
        "submit": _plain(submit, 24),
        "close": _plain("Close", 24),
        "private_metadata": metadata,
        "blocks": list(blocks),
    }


def words_input(block_id: str, label: str, *, optional: bool, start: str = "") -> Block:
    """A field for a few sentences, in which `start` stands already."""
    element: Block = {"type": "plain_text_input", "action_id": FILLED, "multiline": True, "max_length": 500}
    if start:
        _within("start", start, 500)
        element["initial_value"] = start
    return _input(block_id, label, element, optional=optional)


def ticks_input(block_id: str, label: str, options: Sequence[Option], *, optional: bool = False) -> Block:
    """Boxes to tick, at most ten."""
    _at_most("options", options, 10)
    element: Block = {
        "type": "checkboxes",
        "action_id": FILLED,
        "options": [_option(each) for each in options],
    }
    return _input(block_id, label, element, optional=optional)


def choice_input(
    block_id: str, label: str, options: Sequence[Option], chosen: str = "", *, tells: bool = False
) -> Block:
    """One of up to a hundred choices; with `tells` a choice is reported at once, so that the form can follow it."""
    _at_most("options", options, 100)
    element: Block = {
        "type": "static_select",
        "action_id": FILLED,
        "options": [_option(each) for each in options],
    }
    first = next((each for each in options if each.value == chosen), None)
    if first is not None:
        element["initial_option"] = _option(first)
    made = _input(block_id, label, element, optional=False)
    return {**made, "dispatch_action": True} if tells else made


def _input(block_id: str, label: str, element: Block, *, optional: bool) -> Block:
    _within("block_id", block_id, NAME)
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, 2000),
        "element": element,
        "optional": optional,
    }


def _option(option: Option) -> Block:
    _within("option value", option.value, 150)
    return {"text": _plain(option.label, 75), "value": option.value}


def _mrkdwn(text: str) -> Block:
    _within("text", text, SECTION_TEXT)
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    _within("text", text, limit)
    return {"type": "plain_text", "text": text, "emoji": False}


def _within(what: str, text: str, limit: int) -> None:
    if not text.strip() or len(text) > limit:
        raise ValueError(f"{what} must have 1 to {limit} characters, not {len(text)}")


def _at_most(what: str, things: Sequence[object], limit: int, least: int = 1) -> None:
    if not least <= len(things) <= limit:
        raise ValueError(f"there must be {least} to {limit} {what}, not {len(things)}")


def _all_different(field: str, things: Sequence[Block]) -> None:
    named = [each[field] for each in things if field in each]
    if len(set(named)) < len(named):
        raise ValueError(f"a {field} is used twice")


__all__ = [
    "FILLED",
    "Block",
    "Button",
    "Dialog",
    "Message",
    "Option",
    "View",
    "actions",
    "button",
    "choice_input",
    "code",
    "dialog",
    "divider",
    "escape",
    "footnote",
    "message",
    "modal",
    "section",
    "ticks_input",
    "words_input",
]
