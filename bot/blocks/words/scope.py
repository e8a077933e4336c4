"""How a sentence is filled in: a template names a value and how it is said, so that nothing from outside goes in as it came.

`{by:user}` is a person's name, `{reason:because}` is `: "..."` or nothing, `{until:until}` is ` until 14:00` or nothing,
`{environment:places}` are one or several environments and `{environment:are}` is the verb that fits them;
a bare `{version}` is text, escaped and on one line. `{teams}` and `{people}` say who could do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.blocks.names import Names, listing, mention
from bot.blocks.text import escape, quoted, reported
from handlers.people import Directory
from handlers.release import Release
from handlers.wishes import EVERYTHING

LONGEST_WORD = 80
LONGEST_SAID = 160


@dataclass(frozen=True, slots=True)
class Scope:
    """All that a sentence may speak of: the code's values, who could act, and how people and times are written.

    `keepers` are the teams to ask for a place in a team: the operators of the service. `besides` are people who are in a
    team that could act and cannot themselves. Of a release that waits for another one `waits` is itself, `holder` the other.
    """

    values: Mapping[str, str]
    names: Names
    directory: Directory
    who: tuple[str, ...] = ()
    keepers: tuple[str, ...] = ()
    until: datetime | None = None
    besides: frozenset[str] = frozenset()
    waits: Release | None = None
    holder: Release | None = None

    def __getitem__(self, name: str) -> str:
        """Give a value as it came; what is not there is nothing."""
        return self.values.get(name, "")

    def also(self, **values: str) -> "Scope":
        """Add values, without hiding those that are there."""
        return replace(self, values={**values, **self.values})

    def teams(self) -> str:
        """Name the teams that could act."""
        return listing([escape(team, LONGEST_WORD) for team in self.who], "or") or "nobody"

    def people(self) -> str:
        """Name the people who could act."""
        return self.names.members(self.directory, self.who, self.besides) or "nobody yet"

    def keeper(self) -> str:
        """Name who can add somebody to a team."""
        return self.names.members(self.directory, self.keepers) or "whoever keeps shiproom.yml"

    def say(self, sentence: "Sentence") -> str:
        """Say a sentence."""
        return sentence(self) if callable(sentence) else sentence.format_map(Filled(self))


Sentence: TypeAlias = str | Callable[[Scope], str]


class Filled:
    """A scope as a template reads it."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope

    def __getitem__(self, name: str) -> "Value":
        """Give a value that knows how it is said."""
        return Value(name, self.scope)


@dataclass(frozen=True, slots=True)
class Value:
    """One value in a template, said as the format after the colon asks."""

    name: str
    scope: Scope

    def __format__(self, how: str) -> str:
        """Say it; an unknown way of saying raises KeyError."""
        if self.name in _WHO:
            return _WHO[self.name](self.scope)
        return _WAYS[how](self.scope[self.name], self.scope)


def state(word: str, _scope: Scope | None = None) -> str:
    """Say in plain words where a step or a release is."""
    return _STATES.get(word, escape(word, LONGEST_WORD))


def until(at: datetime | None, names: Names) -> str:
    """Say until when; nothing where there is no end."""
    return f" until {names.clock(at)}" if at is not None else ""


def _until(raw: str, scope: Scope) -> str:
    return until(datetime.fromisoformat(raw) if raw else scope.until, scope.names)


def _because(raw: str, _scope: Scope) -> str:
    said = quoted(raw, LONGEST_SAID)
    return f": {said}" if said else ""


def _detail(raw: str, _scope: Scope) -> str:
    said = reported(raw)
    return f": {said}" if said else ""


def _places(raw: str, _scope: Scope) -> str:
    return listing([escape(each, LONGEST_WORD) for each in raw.split(", ")], most=20)


def _unlock(raw: str, scope: Scope) -> str:
    """Give the command that opens what is locked, written so that it works wherever it is typed."""
    where = EVERYTHING if _several(raw) else f"{scope['service']} {raw}".strip()
    return f"/release unlock {escape(where, LONGEST_WORD)}"


def _several(raw: str) -> bool:
    return ", " in raw


_WHO: dict[str, Callable[[Scope], str]] = {
    "teams": Scope.teams,
    "people": Scope.people,
    "keeper": Scope.keeper,
}
_WAYS: dict[str, Callable[[str, Scope], str]] = {
    "": lambda raw, _: escape(raw, LONGEST_WORD),
    "user": lambda raw, scope: scope.names.user(raw),
    "mention": lambda raw, _: mention(raw),
    "sha": lambda raw, _: escape(raw[:7], LONGEST_WORD),
    "long": lambda raw, _: escape(raw, LONGEST_SAID),
    "because": _because,
    "detail": _detail,
    "places": _places,
    "are": lambda raw, _: "are" if _several(raw) else "is",
    "unlock": _unlock,
    "until": _until,
    "state": state,
}
_STATES = {
    "pending": "not there yet",
    "waiting": "waiting",
    "granted": "about to start",
    "sent": "starting",
    "running": "being deployed",
    "deploying": "being deployed",
    "cancelling": "being stopped",
    "unknown": "in an unknown state",
    "failed": "failed",
    "succeeded": "there already",
    "skipped": "skipped",
    "done": "done",
    "rejected": "rejected",
    "cancelled": "cancelled",
    "superseded": "replaced",
}
