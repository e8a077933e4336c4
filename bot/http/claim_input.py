"""The body of `POST /claim`, validated strictly: nothing else reaches the database or a log."""

import json
import re
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from bot.http.body import BadField, JsonBody, Widened, read_body

MOST_NUMBER = 10**20 - 1
_ATTEMPT = re.compile(r"[1-9][0-9]{0,8}")


def _number_as_text(value: object) -> object:
    """Convert a number to text: CIs number their runs."""
    is_number = isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MOST_NUMBER
    return str(value) if is_number else value


def _text_as_number(value: object) -> object:
    return int(value) if isinstance(value, str) and _ATTEMPT.fullmatch(value) else value


_AS_NUMBER = Widened({"type": "integer", "minimum": -MOST_NUMBER, "maximum": MOST_NUMBER})
_AS_TEXT = Widened({"type": "string", "pattern": rf"^{_ATTEMPT.pattern}$"})


class ClaimBody(JsonBody):
    """What a run says of itself: its intent, its id and attempt, and the commit it will deploy."""

    repeats_names: ClassVar[bool] = False

    correlation: str = Field(
        alias="correlation_id",
        pattern=r"\A[0-9A-Za-z_-]{1,64}\Z",
        description="give shiproom_correlation_id as the run got it",
    )
    run_id: Annotated[str, BeforeValidator(_number_as_text), _AS_NUMBER] = Field(
        pattern=r"\A[!-~]{1,200}\Z", description="give the run's id as its CI names it"
    )
    attempt: Annotated[int, BeforeValidator(_text_as_number), _AS_TEXT] = Field(
        alias="run_attempt", ge=1, lt=10**9, description="give the number of the run's attempt, from 1"
    )
    sha: str = Field(
        pattern=r"\A[0-9a-f]{7,64}\Z",
        description="give the commit's hash, hexadecimal digits in lower case",
    )


def read_claim(body: bytes) -> ClaimBody:
    """Parse a claim.

    Raises BadField for the first field that is wrong.
    """
    try:
        written = json.loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise BadField("", "The body is not JSON.") from error
    return read_body(ClaimBody, written)


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse a repeated name: two readers would take two different values."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadField("", "The body names a field twice.")
    return fields
