"""Slack's limits for blocks that Shiproom does not use itself, so that one which is tried is judged and not only unknown.

Sources: docs.slack.dev/reference/block-kit/blocks (table-block, data-table-block, plan-block, task-card-block,
container-block, alert-block, markdown-block, rich-text-block), slack_sdk's models, `@slack/types`.
"""

from collections.abc import Mapping
from typing import Any, cast

from bot.local_slack.rules import (
    BlockFault,
    Faults,
    Fields,
    Needed,
    Rule,
    flag,
    kinds,
    listed,
    number,
    one_of,
    shape,
    words,
)

MARKDOWN_LIMIT, TABLE_LIMIT, DATA_TABLE_LIMIT = 12_000, 10_000, 20_000
IN_MODALS_ONLY = frozenset({"alert"})
IN_MESSAGES_ONLY = frozenset({"markdown", "table", "data_table", "plan", "task_card", "container"})


def quantity(value: Any, at: str) -> Faults:  # noqa: ANN401 - what an app sends can be anything
    """Any number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield BlockFault("invalid_type", "must be a number", at)


STYLES = shape(dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), flag))
RICH_LEAVES: Mapping[str, Fields] = {
    "text": {"text": Needed(words(3000)), "style": STYLES},
    "link": {"url": Needed(words(3000)), "text": words(3000), "unsafe": flag, "style": STYLES},
    "emoji": {"name": Needed(words(255)), "unicode": words(255), "skin_tone": number(1, 6)},
    "user": {"user_id": Needed(words(255)), "style": STYLES},
    "usergroup": {"usergroup_id": Needed(words(255)), "style": STYLES},
    "channel": {"channel_id": Needed(words(255)), "style": STYLES},
    "broadcast": {"range": Needed(one_of("here", "channel", "everyone")), "style": STYLES},
}
LEAVES = Needed(listed(kinds(RICH_LEAVES, "rich text"), 0, 1000))
SECTION: Fields = {"elements": LEAVES}
RICH_TEXT: Fields = {
    "elements": Needed(
        listed(
            kinds(
                {
                    "rich_text_section": SECTION,
                    "rich_text_preformatted": {
                        "elements": LEAVES,
                        "border": number(0, 1),
                        "language": words(50),
                    },
                    "rich_text_quote": {"elements": LEAVES, "border": number(0, 1)},
                    "rich_text_list": {
                        "elements": Needed(
                            listed(kinds({"rich_text_section": SECTION}, "rich text"), 1, 1000)
                        ),
                        "style": Needed(one_of("bullet", "ordered")),
                        "indent": number(0, 8),
                        "offset": number(0, 10_000),
                        "border": number(0, 1),
                    },
                },
                "rich text",
            ),
            1,
            1000,
        )
    )
}
RICH = kinds({"rich_text": {"block_id": words(255), **RICH_TEXT}}, "rich text")
CELLS: Mapping[str, Fields] = {"raw_text": {"text": Needed(words(TABLE_LIMIT))}, "rich_text": RICH_TEXT}
NUMBER_CELL: Fields = {"value": Needed(quantity), "text": Needed(words(3000))}
TASK: Fields = {
    "task_id": Needed(words(255)),
    "title": Needed(words(255)),
    "status": Needed(one_of("pending", "in_progress", "complete", "error")),
    "details": RICH,
    "output": RICH,
    "sources": listed(
        kinds({"url": {"url": Needed(words(3000)), "text": Needed(words(3000))}}, "source"), 0, 100
    ),
}
COLUMN = shape({"align": one_of("left", "center", "right"), "is_wrapped": flag})


def newer(plain: Rule, text: Rule, image: Fields) -> dict[str, Fields]:
    """The table of these blocks, over titles of 150 characters, an alert's text, and the fields of an image."""
    return {
        "rich_text": RICH_TEXT,
        "markdown": {"text": Needed(words(MARKDOWN_LIMIT))},
        "table": {
            "rows": Needed(listed(listed(kinds(CELLS, "cell"), 1, 20), 1, 100)),
            "column_settings": listed(COLUMN, 0, 20),
        },
        "data_table": {
            "rows": Needed(
                listed(listed(kinds({**CELLS, "raw_number": NUMBER_CELL}, "cell"), 1, 20), 2, 201)
            ),
            "caption": Needed(words(3000)),
            "page_size": number(1, 100),
            "row_header_column_index": number(0, 19),
        },
        "task_card": TASK,
        "plan": {
            "title": Needed(words(255)),
            "tasks": listed(kinds({"task_card": {"block_id": words(255), **TASK}}, "block"), 0, 50),
        },
        "alert": {
            "text": Needed(text),
            "level": one_of("default", "info", "warning", "error", "success"),
        },
        "container": {
            "title": plain,
            "rich_text_title": RICH,
            "subtitle": plain,
            "width": one_of("narrow", "standard", "wide", "full"),
            "icon": kinds({"image": image}, "element"),
            "is_collapsible": flag,
            "default_collapsed": flag,
            "has_header_divider": flag,
        },
    }


def letters(value: Any) -> int:  # noqa: ANN401 - any part of a block
    """How many characters stand in the texts of a block."""
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return sum(
            len(each) if name == "text" and isinstance(each, str) else letters(each)
            for name, each in given.items()
        )
    return sum(map(letters, cast("list[Any]", value))) if isinstance(value, list) else 0
