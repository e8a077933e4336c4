"""What is wrong with a policy, where, and how to mend it: collected and never raised, so that one reading lists everything."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

MOST_FAULTS = 1000
"""Nobody reads more; and a file that is made to have a great many must not keep the reader busy."""

_SHOWN = 60
_COMPARED = 1000
_LISTED = 20


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where something is written in the file; lines and columns count from 1."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, or probably not meant; as text it reads as compilers write it, so that editors jump to it."""

    path: Path
    line: int
    column: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}: {self.message}"


class TooManyFaultsError(Exception):
    """So much is wrong that reading ends here."""


class Findings:
    """Everything that one reading found, in the order of the file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._faults: set[tuple[Place, str]] = set()
        self._warnings: set[tuple[Place, str]] = set()

    def fault(self, place: Place, message: str) -> None:
        """Note what keeps the policy from being taken; raises TooManyFaultsError once there are MOST_FAULTS."""
        self._faults.add((place, message))
        if len(self._faults) >= MOST_FAULTS:
            raise TooManyFaultsError

    def warn(self, place: Place, message: str) -> None:
        """Note what is allowed and probably not meant."""
        self._warnings.add((place, message))

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, each once."""
        return self._sorted(self._faults)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """All warnings, each once."""
        return self._sorted(self._warnings)

    def _sorted(self, found: Iterable[tuple[Place, str]]) -> tuple[Fault, ...]:
        return tuple(Fault(self._path, place.line, place.column, message) for place, message in sorted(found))


def shown(text: str) -> str:
    """Quote a text in a message: one short line, whatever is in it."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text[: _SHOWN + 1])
    return f"`{clean}`" if len(clean) <= _SHOWN else f"`{clean[:_SHOWN]}...`"


def instead(word: str, choices: Iterable[str]) -> str:
    """Say what could have been meant by a word that is none of the choices."""
    known = list(choices)
    close = get_close_matches(word[:_SHOWN], known[:_COMPARED], n=1)
    if close:
        return f"did you mean {shown(close[0])}?"
    if len(known) > _LISTED:
        return "nothing is called like that"
    return f"possible: {', '.join(map(shown, known))}" if known else "there is none"
