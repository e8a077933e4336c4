"""Parses YAML into text nodes with positions, strictly.

Aliases, tags, duplicate keys, deep nesting and silently converted values are errors. PyYAML's own loading drops duplicate keys,
reads `off` as False and `22:30` as 1350, and expands aliases without limit.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias, cast

import yaml
from yaml.resolver import Resolver

from bot.schema.diagnostics import Diagnostics, Position, TooManyDiagnosticsError, shown
from bot.schema.syntax import may_read_differently, syntax_problem

MOST_BYTES = 256 * 1024
MOST_DEPTH = 20

_RESOLVER = cast(Any, Resolver())
"""PyYAML's own resolver of values; its types are not declared."""

_TEXT_TAG = "tag:yaml.org,2002:str"
_READ_AS = {
    "int": "a number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "timestamp": "a date",
}
_FLAG_ELSEWHERE = frozenset("yYnN")
_NUMBER_ELSEWHERE = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][-+]?[0-9]+|0o[0-7]+")
"""Numbers that PyYAML reads as text, but other readers of YAML 1.1 and 1.2 do not.

yaml.org/type/bool.html, yaml.org/spec/1.2.2
"""


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A single value; `written` is the text in the file, `text` has `${NAME}` replaced.

    `coerced` is what YAML would read it as instead of text. `opaque` is a value whose secret is not known here.
    `commented` is an empty one behind which a comment begins.
    """

    position: Position
    written: str
    text: str
    plain: bool = False
    coerced: str = ""
    opaque: bool = False
    commented: bool = False

    @property
    def quoted(self) -> str:
        """How it stands in the file, with quotes if it has some."""
        return self.written if self.plain else f'"{self.written}"'


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    position: Position
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """A mapping, without repeated keys."""

    position: Position
    entries: "tuple[tuple[ScalarNode, Node], ...]"


@dataclass(frozen=True, slots=True)
class InvalidNode:
    """A node that was already reported as an error."""

    position: Position


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode | InvalidNode


class _TooDeepError(Exception):
    """Reading on would cost more than any honest policy needs."""


def compose(text: str, diagnostics: Diagnostics) -> Node | None:
    """Parse the one document of a file; None if that fails, and the diagnostics say why."""
    return compose_fast(text) or compose_carefully(text, diagnostics)


def compose_fast(text: str) -> Node | None:
    """Parse a file with libyaml, in a third of the time; None if it is not there, or if anything is wrong with the file."""
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is None or may_read_differently(text):
        return None
    unseen = Diagnostics(Path())
    try:
        node = _Composer(text, unseen, loader).document()
    except (yaml.YAMLError, ValueError, OverflowError, _TooDeepError, TooManyDiagnosticsError):
        return None
    return None if unseen.errors else node


def compose_carefully(text: str, diagnostics: Diagnostics) -> Node | None:
    """Parse a file with PyYAML's own parser, which says what is wrong with it."""
    composer = _Composer(text, diagnostics, yaml.SafeLoader)
    try:
        return composer.document()
    except yaml.MarkedYAMLError as error:
        position = _position(error.problem_mark or error.context_mark) or composer.reached
        diagnostics.error(position, syntax_problem(error, _line(text, position)[: position.column - 1]))
    except yaml.reader.ReaderError as error:
        position = _position_at(text, int(error.position))
        diagnostics.error(
            position,
            "a character that no text file should have: remove it, or write it as an escape in double quotes",
        )
    except (ValueError, OverflowError):
        diagnostics.error(
            composer.reached,
            "near here is something that YAML cannot express, like an invalid escape: remove it",
        )
    except _TooDeepError:
        diagnostics.error(
            composer.reached,
            f"more than {MOST_DEPTH} levels deep: no setting needs that, so check the brackets",
        )
    return None


class _Composer:
    """Builds nodes from PyYAML's events, one at a time: nothing is read after an error."""

    def __init__(self, text: str, diagnostics: Diagnostics, loader: type[yaml.SafeLoader]) -> None:
        self._events: Iterator[yaml.Event] = yaml.parse(text, Loader=loader)
        self._text = text
        self._diagnostics = diagnostics
        self.reached = Position()

    def document(self) -> Node | None:
        """Read the document; None if there is none."""
        self._next()
        if isinstance(self._next(), yaml.StreamEndEvent):
            self._diagnostics.error(
                Position(), "the file is empty: docs/shiproom.example.yml shows what belongs in it"
            )
            return None
        root = self._node(self._next(), 1)
        self._next()
        if not isinstance(self._next(), yaml.StreamEndEvent):
            self._diagnostics.error(
                self.reached, "a second document begins here: one file is one policy, so remove `---`"
            )
        return root

    def _next(self) -> yaml.Event:
        event = next(self._events)
        self.reached = _position(event.start_mark) or self.reached
        return event

    def _node(self, event: yaml.Event, depth: int) -> Node:
        position = self.reached
        if isinstance(event, yaml.AliasEvent):
            self._diagnostics.error(
                position, f"`*{event.anchor}`: aliases are not read, so write the value out"
            )
            return InvalidNode(position)
        if depth > MOST_DEPTH:
            raise _TooDeepError
        self._undecorated(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, position)
        if isinstance(event, yaml.SequenceStartEvent):
            return SequenceNode(position, tuple(self._items(depth)))
        return MappingNode(position, tuple(self._entries(depth)))

    def _scalar(self, event: yaml.ScalarEvent, position: Position) -> ScalarNode:
        value, plain = event.value, not event.style
        coerced = _coerced(value) if plain else ""
        commented = not value and _line(self._text, position)[position.column - 1 :].lstrip().startswith("#")
        return ScalarNode(position, value, value, plain, coerced, commented=commented)

    def _undecorated(self, event: yaml.Event) -> None:
        anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
        if anchor:
            self._diagnostics.error(self.reached, f"`&{anchor}`: anchors are not read, so remove it")
        if tag:
            self._diagnostics.error(
                self.reached, "tags (`!...`) are not read: remove it, and quote what is text"
            )

    def _items(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _entries(self, depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        first: dict[str, Position] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            value = self._node(self._next(), depth + 1)
            if not isinstance(key, ScalarNode):
                self._diagnostics.error(
                    key.position, "a key is one word or text, not a list or a mapping: check the braces"
                )
            elif key.written in first:
                line = first[key.written].line
                self._diagnostics.error(
                    key.position,
                    f"{shown(key.written)} is already set in line {line}: keep one of them",
                )
            else:
                first[key.written] = key.position
                yield key, value


def _coerced(value: str) -> str:
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, value, (True, False)))
    if tag != _TEXT_TAG:
        return _READ_AS.get(tag.rpartition(":")[2], "something else")
    if value in _FLAG_ELSEWHERE:
        return "true or false"
    return "a number" if _NUMBER_ELSEWHERE.fullmatch(value) else ""


def _position(mark: object) -> Position | None:
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    return Position(line + 1, column + 1) if isinstance(line, int) and isinstance(column, int) else None


def _position_at(text: str, position: int) -> Position:
    before = text[:position]
    return Position(before.count("\n") + 1, position - before.rfind("\n"))


def _line(text: str, position: Position) -> str:
    """Return a line of the file; what begins a line is what YAML 1.1 says."""
    lines = _LINE_ENDS.split(text)
    return lines[position.line - 1] if position.line <= len(lines) else ""


_LINE_ENDS = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
