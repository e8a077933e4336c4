"""Validators that the Block Kit schema is built from."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast


@dataclass(frozen=True, slots=True)
class BlockError:
    """What Slack would refuse, with the JSON pointer to it."""

    code: str
    message: str
    pointer: str

    def __str__(self) -> str:
        """Return the line in the style of Slack's own error messages."""
        return f"{self.message} [json-pointer:{self.pointer}]"


BlockErrors: TypeAlias = Iterator[BlockError]
Rule: TypeAlias = Callable[[Any, str], BlockErrors]


@dataclass(frozen=True, slots=True)
class Required:
    """A required field."""

    rule: Rule


Fields: TypeAlias = Mapping[str, "Rule | Required"]


def string(limit: int, low: int = 1) -> Rule:
    """Accept a string of `low` to `limit` characters."""

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401 - what an app sends can be anything
        if not isinstance(value, str):
            yield BlockError("invalid_type", "must be a string", at)
        elif len(value) < low:
            yield BlockError("too_short", f"must be more than {low - 1} characters", at)
        elif len(value) > limit:
            yield BlockError("too_long", f"must be less than {limit + 1} characters", at)

    return check


def boolean(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
    """Accept true and false."""
    if not isinstance(value, bool):
        yield BlockError("invalid_type", "must be a boolean", at)


def integer(low: int, high: int) -> Rule:
    """Accept an integer from `low` to `high`."""

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            yield BlockError("invalid_value", f"must be a number from {low} to {high}", at)

    return check


def one_of(*allowed: str) -> Rule:
    """Accept one of these strings."""

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        if value not in allowed:
            yield BlockError("invalid_value", f"must be one of: {', '.join(allowed)}", at)

    return check


def array(rule: Rule, low: int, high: int) -> Rule:
    """Accept a list of `low` to `high` items that satisfy `rule`."""

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        if not isinstance(value, list):
            yield BlockError("invalid_type", "must be an array", at)
            return
        items = cast("list[Any]", value)
        if len(items) < low:
            yield BlockError("too_few", f"no fewer than {low} items allowed", at)
        if len(items) > high:
            yield BlockError("too_many", f"no more than {high} items allowed", at)
        for index, item in enumerate(items):
            yield from rule(item, f"{at}/{index}")

    return check


def url(limit: int, *schemes: str) -> Rule:
    """Accept a URL of at most `limit` characters with one of these schemes, or any."""
    written = re.compile(rf"({'|'.join(schemes) or '[a-zA-Z][a-zA-Z0-9+.-]*'}):\S+\Z")

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        errors = list(string(limit)(value, at))
        yield from errors
        if not errors and not written.match(value):
            yield BlockError("invalid_url", "must be a valid URL", at)

    return check


def object_with(fields: Fields) -> Rule:
    """Accept an object with these fields and no others."""

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        if not isinstance(value, dict):
            yield BlockError("invalid_type", "must be an object", at)
            return
        given = cast("dict[str, Any]", value)
        for name, rule in fields.items():
            if name in given:
                yield from (rule.rule if isinstance(rule, Required) else rule)(given[name], f"{at}/{name}")
            elif isinstance(rule, Required):
                yield BlockError("missing_field", f"missing required field: {name}", at)
        for name in given.keys() - fields.keys():
            yield BlockError("additional_field", f"invalid additional property: {name}", f"{at}/{name}")

    return check


def typed_object(known: Mapping[str, Fields], what: str) -> Rule:
    """Accept an object whose `type` selects its fields; `what` names it in errors."""
    shapes = {kind: object_with({"type": one_of(kind), **fields}) for kind, fields in known.items()}

    def check(value: Any, at: str) -> BlockErrors:  # noqa: ANN401
        kind = cast("dict[str, Any]", value).get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in shapes:
            yield from shapes[kind](value, at)
        else:
            yield BlockError("unsupported_type", f"unsupported {what}: {kind}", at)

    return check
