"""Parses which environments a lock or an unlock is about: `staging and production`, `production, staging`, `website live`."""

import re
from dataclasses import dataclass, replace
from itertools import pairwise

from handlers.command_parsing import AND, CommandContext
from handlers.reason_times import time_in
from handlers.requests import ALL, EVERYTHING, UsageError
from handlers.scopes import OF, Scope, one_target, read_scope, refuse_everything_of
from handlers.typed_words import NEGATIONS, OPENING, abbreviated, bare, nearest

_BETWEEN = re.compile(r"[,+/&]")
_EVERY = frozenset(
    {ALL, "both", "every", "each", "any", "alle", "alles", "beide", "overall", "everywhere", "ueberall"}
)
_ARTICLES = frozenset({"the", "der", "die", "das", "dem", "service"})
_AT = OF | {"in", "on"}
_EXCEPT = NEGATIONS | {"only", "nur", "ausser", "but"}
_TAKEN_BACK = frozenset({"no", "not", "nicht", "nein", "cancel", "stop"})
_JOINS = (AND | {"&", "+"}) - {""}
_NO_ENVIRONMENT = frozenset({"environment_needed", "unknown_environment"})
_NAMES = 4
"""Within how many words at the front names may be written together; what follows may be a reason."""
_WHERE = frozenset({"on", "from", "in", "of", "to", "at", "into", "the", "auf", "von", "aus"})
_LINKS = frozenset({"or", "oder", "then", "dann", "as", "well", "also", "auch", "and"})


@dataclass(frozen=True, slots=True)
class Targets:
    """Environments of a service or `everything`, and the words after them."""

    service: str
    environments: tuple[str, ...]
    rest: tuple[str, ...]


def parse_targets(command: str, words: tuple[str, ...], context: CommandContext) -> Targets | UsageError:
    """Parse the environments at the front of the words; several have something between them that joins them."""
    if words and bare(words[0]) == EVERYTHING:
        return refuse_everything_of(words[1:], context) or Targets("", (EVERYTHING,), words[1:])
    words = _parted(words, context)
    scope = read_scope(words, context, command)
    if isinstance(scope, UsageError):
        return scope
    names = tuple(dict.fromkeys(scope.environments))
    first = one_target(replace(scope, environments=names[:1]), context)
    if isinstance(first, UsageError):
        return _unknown(first, scope, words, context) if first.code in _NO_ENVIRONMENT and words else first
    choices = context.environments(first.service)
    other = next((each for each in names if each not in choices), "")
    if other:
        return UsageError("unknown_environment", other, choices)
    if scope.rest and scope.rest[0].lower() in _JOINS:
        return UsageError("unknown_environment", "".join(scope.rest[1:2]), choices)
    found = Targets(first.service, names, scope.rest)
    return _not_joined(command, words, found, context) or _without_names(command, found, context)


def _parted(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return words with `staging,production` as two, where each part names an environment."""
    found: list[str] = []
    for word in words[:_NAMES]:
        parts = _BETWEEN.split(word)
        several = len(parts) > 1 and all(context.environment_named(each) for each in parts)
        found += [f"{each}," for each in parts[:-1]] + parts[-1:] if several else [word]
    return (*found, *words[_NAMES:])


def _unknown(wrong: UsageError, scope: Scope, words: tuple[str, ...], context: CommandContext) -> UsageError:
    """Say what a word is that is no environment: all of them, a service, or a time."""
    word = wrong.word or "".join(words[:1])
    if bare(word) in _EVERY:
        return UsageError("every_environment", word, wrong.choices)
    if scope.services:
        alike = nearest("".join(scope.rest[:1]), wrong.choices)
        return wrong if alike else UsageError("service_alone", scope.services[0], wrong.choices)
    late = any(context.environment_named(each, context.service) for each in words)
    is_time = wrong.code == "unknown_environment" and not late and time_in(words)
    return UsageError("environment_needed", "", wrong.choices) if is_time else wrong


def _not_joined(
    command: str, words: tuple[str, ...], found: Targets, context: CommandContext
) -> UsageError | None:
    """Ask whether a second environment is meant too that nothing joins to the one before: it may begin the reason."""
    for before, word in pairwise(words[: len(words) - len(found.rest)]):
        named = context.environment_named(word, found.service)
        joined = before.endswith(",") or bare(before) in AND
        if named in found.environments[1:] and not joined:
            line = _line(command, found.environments, found.rest)
            return UsageError("one_or_both", word, meant=() if bare(before) in _EXCEPT else (line,))
    return None


def _without_names(command: str, found: Targets, context: CommandContext) -> Targets | UsageError:
    """Ask about a name behind the environments that is no reason: another environment."""
    rest = () if "".join(found.rest).startswith(tuple(OPENING)) else found.rest
    for at, word in enumerate(rest[:_NAMES]):
        named = _meant(word, "".join(rest[at - 1 : at]), found.service, context)
        if named and named not in found.environments:
            names = (*found.environments, named)
            others = (*(each for each in rest[:at] if bare(each) not in _LINKS), *rest[at + 1 :])
            excepts = any(bare(each) in _EXCEPT for each in (*rest[:at], *rest[at + 1 : at + 2]))
            line = _line(command, names, others)
            return UsageError("one_or_both", word, meant=() if excepts else (line,))
    return found


def _meant(word: str, before: str, service: str, context: CommandContext) -> str:
    """Return the environment that a word behind others may name too; where something happens is part of a reason."""
    if bare(before) in _WHERE:
        return ""
    alike = () if before else abbreviated(word, context.environments(service))
    return context.environment_named(word, service) or "".join(alike[:1])


def unclear_reason(
    targets: Targets, reason: tuple[str, ...], command: str, context: CommandContext
) -> UsageError | None:
    """Ask about a reason that names another service, makes an exception, or takes the lock back."""
    if "".join(reason).startswith(tuple(OPENING)):
        return None
    first, second = (*(bare(word) for word in reason[:2]), "", "")[:2]
    excepts = EVERYTHING in targets.environments and first in _EXCEPT
    if excepts or (first in _TAKEN_BACK and len(reason) == 1) or (first, second) == ("just", "kidding"):
        return UsageError("other_text", " ".join(reason))
    other = next((name for word in _places(reason) if (name := context.service_named(word))), "")
    return UsageError("service_or_reason", other, (command,)) if other not in {"", targets.service} else None


def _places(reason: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of a reason that say where: it alone, or what `of` joins at its beginning or its end."""
    named = tuple(word.lstrip("@") for word in reason if bare(word) not in _ARTICLES)
    last = named[-1:] if len(named) == 1 or bare("".join(named[-2:-1])) in _AT else ()
    return (*(named[1:2] if bare("".join(named[:1])) in _AT else ()), *last)


def _line(command: str, environments: tuple[str, ...], rest: tuple[str, ...]) -> str:
    return " ".join((command, " and ".join(environments), *rest))
