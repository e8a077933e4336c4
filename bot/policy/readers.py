"""Single values as they are meant: each reader takes one node and gives a value, or notes a fault and gives a harmless one.

A text that does not fit is given back as it is, so that one fault does not draw others after it.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

from bot.policy.faults import Findings, Place, instead, shown
from bot.policy.nodes import Keyed, Listing, Node, Scalar, Unread
from bot.policy.words import NAME, RELEASE, RESERVED_WORDS, Shape

MOST_SECONDS = 24 * 60 * 60
MOST_COUNTED = 99

_DURATION = re.compile(r"(?=[0-9])(?:([0-9]{1,5})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,5})s)?")
_COUNT = re.compile(r"[1-9][0-9]?")
_UNWANTED = frozenset({"Cc", "Cs", "Zl", "Zp"})
_LINE_ENDS = frozenset("\n\t")


@dataclass(frozen=True, slots=True)
class Written:
    """A text and where it is written."""

    text: str
    place: Place


def read_text(node: Node, shape: Shape, findings: Findings) -> str:
    """Read a text that nobody could take for anything else."""
    scalar = single(node, shape.wanted, findings)
    if scalar is None:
        return ""
    fault = _text_fault(scalar, shape)
    if fault:
        findings.fault(scalar.place, fault)
    return scalar.text


def read_name(node: Node, findings: Findings) -> str:
    """Read the name of a team, a CI, a service or an environment."""
    name = read_text(node, NAME, findings)
    if name in RESERVED_WORDS:
        findings.fault(node.place, f"`{name}` is a word of `/release`: choose another name")
    elif RELEASE.fullmatch(name):
        findings.fault(node.place, f"`{name}` reads as the number of a release: choose another name")
    return name


def read_flag(node: Node, findings: Findings) -> bool:
    """Read `true` or `false`, and nothing else that YAML takes for one of them."""
    scalar = single(node, "`true` or `false`", findings)
    if scalar is not None and not (scalar.plain and scalar.written in {"true", "false"}):
        findings.fault(node.place, f"{shown(scalar.written)}: write `true` or `false`, without quotes")
    return scalar is not None and scalar.written == "true"


def read_count(node: Node, findings: Findings) -> int:
    """Read a number of people."""
    scalar = single(node, "a whole number", findings)
    if scalar is None:
        return 1
    if scalar.plain and _COUNT.fullmatch(scalar.written):
        return int(scalar.written)
    wanted = f"a whole number from 1 to {MOST_COUNTED}, without quotes"
    findings.fault(node.place, f"{shown(scalar.written)}: write {wanted}")
    return 1


def read_seconds(node: Node, findings: Findings) -> int:
    """Read a duration like `90s`, `10m` or `2h30m` as seconds."""
    scalar = single(node, "a duration", findings)
    if scalar is None:
        return 1
    found = _DURATION.fullmatch(scalar.written)
    hours, minutes, seconds = (int(part or 0) for part in found.groups()) if found else (0, 0, 0)
    total = hours * 3600 + minutes * 60 + seconds
    if not 0 < total <= MOST_SECONDS:
        findings.fault(
            node.place,
            f"{shown(scalar.written)}: write a duration of at most 24h, like `90s`, `10m` or `2h30m`",
        )
    return total


def read_choice(node: Node, choices: Collection[str], findings: Findings) -> str:
    """Read one of a few words; gives an empty text if it is none of them."""
    scalar = single(node, "one word", findings)
    if scalar is None:
        return ""
    if scalar.written in choices:
        return scalar.written
    findings.fault(
        node.place, f"{shown(scalar.written)} is not known here; {instead(scalar.written, choices)}"
    )
    return ""


def read_items(node: Node, findings: Findings) -> tuple[Node, ...]:
    """Read a list with something in it."""
    if not isinstance(node, Listing):
        refuse(node, "a list, like `[one, two]`", findings)
        return ()
    if not node.items:
        findings.fault(node.place, "the list is empty: name something, or remove the line")
    return node.items


def read_texts(node: Node, shape: Shape, findings: Findings) -> tuple[Written, ...]:
    """Read a list of different texts."""
    items = [Written(read_text(item, shape, findings), item.place) for item in read_items(node, findings)]
    seen: set[str] = set()
    for item in items:
        if item.text and item.text in seen:
            findings.fault(item.place, "this is in the list already: keep one of them")
        seen.add(item.text)
    return tuple(item for item in items if item.text)


def single(node: Node, wanted: str, findings: Findings) -> Scalar | None:
    """Take a single value that is not empty; otherwise note the fault and give nothing."""
    if isinstance(node, Scalar) and node.written:
        return node
    refuse(node, wanted, findings)
    return None


def refuse(node: Node, wanted: str, findings: Findings) -> None:
    """Say that something of another kind is wanted here."""
    match node:
        case Unread():
            return
        case Scalar(written=""):
            message = "there is no value here: give one, or remove the line"
        case Scalar():
            message = f"{shown(node.written)} is not {wanted}"
        case Listing():
            message = f"a list is not {wanted}"
        case Keyed():
            message = f"a mapping is not {wanted}"
    findings.fault(node.place, message)


def _text_fault(scalar: Scalar, shape: Shape) -> str:
    if scalar.coerced:
        read_as = f"YAML reads {shown(scalar.written)} as {scalar.coerced}"
        return f'{read_as}: quote it ("{scalar.written[:40]}") if it is meant as text'
    if scalar.opaque:
        return ""
    amiss = f"{shown(scalar.written)} is not {shape.wanted}"
    if any(_unwanted(letter, shape) for letter in scalar.text):
        return f"{amiss}: a line end or a control character is in it"
    return amiss if shape.pattern and not shape.pattern.fullmatch(scalar.text) else ""


def _unwanted(letter: str, shape: Shape) -> bool:
    return unicodedata.category(letter) in _UNWANTED and not (shape.lines and letter in _LINE_ENDS)
