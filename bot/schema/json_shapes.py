"""What each reader takes, as JSON Schema: the schema of the policy file is derived from the types of its fields.

JSON Schema says less than the readers: what refers to another part of the file, and how a text is quoted, only they know.
"""

import re
from collections.abc import Collection
from typing import Any

from bot.schema.readers import MOST_COUNTED
from bot.schema.words import NAME, RELEASE, TEXT, TextFormat
from handlers.actions import RESERVED

_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_LINE = rf"[^{_CONTROL}]+"
_LINES = r"[^\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]+"
_SECRET = r"\$\{[A-Za-z_][A-Za-z0-9_]*\}"  # noqa: S105 - a pattern
_DURATION = r"^(?=[0-9dhm]*[1-9])([0-9]{1,3}d)?([0-9]{1,5}h)?([0-9]{1,5}m)?([0-9]{1,5}s)?$"


def text_schema(text_format: TextFormat) -> dict[str, Any]:
    """Return the schema of a text in a format."""
    if text_format.pattern is not None:
        return {"type": "string", "pattern": f"^(?:{text_format.pattern.pattern})$"}
    return {"type": "string", "pattern": f"^{_LINES if text_format.lines else _LINE}$"}


def name_schema() -> dict[str, Any]:
    """Return the schema of a name: of a team, a CI, a service or an environment."""
    return {**text_schema(NAME), "not": {"anyOf": [{"enum": sorted(RESERVED)}, _whole(RELEASE)]}}


def _whole(pattern: re.Pattern[str]) -> dict[str, Any]:
    return {"pattern": f"^{pattern.pattern}$"}


def list_schema(items: dict[str, Any], *, distinct: bool = True, most: int = 0) -> dict[str, Any]:
    """Return the schema of a list that is not empty."""
    found: dict[str, Any] = {"type": "array", "items": items, "minItems": 1}
    return found | ({"uniqueItems": True} if distinct else {}) | ({"maxItems": most} if most else {})


def pairs_schema(text_format: TextFormat) -> dict[str, Any]:
    """Return the schema of a mapping of texts to texts."""
    return {
        "type": "object",
        "propertyNames": text_schema(TEXT),
        "additionalProperties": text_schema(text_format),
        "minProperties": 1,
    }


def count_schema(least: int = 1, most: int = MOST_COUNTED) -> dict[str, Any]:
    """Return the schema of a whole number."""
    return {"type": "integer", "minimum": least, "maximum": most}


def choice_schema(choices: Collection[str]) -> dict[str, Any]:
    """Return the schema of one of several words."""
    return {"type": "string", "enum": list(choices)}


FLAG: dict[str, Any] = {"type": "boolean"}
SECONDS: dict[str, Any] = {"type": "string", "pattern": _DURATION}
SECRET: dict[str, Any] = {"type": "string", "pattern": _SECRET}
