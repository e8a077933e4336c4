"""Parses untrusted JSON, and removes what the databases cannot store.

A JSON string can hold NUL, which PostgreSQL refuses, and half of a surrogate pair, which UTF-8 cannot encode (RFC 8259,
section 8.2). If one gets in, the error comes much later, from a database.
"""

import json
import re
from typing import Any, cast

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_SPELLED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""How both are escaped in JSON that is UTF-8; a whole pair, such as an emoji, may be escaped like that too."""


def read_json(written: str | bytes) -> Any:  # noqa: ANN401 - any JSON
    """Parse JSON; NUL and halves of pairs become U+FFFD.

    Raises ValueError for invalid JSON or UTF-8, and RecursionError if it is nested too deeply.
    """
    text = written if isinstance(written, str) else written.decode()
    read = json.loads(text)
    return strip_unstorable(read) if _SPELLED.search(text) else read


def strip_unstorable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Return parsed JSON with NUL and halves of pairs as U+FFFD, in names too."""
    if isinstance(value, str):
        return _UNKEPT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [strip_unstorable(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {
            strip_unstorable(name): strip_unstorable(each)
            for name, each in cast("dict[Any, Any]", value).items()
        }
    return value
