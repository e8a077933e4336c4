"""Reads the values of a submitted modal; what is not as Slack sends it raises AttributeError, KeyError or TypeError."""

from collections.abc import Mapping
from typing import Any, cast

LONGEST = 500
TICKS = "ticks"
"""The block of checkboxes; with `ticks:0` and so on a modal has several."""


def only_values(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the one value of each block; `build:website` is the value of `build`, and each of `ticks:0` its own."""
    blocks = cast("Mapping[str, Mapping[str, Any]]", view["state"]["values"])
    return {_name(block_id): _only(actions) for block_id, actions in blocks.items()}


def _name(block_id: str) -> str:
    name, _, rest = block_id.partition(":")
    return f"{name}:{rest}" if name == TICKS and rest else name


def _only(actions: Mapping[str, Any]) -> Any:  # noqa: ANN401 - what Slack sends for an input
    [value] = actions.values()
    return value


def chosen(values: dict[str, Any], name: str) -> str:
    """Return the value of the option that was chosen; empty if none was."""
    option = values.get(name, {}).get("selected_option")
    return "" if option is None else _string(option["value"])


def ticked(values: dict[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of the boxes that were ticked."""
    return tuple(_string(option["value"]) for option in values.get(name, {}).get("selected_options") or ())


def written(values: dict[str, Any], name: str) -> str:
    """Return what was written, on one line."""
    return " ".join(_string(values.get(name, {}).get("value") or "").split())[:LONGEST]


def _string(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value
