"""The errors and warnings of a policy, with positions and fixes.

They are collected and never raised, which makes one reading list everything.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from pathlib import Path

MOST_DIAGNOSTICS = 1000
"""Nobody reads more, and a file made to have very many must not keep the reader busy."""

_SHOWN = 60
_COMPARED = 1000
_LISTED = 20
_SUGGESTED = 3
_AS_NEAR = 0.05
"""Words whose likeness differs by less are as near to what was written: all of them are suggested."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A position in the file; lines and columns count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One error or warning; as text in the format of compilers, for editors to jump to."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class TooManyDiagnosticsError(Exception):
    """The file has so many errors that reading stops here."""


class Diagnostics:
    """Collects the diagnostics of one reading, and returns them in the order of the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._errors: set[tuple[Position, str]] = set()
        self._warnings: set[tuple[Position, str]] = set()
        self._absent: set[tuple[Position, str]] = set()

    def error(self, position: Position, message: str) -> None:
        """Add an error, which keeps the policy from being used.

        Raises TooManyDiagnosticsError once there are MOST_DIAGNOSTICS.
        """
        self._errors.add((position, message))
        if len(self._errors) >= MOST_DIAGNOSTICS:
            raise TooManyDiagnosticsError

    def warn(self, position: Position, message: str) -> None:
        """Add a warning about what is allowed but probably not meant."""
        self._warnings.add((position, message))

    def absent(self, position: Position, message: str) -> None:
        """Add what this machine lacks; another one may have it."""
        self._absent.add((position, message))

    @property
    def absences(self) -> tuple[Diagnostic, ...]:
        """All that this machine lacks, each once."""
        return self._sorted(self._absent)

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """All errors, each once."""
        return self._sorted(self._errors)

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """All warnings, each once."""
        return self._sorted(self._warnings)

    def _sorted(self, found: Iterable[tuple[Position, str]]) -> tuple[Diagnostic, ...]:
        return tuple(
            Diagnostic(self._path, position.line, position.column, message)
            for position, message in sorted(found)
        )


def shown(text: str) -> str:
    """Quote a text for a message, on one short line, whatever is in it."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[: _SHOWN + 1])
    return f"`{clean}`" if len(clean) <= _SHOWN else f"`{clean[:_SHOWN]}...`"


def _likeness(word: str, other: str) -> float:
    return SequenceMatcher(None, other, word[:_SHOWN]).ratio()


def suggest(word: str, choices: Iterable[str]) -> str:
    """Return a hint about what was meant by a word that is not one of the choices."""
    known = list(choices)
    close = get_close_matches(word[:_SHOWN], known[:_COMPARED], n=_SUGGESTED)
    if close:
        best = _likeness(word, close[0])
        near = [each for each in close if best - _likeness(word, each) < _AS_NEAR]
        return f"did you mean {' or '.join(map(shown, near))}?"
    if len(known) > _LISTED:
        return "nothing is called like that"
    return f"possible: {', '.join(map(shown, known))}" if known else "there is none"
