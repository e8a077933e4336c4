"""Renders sentence templates.

Each value names its format, and every format escapes untrusted text:
`{by:user}` is a person's name, `{reason:because}` is `: "..."` or nothing, `{reason:briefly}` the same for a phone, and
`{freeze:short}` a name for it; `{until:until}` is ` until 14:00` or nothing,
`{until:end}` is ` until 14:00` or ` without an end`, `{until:moment}` is the same with weekday, date and zone,
`{at:day}` is `Mon 30 Nov 09:00`,
`{owners:owners}` are people and API tokens,
`{since:clock}` is a time, `{seconds:span}` a duration,
`{environment:places}` are one or several environments and `{environment:are}` is the verb that fits them;
a bare `{version}` is text, escaped and on one line. `{teams}` and `{people}` are who could do it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from bot.blocks.linked_reason import reason_words
from bot.blocks.names import LONGEST_NAME, Names, listing, mention, span
from bot.blocks.text import escape, link, quoted, reported
from handlers.environments import Lock
from handlers.people import Directory
from handlers.release import Release
from handlers.requests import EVERYTHING

LONGEST_WORD = 80
LONGEST_QUOTE = 160
LONGEST_BRIEF = 60
WITHOUT_END = " without an end"
MOST_PLACES = 12


@dataclass(frozen=True, slots=True)
class RenderContext:
    """The input of a sentence.

    `values` belong to the code, `who` are the teams that could act, `names` renders people and times. `owners` are the
    teams that can add people to a team: the operators of the service. `excluded` are people in `who` who cannot act
    themselves, `instead` are those who stand in for them. If a release waits for another one, `waits` is the release and
    `holder` the other one.
    """

    values: Mapping[str, str]
    names: Names
    directory: Directory
    who: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    until: datetime | None = None
    excluded: frozenset[str] = frozenset()
    waits: Release | None = None
    holder: Release | None = None
    instead: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> str:
        """Return a value unescaped; empty if it is missing."""
        return self.values.get(name, "")

    def also(self, **values: str) -> "RenderContext":
        """Return a copy with more values; existing ones take precedence."""
        return replace(self, values={**values, **self.values})

    def teams(self) -> str:
        """Return the teams that could act, as text, without the people who are named beside them."""
        teams = [team for team in self.who if team in self.directory.teams or not team[:1].isupper()]
        return listing([escape(team, LONGEST_WORD) for team in teams], "or") or "nobody"

    def people(self) -> str:
        """Return the people who could act, as text."""
        return self.names.members(self.directory, self.who, self.excluded, self.instead) or "nobody yet"

    def everybody(self) -> str:
        """Return the people who could act with those who are away, as text."""
        return self.names.everybody(self.directory, self.who, self.excluded, self.instead) or "nobody yet"

    def able(self) -> int | None:
        """Return how many persons could act, each counted once; None if it is not known who is in a team."""
        users = list(self.instead)
        for name in self.who:
            team = self.directory.teams.get(name)
            if team is None or (team.usergroup and team.usergroup not in self.names.groups):
                return None
            users += [*team.members, *self.names.groups.get(team.usergroup, ())]
        return len({self.directory.person_of(each) for each in users if each not in self.excluded})

    def policy_owners(self) -> str:
        """Return who can add people to a team, as text."""
        return self.names.members(self.directory, self.owners) or "whoever keeps shiproom.yml"

    def render(self, sentence: "Sentence") -> str:
        """Return a sentence with its values filled in."""
        return sentence(self) if callable(sentence) else sentence.format_map(TemplateValues(self))


Sentence: TypeAlias = str | Callable[[RenderContext], str]


class TemplateValues:
    """The mapping from which `str.format_map` takes a template's values."""

    def __init__(self, context: RenderContext) -> None:
        self.context = context

    def __getitem__(self, name: str) -> "TemplateValue":
        """Return a value that can be formatted."""
        return TemplateValue(name, self.context)


@dataclass(frozen=True, slots=True)
class TemplateValue:
    """A value in a template, rendered by the format after its colon."""

    name: str
    context: RenderContext

    def __format__(self, how: str) -> str:
        """Return the value in a format; KeyError for an unknown one."""
        if self.name in _WHO:
            return _WHO[self.name](self.context)
        return _WAYS[how](self.context[self.name], self.context)


def state(word: str, _context: RenderContext | None = None) -> str:
    """Return the state of a step or a release in plain words."""
    return _STATES.get(word, escape(word, LONGEST_WORD))


def until(at: datetime | None, names: Names) -> str:
    """Return ` until 14:00`; empty if there is no end."""
    return f" until {names.clock(at)}" if at is not None else ""


def _until(raw: str, context: RenderContext) -> str:
    return until(datetime.fromisoformat(raw) if raw else context.until, context.names)


def ends(at: datetime | None, names: Names) -> str:
    """Return ` until 14:00`, or ` without an end`."""
    return until(at, names) or WITHOUT_END


def lock_in_short(lock: Lock, names: Names) -> str:
    """Return who locked, until when and why, in a few words."""
    there = link(lock.url, "Look at it")
    return (
        f"locked by {names.user(lock.owner)}{ends(lock.until, names)} {quoted(lock.reason)} {there}".rstrip()
    )


def partly_waived(context: RenderContext) -> str:
    """Return ` Waived by Rita, 1 of 2.`; empty if nobody has waived it in part."""
    users = [each for each in context["waived_by"].split(", ") if each]
    return (
        context.render(f" Waived by {{waived_by:users}}, {len(users)} of {{waive_needs}}.") if users else ""
    )


def _end(raw: str, context: RenderContext) -> str:
    return _until(raw, context) or WITHOUT_END


def _moment(raw: str, context: RenderContext) -> str:
    return f" until {context.names.moment(datetime.fromisoformat(raw))}" if raw else WITHOUT_END


def _owners(raw: str, context: RenderContext) -> str:
    return listing([context.names.user(each) for each in raw.split(", ") if each], most=8)


def _because(raw: str, context: RenderContext, longest: int = LONGEST_QUOTE) -> str:
    text = reason_words(raw, context.names, longest)
    return f": {text}" if text else ""


def _detail(raw: str, _context: RenderContext) -> str:
    text = reported(raw)
    return f": {text}" if text else ""


def _environments(raw: str, _context: RenderContext) -> str:
    return listing([escape(each, LONGEST_WORD) for each in raw.split(", ")], most=MOST_PLACES)


def _unlock(raw: str, context: RenderContext) -> str:
    """Return the command that unlocks there and nowhere else, written to work in any channel."""
    where = f"{context['service']} {' and '.join(raw.split(', '))}".strip()
    return f"/release unlock {escape(where, LONGEST_WORD) if len(where) <= LONGEST_WORD else EVERYTHING}"


def _several(raw: str) -> bool:
    return ", " in raw


_WHO: dict[str, Callable[[RenderContext], str]] = {
    "teams": RenderContext.teams,
    "people": RenderContext.people,
    "policy_owners": RenderContext.policy_owners,
}
_WAYS: dict[str, Callable[[str, RenderContext], str]] = {
    "": lambda raw, _: escape(raw, LONGEST_WORD),
    "user": lambda raw, context: context.names.user(raw),
    "members": lambda raw, context: listing([context.names.user(each) for each in raw.split(", ")], most=20),
    "users": lambda raw, context: listing([context.names.user(each) for each in raw.split(", ")]),
    "mention": lambda raw, _: mention(raw),
    "sha": lambda raw, _: escape(raw[:7], LONGEST_WORD),
    "long": lambda raw, _: escape(raw, LONGEST_QUOTE),
    "short": lambda raw, _: escape(raw, LONGEST_NAME),
    "because": _because,
    "briefly": lambda raw, context: _because(raw, context, LONGEST_BRIEF),
    "detail": _detail,
    "places": _environments,
    "are": lambda raw, _: "are" if _several(raw) else "is",
    "unlock": _unlock,
    "until": _until,
    "end": _end,
    "moment": _moment,
    "owners": _owners,
    "day": lambda raw, context: context.names.on_day(datetime.fromisoformat(raw)) if raw else "",
    "clock": lambda raw, context: context.names.clock(datetime.fromisoformat(raw)) if raw else "",
    "span": lambda raw, _: span(float(raw or 0)),
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
