"""A message or modal as a person reads it, in plain words, so that a test can say what somebody sees."""

import re
from collections.abc import Sequence

from bot.local_slack.forms import elements
from bot.local_slack.model import Json, Message, View
from bot.local_slack.workspace import Workspace

MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def read_text(workspace: Workspace, text: str) -> str:
    """Slack's mrkdwn with mentions as names, links as their labels and dates as their fallback."""
    shown = MARK.sub(lambda mark: _mark(workspace, *mark.groups()), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_message(workspace: Workspace, message: Message) -> str:
    """What stands in a message: its blocks, line by line, or its text when it has none."""
    if not message.blocks:
        return read_text(workspace, message.text)
    return read_blocks(workspace, message.blocks)


def read_view(workspace: Workspace, view: View) -> str:
    """What stands in a modal, its title first, and what was refused."""
    lines = [
        view.content["title"]["text"],
        read_blocks(workspace, view.blocks),
        *view.errors.values(),
        view.trouble,
    ]
    return "\n".join(line for line in lines if line)


def read_blocks(workspace: Workspace, blocks: Sequence[Json]) -> str:
    """Blocks, line by line, with buttons as `[Label]`."""
    return "\n".join(line for line in (_read_block(workspace, block) for block in blocks) if line)


def labels(blocks: Sequence[Json]) -> list[str]:
    """What stands on the buttons, in the order of reading."""
    return [element["text"]["text"] for _, element in elements(blocks) if element["type"] == "button"]


def _read_block(workspace: Workspace, block: Json) -> str:
    parts = [
        block.get("text"),
        block.get("label"),
        *block.get("fields", ()),
        *block.get("elements", ()),
        block.get("accessory"),
    ]
    return " ".join(_read_part(workspace, part) for part in parts if part) or block.get("alt_text", "")


def _read_part(workspace: Workspace, part: Json | str) -> str:
    if isinstance(part, str):
        return part
    if part["type"] == "button":
        return f"[{part['text']['text']}]"
    if part["type"] == "mrkdwn":
        return read_text(workspace, part["text"])
    return part.get("text") or part.get("alt_text", "")


def _mark(workspace: Workspace, sign: str, name: str, label: str | None) -> str:
    if sign == "@":
        return f"@{workspace.users[name].name if name in workspace.users else name}"
    if sign == "#":
        return f"#{workspace.channels[name].name if name in workspace.channels else name}"
    if sign == "!" and name.startswith("subteam^"):
        group = workspace.groups.get(name.removeprefix("subteam^"))
        return f"@{group.handle if group else name}"
    return label or (f"@{name}" if sign else name)
