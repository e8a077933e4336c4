"""The stones of the Block Kit rules: small checks that name what is wrong and where, as blocks.validate
does.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast


@dataclass(frozen=True, slots=True)
class BlockFault:
    """What Slack would refuse, with the JSON pointer to it."""

    code: str
    message: str
    pointer: str

    def __str__(self) -> str:
        """The line in the manner of Slack's own error texts."""
        return f"{self.message} [json-pointer:{self.pointer}]"


Faults: TypeAlias = Iterator[BlockFault]
Rule: TypeAlias = Callable[[Any, str], Faults]


@dataclass(frozen=True, slots=True)
class Needed:
    """A field that must be there."""

    rule: Rule


Fields: TypeAlias = Mapping[str, "Rule | Needed"]


def words(limit: int, low: int = 1) -> Rule:
    """A plain string of `low` to `limit` characters."""

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401 - what an app sends can be anything
        if not isinstance(value, str):
            yield BlockFault("invalid_type", "must be a string", at)
        elif len(value) < low:
            yield BlockFault("too_short", f"must be more than {low - 1} characters", at)
        elif len(value) > limit:
            yield BlockFault("too_long", f"must be less than {limit + 1} characters", at)

    return check


def flag(value: Any, at: str) -> Faults:  # noqa: ANN401
    """True or false."""
    if not isinstance(value, bool):
        yield BlockFault("invalid_type", "must be a boolean", at)


def number(low: int, high: int) -> Rule:
    """An integer from `low` to `high`."""

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            yield BlockFault("invalid_value", f"must be a number from {low} to {high}", at)

    return check


def one_of(*allowed: str) -> Rule:
    """One of a few words."""

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        if value not in allowed:
            yield BlockFault("invalid_value", f"must be one of: {', '.join(allowed)}", at)

    return check


def listed(rule: Rule, low: int, high: int) -> Rule:
    """A list of `low` to `high` items that each keep `rule`."""

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        if not isinstance(value, list):
            yield BlockFault("invalid_type", "must be an array", at)
            return
        items = cast("list[Any]", value)
        if len(items) < low:
            yield BlockFault("too_few", f"no fewer than {low} items allowed", at)
        if len(items) > high:
            yield BlockFault("too_many", f"no more than {high} items allowed", at)
        for index, item in enumerate(items):
            yield from rule(item, f"{at}/{index}")

    return check


def address(limit: int, *schemes: str) -> Rule:
    """An address of at most `limit` characters, with one of these schemes, or (none given) with any."""
    written = re.compile(rf"({'|'.join(schemes) or '[a-zA-Z][a-zA-Z0-9+.-]*'}):\S+\Z")

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        faults = list(words(limit)(value, at))
        yield from faults
        if not faults and not written.match(value):
            yield BlockFault("invalid_url", "must be a valid URL", at)

    return check


def shape(fields: Fields) -> Rule:
    """An object with these fields and no others."""

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        if not isinstance(value, dict):
            yield BlockFault("invalid_type", "must be an object", at)
            return
        given = cast("dict[str, Any]", value)
        for name, rule in fields.items():
            if name in given:
                yield from (rule.rule if isinstance(rule, Needed) else rule)(given[name], f"{at}/{name}")
            elif isinstance(rule, Needed):
                yield BlockFault("missing_field", f"missing required field: {name}", at)
        for name in given.keys() - fields.keys():
            yield BlockFault("additional_field", f"invalid additional property: {name}", f"{at}/{name}")

    return check


def kinds(known: Mapping[str, Fields], what: str) -> Rule:
    """An object whose `type` chooses its fields out of `known`; `what` is what such an object is called."""
    shapes = {kind: shape({"type": one_of(kind), **fields}) for kind, fields in known.items()}

    def check(value: Any, at: str) -> Faults:  # noqa: ANN401
        kind = cast("dict[str, Any]", value).get("type") if isinstance(value, dict) else None
        if isinstance(kind, str) and kind in shapes:
            yield from shapes[kind](value, at)
        else:
            yield BlockFault("unsupported_type", f"unsupported {what}: {kind}", at)

    return check
