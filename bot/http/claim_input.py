"""Reads what a run posts to `/claim`, strictly: what does not fit its one shape never comes near the database or a log."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from bot.http.build_input import BadField

_HINTS: dict[str, tuple[re.Pattern[str], str]] = {
    "correlation_id": (
        re.compile(r"[0-9A-Za-z_-]{1,64}\Z"),
        "give shiproom_correlation_id as the run got it",
    ),
    "run_id": (re.compile(r"[!-~]{1,200}\Z"), "give the run's id as its CI names it"),
    "run_attempt": (re.compile(r"[1-9][0-9]{0,8}\Z"), "give the number of the run's attempt, from 1"),
    "sha": (re.compile(r"[0-9a-f]{7,64}\Z"), "give the commit's hash, hexadecimal digits in lower case"),
}
_NUMBERS = frozenset({"run_id", "run_attempt"})
"""Fields that may also come as numbers: CIs number their runs."""


@dataclass(frozen=True, slots=True)
class Posted:
    """What a run says of itself: the intent it was started for, its id and attempt, and the commit that it will deploy."""

    correlation: str
    run_id: str
    attempt: int
    sha: str


def read_claim(body: bytes) -> Posted:
    """Read a claim.

    Raises BadField for the first field that is wrong.
    """
    try:
        written = json.loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise BadField("", "The body is not JSON.") from error
    if not isinstance(written, dict):
        raise BadField("", "The body must be a JSON object.")
    fields = cast("dict[str, Any]", written)
    if fields.keys() - _HINTS.keys():
        raise BadField("", f"The body has a field that is unknown. Known: {', '.join(_HINTS)}.")
    text = {name: _text(fields.get(name), name) for name in _HINTS}
    return Posted(text["correlation_id"], text["run_id"], int(text["run_attempt"]), text["sha"])


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a name that stands there twice: two readers would take two different values."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadField("", "The body names a field twice.")
    return fields


def _text(value: Any, name: str) -> str:  # noqa: ANN401 - anything can come in
    pattern, hint = _HINTS[name]
    if value is None:
        raise BadField(name, f"The field {name} is missing: {hint}.")
    if name in _NUMBERS and isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**20:
        value = str(value)
    if not isinstance(value, str) or not pattern.match(value):
        raise BadField(name, f"The field {name} is not understood: {hint}.")
    return value
