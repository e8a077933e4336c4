"""Readers of single values: each returns a value, or reports an error and returns a harmless one.

A text in the wrong format is returned unchanged, which keeps one error from causing others.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bot.schema.diagnostics import Diagnostics, Position, shown, suggest
from bot.schema.nodes import InvalidNode, MappingNode, Node, ScalarNode, SequenceNode
from bot.schema.words import NAME, RELEASE, TextFormat
from handlers.actions import RESERVED
from handlers.durations import parse_duration

MOST_SECONDS = 24 * 60 * 60
MOST_OF_DAYS = 90 * MOST_SECONDS
MOST_COUNTED = 99

_COUNT = re.compile(r"0|[1-9][0-9]{0,8}")
_UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LINE_ENDS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class LocatedText:
    """A text and its position."""

    text: str
    position: Position


def read_text(node: Node, text_format: TextFormat, diagnostics: Diagnostics) -> str:
    """Read a text that YAML cannot mistake for another type."""
    scalar = single(node, text_format.wanted, diagnostics)
    if scalar is None:
        return ""
    problem = _text_problem(scalar, text_format)
    if problem:
        diagnostics.error(scalar.position, problem)
    return scalar.text


def read_name(node: Node, diagnostics: Diagnostics) -> str:
    """Read the name of a team, a CI, a service or an environment."""
    name = read_text(node, NAME, diagnostics)
    if name in RESERVED:
        diagnostics.error(node.position, f"`{name}` is a word of `/release`: choose another name")
    elif RELEASE.fullmatch(name):
        diagnostics.error(node.position, f"`{name}` reads as the number of a release: choose another name")
    return name


def read_flag(node: Node, diagnostics: Diagnostics) -> bool:
    """Read `true` or `false`, and nothing else that YAML takes for one of them."""
    scalar = single(node, "`true` or `false`", diagnostics)
    if scalar is not None and not (scalar.plain and scalar.written in {"true", "false"}):
        diagnostics.error(node.position, f"{shown(scalar.quoted)}: write `true` or `false`, without quotes")
    return scalar is not None and scalar.written == "true"


def read_count(node: Node, diagnostics: Diagnostics, least: int = 1, most: int = MOST_COUNTED) -> int:
    """Read a whole number; by default one to MOST_COUNTED, as of people."""
    scalar = single(node, "a whole number", diagnostics)
    if scalar is None:
        return least
    if scalar.plain and _COUNT.fullmatch(scalar.written) and least <= int(scalar.written) <= most:
        return int(scalar.written)
    wanted = f"a whole number from {least} to {most}, without quotes"
    diagnostics.error(node.position, f"{shown(scalar.quoted)}: write {wanted}")
    return least


def read_seconds(node: Node, diagnostics: Diagnostics, most: int = MOST_SECONDS) -> int:
    """Read a duration like `90s`, `10m` or `2h30m` as seconds; one that may be of days has more at `most`."""
    scalar = single(node, "a duration", diagnostics)
    if scalar is None:
        return 1
    lasts = parse_duration(scalar.written)
    total = int(lasts.total_seconds()) if lasts is not None else 0
    if not 0 < total <= most:
        longest = "24h, like `90s`, `10m`" if most == MOST_SECONDS else f"{most // MOST_SECONDS}d, like `2d`"
        message = f"write a duration of at most {longest} or `2h30m`"
        diagnostics.error(node.position, f"{shown(scalar.written)}: {message}")
    return total


def read_choice(node: Node, choices: Collection[str], diagnostics: Diagnostics) -> str:
    """Read one of several words; return an empty text if it is none of them."""
    scalar = single(node, "one word", diagnostics)
    if scalar is None:
        return ""
    if scalar.written in choices:
        return scalar.written
    diagnostics.error(
        node.position, f"{shown(scalar.written)} is not known here; {suggest(scalar.written, choices)}"
    )
    return ""


def read_items(node: Node, diagnostics: Diagnostics) -> tuple[Node, ...]:
    """Read a non-empty list."""
    if not isinstance(node, SequenceNode):
        refuse(node, "a list, like `[one, two]`", diagnostics)
        return ()
    if not node.items:
        diagnostics.error(node.position, "the list is empty: name something, or remove the line")
    return node.items


def read_texts(node: Node, text_format: TextFormat, diagnostics: Diagnostics) -> tuple[LocatedText, ...]:
    """Read a list of distinct texts."""
    items = [
        LocatedText(read_text(item, text_format, diagnostics), item.position)
        for item in read_items(node, diagnostics)
    ]
    seen: set[str] = set()
    for item in items:
        if item.text and item.text in seen:
            diagnostics.error(item.position, "this is in the list already: keep one of them")
        seen.add(item.text)
    return tuple(item for item in items if item.text)


def single(node: Node, wanted: str, diagnostics: Diagnostics) -> ScalarNode | None:
    """Return a single non-empty value; otherwise report an error and return None."""
    if isinstance(node, ScalarNode) and node.written:
        return node
    refuse(node, wanted, diagnostics)
    return None


def refuse(node: Node, wanted: str, diagnostics: Diagnostics) -> None:
    """Report that another kind of value is expected here."""
    match node:
        case InvalidNode():
            return
        case ScalarNode(written="", commented=True):
            message = "there is no value here, as `#` starts a comment: quote a value that begins with it"
        case ScalarNode(written=""):
            message = "there is no value here: give one, or remove the line"
        case ScalarNode():
            message = f"{shown(node.written)} is not {wanted}"
        case SequenceNode():
            message = f"a list is not {wanted}"
        case MappingNode():
            message = f"a mapping is not {wanted}"
    diagnostics.error(node.position, message)


def _text_problem(scalar: ScalarNode, text_format: TextFormat) -> str:
    if scalar.coerced:
        read_as = f"YAML reads {shown(scalar.written)} as {scalar.coerced}"
        return f'{read_as}: quote it ("{scalar.written[:40]}") if it is meant as text'
    if scalar.opaque:
        return ""
    problem = f"{shown(scalar.written)} is not {text_format.wanted}"
    if any(_is_unwanted(letter, text_format) for letter in scalar.text):
        return f"{problem}: a line end or a control character is in it"
    return problem if text_format.pattern and not text_format.pattern.fullmatch(scalar.text) else ""


def _is_unwanted(letter: str, text_format: TextFormat) -> bool:
    return unicodedata.category(letter) in _UNWANTED and not (text_format.lines and letter in _LINE_ENDS)
