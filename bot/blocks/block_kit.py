"""Constructors for Block Kit dictionaries that check Slack's limits.

No other file spells these dictionaries.

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
    """An option of a select or of checkboxes: the label shown and the value sent."""

    label: str
    value: str


def message(text: str, *blocks: Block) -> Message:
    """Return a message of a text and blocks."""
    _check_length("text", text, MESSAGE_TEXT)
    _check_count("blocks", blocks, MESSAGE_BLOCKS, least=0)
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
    elements = [_mrkdwn(text), *([_plain(exact, SECTION_TEXT)] if exact else [])]
    return {"type": "context", "elements": elements}


def actions(*buttons: Button) -> Block:
    """Return a row of buttons."""
    _check_count("buttons", buttons, 25)
    _check_unique("action_id", buttons)
    return {"type": "actions", "elements": list(buttons)}


def button(label: str, action_id: str, value: str, *, style: str = "", ask: Dialog | None = None) -> Button:
    """Return a button whose value is a command line.

    `style` is "", "primary" or "danger", `ask` a confirmation dialog.
    """
    _check_length("action_id", action_id, NAME)
    _check_length("value", value, VALUE)
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


def overflow(action_id: str, options: Sequence[Option]) -> Button:
    """Return a menu of one to five deeds, each sent with its value.

    Slack asks one question for a whole menu, so a deed that has to be confirmed opens a modal instead.
    """
    _check_length("action_id", action_id, NAME)
    _check_count("options", options, MENU_OPTIONS)
    return {"type": "overflow", "action_id": action_id, "options": [_option(each) for each in options]}


def dialog(title: str, text: str, yes: str, no: str = "Not now") -> Dialog:
    """Return Slack's confirmation dialog for a button."""
    return {
        "title": _plain(title, 100),
        "text": _plain(text, 300),
        "confirm": _plain(yes, 30),
        "deny": _plain(no, 30),
    }


def modal(callback_id: str, title: str, submit: str, blocks: Sequence[Block], *, metadata: str = "") -> View:
    """Return a modal; `metadata` comes back with its input."""
    _check_length("callback_id", callback_id, NAME)
    _check_count("blocks", blocks, VIEW_BLOCKS)
    _check_unique("block_id", blocks)
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


def notice(title: str, blocks: Sequence[Block]) -> View:
    """Return a modal that only tells something."""
    _check_count("blocks", blocks, VIEW_BLOCKS)
    return {"type": "modal", "title": _plain(title, 24), "close": _plain("Close", 24), "blocks": list(blocks)}


def home(blocks: Sequence[Block]) -> View:
    """Return what the Home of the app shows one person."""
    _check_count("blocks", blocks, VIEW_BLOCKS)
    return {"type": "home", "blocks": list(blocks)}


def text_input(block_id: str, label: str, *, optional: bool, start: str = "") -> Block:
    """Return a multiline text field for 500 characters, initially `start`."""
    element: Block = {"type": "plain_text_input", "action_id": INPUT, "multiline": True, "max_length": 500}
    if start:
        _check_length("start", start, 500)
        element["initial_value"] = start
    return _input(block_id, label, element, optional=optional)


def checkbox_input(block_id: str, label: str, options: Sequence[Option], *, optional: bool = False) -> Block:
    """Return one to ten checkboxes."""
    _check_count("options", options, 10)
    element: Block = {
        "type": "checkboxes",
        "action_id": INPUT,
        "options": [_option(each) for each in options],
    }
    return _input(block_id, label, element, optional=optional)


def select_input(
    block_id: str, label: str, options: Sequence[Option], chosen: str = "", *, sent_as: str = ""
) -> Block:
    """Return a select of up to 100 options.

    With `sent_as` Slack sends each choice at once, with that action id.
    """
    _check_count("options", options, 100)
    element: Block = {
        "type": "static_select",
        "action_id": sent_as or INPUT,
        "options": [_option(each) for each in options],
    }
    first = next((each for each in options if each.value == chosen), None)
    if first is not None:
        element["initial_option"] = _option(first)
    made = _input(block_id, label, element, optional=False)
    return {**made, "dispatch_action": True} if sent_as else made


def _input(block_id: str, label: str, element: Block, *, optional: bool) -> Block:
    _check_length("block_id", block_id, NAME)
    return {
        "type": "input",
        "block_id": block_id,
        "label": _plain(label, 2000),
        "element": element,
        "optional": optional,
    }


def _option(option: Option) -> Block:
    _check_length("option value", option.value, OPTION_VALUE)
    return {"text": _plain(option.label, 75), "value": option.value}


def _mrkdwn(text: str) -> Block:
    _check_length("text", text, SECTION_TEXT)
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    _check_length("text", text, limit)
    return {"type": "plain_text", "text": text, "emoji": False}


def _check_length(what: str, text: str, limit: int) -> None:
    if not text.strip() or len(text) > limit:
        raise ValueError(f"{what} must have 1 to {limit} characters, not {len(text)}")


def _check_count(what: str, things: Sequence[object], limit: int, least: int = 1) -> None:
    if not least <= len(things) <= limit:
        raise ValueError(f"there must be {least} to {limit} {what}, not {len(things)}")


def _check_unique(field: str, things: Sequence[Block]) -> None:
    named = [each[field] for each in things if field in each]
    if len(set(named)) < len(named):
        raise ValueError(f"a {field} is used twice")
