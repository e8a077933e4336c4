"""Parses what several commands share: releases, environments, free text."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from itertools import takewhile

from handlers.requests import UsageError
from handlers.typed_words import bare, is_emoji, release_named, unquoted

JOINING = frozenset({"to", "on", "in"})
"""Three spellings of one word."""

PRODUCTION = "production"
TWO = 2
_SHORT_FOR_PRODUCTION = frozenset({"prod", "prd"})
LONGEST_NUMBER = 9
AND = frozenset({"and", "&", "+", "plus", "und", "sowie", ""})
"""What stands between several releases or services."""
_POSSESSIVE = re.compile(r"['\u2019]s\Z")
_BEFORE_A_RELEASE = frozenset({"the", "my", "this", "release", "build", "deploy", "deployment", "of"})
_RELEASE = re.compile(r"r(\d{1,9})\Z", re.IGNORECASE)
_OTHERWISE = frozenset(
    {"to", "bis", "through", "till", "until", "-", "\u2013", "then", "dann", "or", "oder", "also", "auch"}
)
"""What joins releases and does not say that the same is meant of all."""
_RANGE = re.compile(r"r?#?\d{1,9}(?:-|–|—|\.{2,3}|…|:)r?#?\d{1,9}\Z", re.IGNORECASE)  # noqa: RUF001 - as people type ranges
_SEPARATOR = re.compile(r"[,;/&+|]")


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who typed a command, where and when.

    `services` are all services with their environments; `here` is the channel's own service, `nearby` are those of a channel
    that several share. Times that are typed are of `zone`. `teams` are those of the policy.
    """

    actor: str
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    here: str = ""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    nearby: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The service that is meant if none is named: the channel's, or the only one."""
        if self.here:
            return self.here
        return next(iter(self.services)) if len(self.services) == 1 else ""

    def environments(self, service: str) -> tuple[str, ...]:
        """Return the names of a service's environments."""
        return self.services.get(service, ())

    def service_named(self, word: str) -> str:
        """Return the service that a typed word names; empty if it names none."""
        name = bare(word)
        return next((each for each in (name, _POSSESSIVE.sub("", name)) if each in self.services), "")

    def environment_named(self, word: str, service: str = "") -> str:
        """Return the environment that a typed word names, of one service or else of any; empty if it names none."""
        if service:
            return _environment(bare(word), self.environments(service))
        return _environment(bare(word), [each for names in self.services.values() for each in names])


def _environment(name: str, names: Iterable[str]) -> str:
    """Return the environment of a name; `prod` is production where nothing else begins like that."""
    if name in names:
        return name
    like = {each for each in names if each.startswith("prod")}
    return PRODUCTION if name in _SHORT_FOR_PRODUCTION and like == {PRODUCTION} else ""


@dataclass(frozen=True, slots=True)
class Target:
    """A service's environment, and the words after it."""

    service: str
    environment: str
    rest: tuple[str, ...]


def release_number(word: str) -> int:
    """Return 42 for `r42`; 0 if the word is not a release."""
    found = _RELEASE.match(word)
    return int(found[1]) if found else 0


def is_joining(word: str) -> bool:
    """Return whether a typed word only joins others."""
    return bare(word) in JOINING


def parse_release(words: tuple[str, ...], command: str) -> tuple[int, tuple[str, ...]] | UsageError:
    """Parse the release at the front of the words; return its number and the rest.

    A second one is refused, whatever joins it: it is never taken for free text. A number without an `r` is a release where
    nothing follows.
    """
    words = apart(words)
    number = release_named(words[0], number_alone=len(words) == 1) if words else 0
    if not number:
        return no_release(words, command)
    second = second_release(words[1:])
    return UsageError("one_release", second, (command,)) if second else (number, words[1:])


def second_release(rest: tuple[str, ...]) -> str:
    """Return the word that names a second release: the next one, or any behind a word that joins releases."""
    first, *others = (*rest, "")
    if release_number(first.rstrip(",")) or is_range(first):
        return first
    if not joins_releases(first):
        return ""
    numbered = next((each for each in others if release_named(each) or is_range(each)), "")
    return numbered or (others[0] if others and _number(others[0]) else "")


def joins_releases(word: str) -> bool:
    """Return whether a word joins what stands before it and behind it, as `and` does, or `to` in `r1 to r3`."""
    return bool(word) and not is_emoji(word) and bare(word) in AND | _OTHERWISE


def is_range(word: str) -> bool:
    """Return whether a word stands for several releases without naming each: `r1-r3`."""
    return _RANGE.match(word) is not None


def apart(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words with releases at their front that were typed in one as words of their own: `r1,r2` and `r1/r2`."""
    kept: list[str] = []
    for at, word in enumerate(words):
        parts = [each for each in _SEPARATOR.split(word) if each]
        numbers = [release_number(each) or (_number(each) if kept or len(parts) > 1 else 0) for each in parts]
        if not all(numbers) or not (bare(word) in AND or release_number(parts[0])):
            return (*kept, *words[at:])
        kept += parts if len(parts) > 1 else [word]
    return tuple(kept)


def no_release(words: tuple[str, ...], command: str) -> UsageError:
    """Return that no release was named at the front; a number that text follows, or one soon after, may have been meant."""
    if words and is_range(words[0]):
        return UsageError("name_each", words[0], (command,))
    number = release_named(words[0], number_alone=True) if words else 0
    at = 0
    while not number and at + 1 < len(words) and bare(words[at]) in _BEFORE_A_RELEASE:
        at += 1
        number = release_named(words[at])
    meant = (" ".join((command, f"r{number}", *words[at + 1 :])),) if number else ()
    return UsageError("release_needed", words[0] if words else "", (command,), meant)


def parse_releases(words: tuple[str, ...]) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """Parse the releases at the front of the words, as `r1 r2, r3 and r4`; return their numbers and the rest.

    Behind the first one only a plain `r2` is another: `#41`, or one in quotation marks or brackets, begins a note. Numbers
    without an `r` are releases only where nothing but numbers and `as TEAM` follows.
    """
    named = tuple(takewhile(lambda word: bare(word) != "as", words))
    only_numbers = all(_number(each) or bare(each) in AND for each in named)
    first = release_named(words[0], number_alone=only_numbers) if words else 0
    if not first:
        return (), words
    numbers, read = [first], _number if only_numbers else _plain_release
    for at, word in enumerate(words[1:], start=1):
        number = read(word)
        joins = bare(word) in AND and at + 1 < len(words) and read(words[at + 1])
        if not number and not joins:
            return tuple(dict.fromkeys(numbers)), words[at:]
        numbers += [number] if number else []
    return tuple(dict.fromkeys(numbers)), ()


def _plain_release(word: str) -> int:
    return release_number(word.rstrip(",.;!?"))


def _number(word: str) -> int:
    digits = word.rstrip(",")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST_NUMBER else 0


def parse_target(words: tuple[str, ...], context: CommandContext) -> Target | UsageError:
    """Parse `[service] [to|on|in] environment` at the front of the words."""
    rest = list(words)
    service = context.service
    named = context.service_named(rest[0]) if len(rest) > 1 else ""
    if named and (is_joining(rest[1]) or context.environment_named(rest[1], named)):
        service = named
        rest.pop(0)
    while rest and is_joining(rest[0]):
        rest.pop(0)
    if not rest:
        return UsageError("environment_needed", "", context.environments(service))
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    word = rest.pop(0)
    environment = context.environment_named(word, service)
    if not environment:
        return UsageError("unknown_environment", word, context.environments(service))
    return Target(service, environment, tuple(rest))


def parse_services(words: tuple[str, ...], context: CommandContext) -> dict[str, str] | UsageError | None:
    """Parse `cart search staging`: several services, each with the environment, which has to be their first one.

    None if the words are something else.
    """
    where, services = "".join(words[-1:]), tuple(each for each in words[:-1] if each not in AND)
    if len(services) < TWO or any(each not in context.services for each in services):
        return None
    named = {service: context.environment_named(where, service) for service in services}
    if not any(named.values()):
        return UsageError("unknown_environment", where, context.environments(services[0]))
    if any(name and name != context.environments(service)[0] for service, name in named.items()):
        return UsageError("build_needed", where)
    return {service: name or where for service, name in named.items()}


def free_text(words: tuple[str, ...]) -> str:
    """Join words to free text as it was typed, without a pair of quotes around it."""
    return unquoted(" ".join(words))
