"""The `tickets:` of a service: how a ticket is written in a commit's title, and where it is read.

Titles are text from outside, so a pattern has to match them in linear time. Only letters, classes, repeats and alternatives are
taken: never a repeat of something that repeats or branches, nor two repeats that could share letters between them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from bot.schema.diagnostics import shown
from bot.schema.fields import Text, text
from bot.schema.section import Section, SectionContext
from bot.schema.words import TextFormat
from handlers.plan import Tickets

LONGEST_PATTERN = 100
LONGEST_URL = 300
PLACEHOLDER = "{ticket}"

_ADDRESS = TextFormat(
    f"an address that begins with https:// and has {PLACEHOLDER} once, after the host",
    re.compile(
        r"(?:https://[A-Za-z0-9.:\[\]-]+|http://(?:127\.0\.0\.1|\[::1\]|localhost)(?::[0-9]+)?)"
        r"[/?#][!#-;=?-\[\]_a-z~]*\{ticket\}[!#-;=?-\[\]_a-z~]*"
    ),
)

_ATOM = re.compile(
    r"(?P<group>\((?:\?:)?(?!\?)(?P<inside>[^()\[\]\\]*)\))"
    r"|(?P<one>\[\^?(?:\\.|(?!--|&&|~~|\|\|)[^\[\]\\])+\]|\\[dwDWsS]|\\[^A-Za-z0-9]|[^\\^$*+?{}()|\[\]])"
)
_REPEAT = re.compile(r"[*+?]|\{(?:(?P<exact>[0-9]{1,3})|(?P<least>[0-9]{1,3})?,(?P<most>[0-9]{1,3})?)\}")
_LETTERS = frozenset(chr(code) for code in range(32, 127)) | {"é"}
"""Every letter that a pattern tells apart: it is ASCII, so that all others are alike."""


class _UnfitError(Exception):
    """A pattern that is not taken; the message completes "`...` ..."."""


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a pattern: the letters that it can match, and whether how many it takes can vary."""

    letters: frozenset[str]
    varies: bool
    empty: bool


class TicketsSection(Section):
    """How tickets are written in titles of commits, and the address of one."""

    like: Text = Field(description='how a ticket is written, like `"SG-[0-9]+"`')
    url: Annotated[str, text(_ADDRESS)] = Field(
        description="the address of a ticket, like `https://tickets.example/{ticket}`"
    )

    def check(self, context: SectionContext) -> None:
        """Report a pattern that could take long, or means nothing, and an address that is too long."""
        problem = pattern_problem(self.like) if self.like else ""
        if problem:
            context.diagnostics.error(self.value_position("like"), f"{shown(self.like)} {problem}")
        if len(self.url) > LONGEST_URL:
            context.diagnostics.error(
                self.value_position("url"), f"the address is longer than {LONGEST_URL} characters: shorten it"
            )

    def tickets(self) -> Tickets:
        """Return what the plan keeps."""
        return Tickets(self.like, self.url)


def pattern_problem(pattern: str) -> str:
    """Return why a pattern is not taken, to follow the pattern in a sentence; empty if it is."""
    if len(pattern) > LONGEST_PATTERN:
        return f"is longer than {LONGEST_PATTERN} characters: shorten it"
    if not (pattern.isascii() and pattern.isprintable()):
        return "is not taken: only ASCII letters, digits and marks can be in it"
    try:
        for alternative in _alternatives(pattern):
            _check(list(_parts(alternative)))
        re.compile(pattern)
    except re.error:
        return "is no pattern: write it like `SG-[0-9]+`"
    except _UnfitError as error:
        return str(error)
    return ""


def _alternatives(pattern: str) -> list[str]:
    """Split at each `|` outside of groups and classes."""
    found, begin = [""], 0
    while begin < len(pattern):
        atom = _ATOM.match(pattern, begin)
        piece = atom[0] if atom else pattern[begin]
        begin += len(piece)
        if piece == "|":
            found.append("")
        else:
            found[-1] += piece
    return found


def _parts(pattern: str) -> Iterator[_Part]:
    """Read the parts of a pattern.

    Raises _UnfitError.
    """
    begin = 0
    while begin < len(pattern):
        atom = _ATOM.match(pattern, begin)
        if atom is None:
            raise _UnfitError(_REFUSED)
        repeat = _REPEAT.match(pattern, atom.end())
        begin = repeat.end() if repeat else atom.end()
        if atom["group"] is not None:
            yield _group(atom["inside"], repeated=repeat is not None)
        else:
            yield _one(atom["one"], repeat)


def _group(inside: str, *, repeated: bool) -> _Part:
    if repeated or re.search(r"[*+?{}^$]", inside):
        raise _UnfitError(_NESTED)
    branches = inside.split("|")
    letters = _LETTERS if "." in inside else frozenset("".join(branches))
    return _Part(letters, varies=len(branches) > 1, empty="" in branches)


def _one(atom: str, repeat: re.Match[str] | None) -> _Part:
    single = re.compile(atom, re.ASCII)
    letters = frozenset(letter for letter in _LETTERS if single.fullmatch(letter))
    if repeat is None:
        return _Part(letters, varies=False, empty=False)
    least, most = repeat["exact"] or repeat["least"], repeat["exact"] or repeat["most"]
    return _Part(
        letters, varies=least is None or least != most, empty=repeat[0] != "+" and not int(least or 0)
    )


def _check(parts: list[_Part]) -> None:
    """Check that where a repeat ends is plain from the text alone.

    Raises _UnfitError.
    """
    if all(part.empty for part in parts):
        raise _UnfitError("matches where nothing is written: write it like `SG-[0-9]+`")
    open_letters: frozenset[str] = frozenset()
    for part in parts:
        shared = part.letters & open_letters
        if part.varies and shared:
            raise _UnfitError(_TOGETHER)
        if part.varies:
            open_letters |= part.letters
        elif not shared:
            open_letters = frozenset()


_REFUSED = (
    "is not taken: only letters, classes like `[A-Z]`, repeats, alternatives and plain groups can be matched in linear time. "
    "A ticket is a word of its own anyhow, so leave `^`, `$` and `\\b` out. Write it like `SG-[0-9]+`"
)
_NESTED = (
    "could take long: a group neither repeats nor has repeats in it. "
    "Write alternatives side by side, like `SG-[0-9]+|OPS-[0-9]+`"
)
_TOGETHER = (
    "could take long: between two parts of varying length stands no letter that tells where the first one ends. "
    "Write it like `[A-Z]+-[0-9]+`"
)
