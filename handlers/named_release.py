"""Reads which open release is meant where it was not named by its number first: by version, environment, service, or later."""

import re
from dataclasses import dataclass, replace

from handlers.build_lookup import SHORTEST_SHA
from handlers.command_parsing import AND, JOINING, CommandContext
from handlers.release import Kind, Release
from handlers.typed_words import NEGATIONS, bare, looks_like_version, release_named, same_version, stripped
from handlers.vocabulary import HARM

_PASSED_OVER = (
    JOINING | AND | {"the", "a", "of", "for", "von", "für", "release", "build", "version", "from", "at"}
)
_POINTING = frozenset({"it", "this", "that", "one", "mine", "the", "my", "release", "build", "es", "das"})
"""What stands for a release without naming it, as in `take it`."""
_BEHIND = frozenset(
    {"", "until", "till", "til", "bis", "for", "as", "because", "please", "now", "again", "over"}
)
"""What may follow that; in `reject it crashes` it is the subject of a reason."""
_ROLLBACK = "rollback"
_IN_A_LINK = re.compile(r"[<>|/]+")


@dataclass(frozen=True, slots=True)
class NamedRelease:
    """What was typed for a release, and the words that are none of its names.

    `said` are the words that named something, as they were typed. `elsewhere` means that a word turns the line into something
    else, as a `not` does, or another command.
    """

    rest: tuple[str, ...]
    said: tuple[str, ...] = ()
    numbers: frozenset[int] = frozenset()
    versions: tuple[str, ...] = ()
    services: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()
    rollback: bool = False
    elsewhere: bool = False

    def fits(self, release: Release) -> bool:
        """Return whether a release has every kind of name that was typed."""
        build = release.build
        by_version = any(
            same_version(each, build.version)
            or (len(each) >= SHORTEST_SHA and build.sha.startswith(each.lower()))
            for each in self.versions
        )
        return (
            (not self.numbers or release.number in self.numbers)
            and (not self.versions or by_version)
            and (not self.services or release.service in self.services)
            and (not self.environments or release.step.environment in self.environments)
            and (not self.rollback or release.kind is Kind.ROLLBACK)
        )


def named_release(words: tuple[str, ...], context: CommandContext) -> NamedRelease:
    """Read what the words after a command name: releases and versions anywhere, the rest only before free text."""
    named = NamedRelease(())
    for word in words:
        named = _with(named, word, context)
    first = next((bare(each) for each in words if bare(each) not in _PASSED_OVER), "")
    other = first in HARM and not named.rollback
    elsewhere = other or any(bare(each) in NEGATIONS for each in words)
    if named.said:
        return replace(named, elsewhere=elsewhere)
    return NamedRelease(_behind_pointing(words), elsewhere=elsewhere)


def _behind_pointing(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without what points at a release at their front, where it is no part of a reason or a note."""
    count = 0
    while count < len(words) and bare(words[count]) in _POINTING:
        count += 1
    return words[count:] if bare("".join(words[count : count + 1])) in _BEHIND else words


def _with(named: NamedRelease, word: str, context: CommandContext) -> NamedRelease:
    """Return what is named with one more word; free text begins with the first word that names nothing."""
    parts = tuple(_IN_A_LINK.split(word)) if "://" in word else (word,)
    numbers = frozenset(number for each in parts if (number := release_named(each)))
    versions = tuple(stripped(each) for each in parts if looks_like_version(each))
    rest = (*named.rest, word)
    if numbers or versions:
        return replace(
            named,
            rest=named.rest if numbers or not named.rest else rest,
            said=(*named.said, word),
            numbers=named.numbers | numbers,
            versions=(*named.versions, *versions),
        )
    if bare(word) == _ROLLBACK and not named.rest:
        return replace(named, said=(*named.said, word), rollback=True)
    service, environment = context.service_named(word), context.environment_named(word)
    if named.rest or not (service or environment):
        return named if not named.rest and bare(word) in _PASSED_OVER else replace(named, rest=rest)
    services, environments = named.services, named.environments
    return replace(
        named,
        said=(*named.said, word),
        services=services if environment else services | {service},
        environments=environments | {environment} if environment else environments,
    )
