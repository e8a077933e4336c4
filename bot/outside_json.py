"""JSON that somebody else wrote, read so that what it says can be kept.

A string of JSON can hold NUL, which PostgreSQL refuses, and half of a surrogate pair, which no UTF-8 can spell (RFC 8259,
section 8.2): whoever lets one in is told so much later, by a database.
"""

import json
import re
from typing import Any, cast

_UNKEPT = re.compile("[\x00\ud800-\udfff]")
_SPELLED = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")
"""How both are written in JSON that is UTF-8; a whole pair, such as an emoji, is written so too."""


def read_json(written: str | bytes) -> Any:  # noqa: ANN401 - any JSON
    """Read JSON; NUL and halves of pairs become U+FFFD.

    Raises ValueError for what is none or no UTF-8, and RecursionError for what is nested too deeply.
    """
    text = written if isinstance(written, str) else written.decode()
    read = json.loads(text)
    return keepable(read) if _SPELLED.search(text) else read


def keepable(value: Any) -> Any:  # noqa: ANN401 - any JSON
    """Give what JSON was read into with NUL and halves of pairs as U+FFFD, in names too."""
    if isinstance(value, str):
        return _UNKEPT.sub("\N{REPLACEMENT CHARACTER}", value)
    if isinstance(value, list):
        return [keepable(each) for each in cast("list[Any]", value)]
    if isinstance(value, dict):
        return {keepable(name): keepable(each) for name, each in cast("dict[Any, Any]", value).items()}
    return value
