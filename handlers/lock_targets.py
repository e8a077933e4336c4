"""Parses which environments a lock or an unlock is about: `staging and production`, `production, staging`, `website live`."""

import re
from dataclasses import dataclass

from handlers.command_parsing import AND, CommandContext, Target, is_joining, parse_target
from handlers.reason_times import time_in
from handlers.requests import ALL, EVERYTHING, UsageError
from handlers.typed_words import OPENING, abbreviated, bare, nearest

_BETWEEN = re.compile(r"[,+/&]")
_OF = frozenset({"of", "von", "for"})
_EVERY = frozenset(
    {ALL, "both", "every", "each", "any", "alle", "alles", "beide", "overall", "everywhere", "ueberall"}
)
_NAMES = 4
"""Within how many words at the front names may be written together; what follows may be a reason."""
_WHERE = frozenset({"on", "from", "in", "of", "to", "at", "into", "the", "auf", "von", "aus"})
_LINKS = frozenset({"or", "oder", "then", "dann", "as", "well", "also", "auch", "and"})
_JOINING = AND | {"+", "plus", "sowie"}


@dataclass(frozen=True, slots=True)
class Targets:
    """Environments of a service or `everything`, and the words after them."""

    service: str
    environments: tuple[str, ...]
    rest: tuple[str, ...]


def parse_targets(command: str, words: tuple[str, ...], context: CommandContext) -> Targets | UsageError:
    """Parse the environments at the front of the words; several have something between them that joins them."""
    if words and bare(words[0]) == EVERYTHING:
        return Targets("", (EVERYTHING,), words[1:])
    words = _service_first(_parted(words, context), context)
    target = parse_target(words, context)
    if isinstance(target, UsageError):
        return _unknown(target, words, context) if words else target
    return _more(command, target, words, context)


def _parted(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return words with `staging,production` as two, where each part names an environment."""
    found: list[str] = []
    for word in words[:_NAMES]:
        parts = _BETWEEN.split(word)
        several = len(parts) > 1 and all(context.environment_named(each) for each in parts)
        found += [f"{each}," for each in parts[:-1]] + parts[-1:] if several else [word]
    return (*found, *words[_NAMES:])


def _service_first(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return `production of website` as `website production`."""
    for at, word in enumerate(words[:-2]):
        if (
            context.environment_named(word)
            and bare(words[at + 1]) in _OF
            and context.service_named(words[at + 2])
        ):
            return (words[at + 2], *words[: at + 1], *words[at + 3 :])
        if not (context.environment_named(word) or is_joining(word) or bare(word) in _JOINING):
            break
    return words


def _unknown(wrong: UsageError, words: tuple[str, ...], context: CommandContext) -> UsageError:
    """Say what a word is that is no environment: all of them, a service, or a time."""
    word, second = wrong.word or "".join(words[:1]), "".join(words[1:2])
    if bare(word) in _EVERY:
        return UsageError("every_environment", word, wrong.choices)
    named = context.service_named(word)
    if named:
        names = context.environments(named)
        alike = nearest(second, names)
        return UsageError(
            "unknown_environment" if alike else "service_alone", second if alike else named, names
        )
    late = any(context.environment_named(each, context.service) for each in words)
    is_time = wrong.code == "unknown_environment" and not late and time_in(words)
    return UsageError("environment_needed", "", wrong.choices) if is_time else wrong


def _more(
    command: str, first: Target, words: tuple[str, ...], context: CommandContext
) -> Targets | UsageError:
    """Parse what follows the first environment: others of the service, or the service that it is of."""
    names, rest = [first.environment], first.rest
    before = words[len(words) - len(rest) - 1]
    while rest:
        joined = int(len(rest) > 1 and bare("".join(rest[:1])) in _JOINING)
        word = "".join(rest[joined : joined + 1])
        named = context.environment_named(word, first.service)
        names_of = context.environments(first.service)
        alike = before.endswith(",") and (nearest(word, names_of) or abbreviated(word, names_of))
        if not named and (joined or alike):
            return _no_other(word, first.service, context)
        if not named or not (joined or before.endswith(",")) or word.startswith(tuple(OPENING)):
            break
        names.append(named)
        before, rest = word, rest[joined + 1 :]
    return _without_names(command, Targets(first.service, tuple(dict.fromkeys(names)), rest), context)


def _no_other(word: str, service: str, context: CommandContext) -> UsageError:
    if context.service_named(word):
        return UsageError("one_service", word)
    return UsageError("unknown_environment", word, context.environments(service))


def _without_names(command: str, found: Targets, context: CommandContext) -> Targets | UsageError:
    """Ask about a name behind the environments that is no reason: another environment, or another service."""
    rest = () if "".join(found.rest).startswith(tuple(OPENING)) else found.rest
    other = context.service_named(rest[0]) if rest else ""
    for at, word in enumerate(rest[:_NAMES]):
        named = _meant(word, "".join(rest[at - 1 : at]), found.service, context)
        if named and named not in found.environments:
            names = (*found.environments, named)
            others = (*(each for each in rest[:at] if bare(each) not in _LINKS), *rest[at + 1 :])
            return UsageError("one_or_both", word, meant=(_line(command, names, others, ""),))
    if other and other != found.service:
        return UsageError(
            "other_service", other, meant=(_line(command, found.environments, rest[1:], other),)
        )
    return found


def _meant(word: str, before: str, service: str, context: CommandContext) -> str:
    """Return the environment that a word behind others may name too; where something happens is part of a reason."""
    if bare(before) in _WHERE:
        return ""
    alike = () if before else abbreviated(word, context.environments(service))
    return context.environment_named(word, service) or "".join(alike[:1])


def _line(command: str, environments: tuple[str, ...], rest: tuple[str, ...], service: str) -> str:
    about = (service,) if service else ()
    return " ".join((command, *about, " and ".join(environments), *rest))
