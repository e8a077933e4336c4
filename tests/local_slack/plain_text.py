"""Renders messages and modals as plain text, for assertions."""

import re
from collections.abc import Sequence

from bot.local_slack.charts import CHART
from bot.local_slack.forms import elements
from bot.local_slack.model import ChatMessage, Json, View
from bot.local_slack.workspace import Workspace

MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")


def read_text(workspace: Workspace, text: str) -> str:
    """Render mrkdwn: mentions as names, links as their labels, dates as their fallback."""
    shown = MARK.sub(lambda mark: _mark(workspace, *mark.groups()), text)
    return shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def read_message(workspace: Workspace, message: ChatMessage) -> str:
    """Render the blocks of a message line by line, or its text when it has none."""
    if not message.blocks:
        return read_text(workspace, message.text)
    return read_blocks(workspace, message.blocks)


def read_view(workspace: Workspace, view: View) -> str:
    """Render a modal: its title, its blocks and its errors."""
    lines = [
        view.content["title"]["text"],
        read_blocks(workspace, view.blocks),
        *view.errors.values(),
        view.trouble,
    ]
    return "\n".join(line for line in lines if line)


def read_blocks(workspace: Workspace, blocks: Sequence[Json]) -> str:
    """Render blocks line by line, with buttons as `[Label]` and menus as `[⋯ Label · Label]`."""
    return "\n".join(line for line in (_read_block(workspace, block) for block in blocks) if line)


def labels(blocks: Sequence[Json]) -> list[str]:
    """List the texts of the buttons from top to bottom."""
    return [element["text"]["text"] for _, element in elements(blocks) if element["type"] == "button"]


def menu_labels(blocks: Sequence[Json]) -> list[str]:
    """List what stands in overflow menus, from top to bottom."""
    menus = [element["options"] for _, element in elements(blocks) if element["type"] == "overflow"]
    return [option["text"]["text"] for options in menus for option in options]


def _read_block(workspace: Workspace, block: Json) -> str:
    if block["type"] == CHART:
        return f"(chart) {block['title']}"
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
    if part["type"] == "overflow":
        return f"[⋯ {' · '.join(option['text']['text'] for option in part['options'])}]"
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
