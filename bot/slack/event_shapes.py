"""The shape of what happened, as the Events API tells it: the fields of every kind of event that is handled.

A field that other kinds of events fill with something else is left out there rather than refused.
"""

from typing import Annotated, Any, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict

LONGEST_INPUT = 300
"""Characters of an input of a step that are read; what Shiproom takes there is a name, a version or a number."""


class Shape(BaseModel):
    """Some fields of a payload; others are left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


def _text(value: object) -> object:
    return value if isinstance(value, str) else None


Text = Annotated[str | None, BeforeValidator(_text)]
"""A field that is text in the events that are handled, and something else in others."""


def _texts(value: object) -> object:
    if not isinstance(value, dict):
        return None
    found = cast("dict[object, object]", value).items()
    return {
        name: text[:LONGEST_INPUT]
        for name, text in found
        if isinstance(name, str) and isinstance(text, str) and text
    }


_Texts = Annotated[dict[str, str] | None, BeforeValidator(_texts)]
"""Of an object only what is text in it."""


class Event(Shape):
    """What happened.

    `edited`, `bot_profile` and `view` only have to be there; what they hold is of no interest. `function`, `inputs` and
    `function_execution_id` are of a step of a workflow; the token that comes with it is not read.
    """

    type: str
    user: Text = None
    channel: Text = None
    text: Text = None
    ts: Text = None
    thread_ts: Text = None
    tab: Text = None
    subtype: Text = None
    bot_id: Text = None
    bot_profile: Any = None
    view: Any = None
    edited: Any = None
    function: _Texts = None
    inputs: _Texts = None
    function_execution_id: Text = None
