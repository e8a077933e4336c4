"""A message as a person reads it, and as Slack's own models and limits see it."""

from typing import Any, cast

from slack_sdk.models.blocks import Block

from bot.blocks.block_kit import CHART, Message
from bot.blocks.text import visible
from bot.local_slack.block_kit import message_errors


def spoken(blocks: list[dict[str, Any]]) -> str:
    """Read blocks aloud: text line by line, buttons in brackets, and a menu with its entries."""
    return "\n".join(_spoken(block) for block in blocks)


def _spoken(block: dict[str, Any]) -> str:
    if block["type"] == CHART:
        return f"(chart) {block['title']}"
    parts = [block[name] for name in ("text", "label") if name in block] + list(block.get("elements", ()))
    return " ".join(_part(part) for part in parts) or "----"


def _part(part: dict[str, Any]) -> str:
    if part["type"] == "button":
        return f"[{part['text']['text']}]"
    if part["type"] == "overflow":
        return f"[⋯ {' / '.join(each['text']['text'] for each in part['options'])}]"
    return visible(part["text"]) if part["type"] == "mrkdwn" else part["text"]


def models(blocks: list[dict[str, Any]]) -> list[Any]:
    """Read blocks into slack_sdk's models, which leave out what they do not know."""
    return cast("Any", Block).parse_all(blocks)


def accepted(message: Message) -> bool:
    """Whether Slack would take the message, by slack_sdk's models, which know no charts, and by the local Slack's limits."""
    known = [each for each in message.blocks if each["type"] != CHART]
    assert [each.to_dict()["type"] for each in models(known)] == [each["type"] for each in known]
    assert not message_errors(message.blocks)
    return 1 <= len(message.text) <= 4000
