"""Parses which service and environment a command is about, and which build a rollback goes to, in any order.

A service counts before the environment, and behind it where a word joins it, as in `production of cart`. Where it may as well
begin the reason, that is asked: nothing is done to another service than the one that was named.
"""

import re
from dataclasses import dataclass, replace
from itertools import dropwhile

from handlers.command_parsing import AND, JOINING, CommandContext, Target, is_joining
from handlers.requests import UsageError
from handlers.typed_words import OPENING, bare, looks_like_version, nearest, release_named

OF = frozenset(
    {"of", "for", "from", "at", "von", "vom", "für", "fuer", "im", "auf", "nach", "zu", "zur", "bei", "@"}
)
_TOWARDS = frozenset({"to", "auf", "zu", "zur", "nach", "onto"})
"""What a target stands behind."""
_ARTICLES = frozenset({"the", "der", "die", "das", "den", "dem", "service"})
_OF_WHAT = frozenset({"of", "von", "vom"})
_AWAY_FROM = frozenset({"from", "von", "vom", "ab"})
"""What stands before the build that goes away."""
_NOUNS = frozenset({"version", "build", "release"})
_ENDS = frozenset({"for", "until", "till", "bis", "to"})
_BETWEEN = re.compile(r"[,;/+&|:@]")
_ROLLBACK = "rollback"


@dataclass(frozen=True, slots=True)
class Scope:
    """The names at the front of the words, each kind in the order in which it was typed, and the words after them."""

    command: str
    rest: tuple[str, ...]
    services: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    target: str = ""


@dataclass(frozen=True, slots=True)
class _Next:
    """The next word with what joins it to those before, and the words after it."""

    joins: tuple[str, ...]
    word: str
    rest: tuple[str, ...]

    def joined_by(self, words: frozenset[str]) -> bool:
        """Return whether one of some words joins it."""
        return any(each in words for each in self.joins)


def read_scope(words: tuple[str, ...], context: CommandContext, command: str) -> Scope | UsageError:
    """Read names as long as there are any."""
    scope, found = Scope(command, words), Scope(command, words)
    while isinstance(found, Scope):
        scope, found = found, _further(found, context)
    return scope if found is None else found


def one_target(scope: Scope, context: CommandContext) -> Target | UsageError:
    """Return the one environment of the one service that is meant; a second of either is refused."""
    service = one_service(scope, context)
    if isinstance(service, UsageError):
        return service
    choices = context.environments(service)
    rest = tuple(dropwhile(is_joining, scope.rest))
    if not scope.environments and not rest:
        return UsageError("environment_needed", "", choices)
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    environment, *others = dict.fromkeys(scope.environments or rest[:1])
    if others:
        return UsageError("one_environment", others[0], (scope.command,))
    if environment not in choices or not scope.environments:
        return UsageError("unknown_environment", environment, choices)
    return Target(service, environment, scope.rest)


def one_service(scope: Scope, context: CommandContext) -> str | UsageError:
    """Return the service that is named, or else meant; empty if that is none."""
    services = tuple(dict.fromkeys(scope.services))
    if len(services) > 1:
        return UsageError("one_service", services[1], (scope.command,))
    return services[0] if services else context.service


def _further(scope: Scope, context: CommandContext) -> Scope | UsageError | None:
    """Return the scope with the next name; None if none follows."""
    following = _next(scope)
    if following is None:
        return None
    service = context.service_named(following.word)
    environment = _environment(scope, following, context)
    if environment and not (service and not scope.environments and _names_follow(following, context)):
        return _with_environment(scope, following, environment)
    if service and not (scope.environments and following.joined_by(_TOWARDS) and scope.command == _ROLLBACK):
        return _with_service(scope, following, context)
    parts = _names_in_one(scope, following, context)
    if parts:
        return replace(scope, rest=(*following.joins, *parts, *following.rest))
    found = _with_target(scope, following) if scope.command == _ROLLBACK else None
    return found or _misspelled(scope, following, context)


def _misspelled(scope: Scope, following: _Next, context: CommandContext) -> UsageError | None:
    """Return that no such service is there, where a word behind the environment can only be one, or is spelled like one."""
    word, near = following.word, nearest(following.word, context.services)
    towards = scope.command == _ROLLBACK and following.joined_by(_TOWARDS)
    service = following.joined_by(_OF_WHAT) or (following.joined_by(OF | JOINING) and near)
    if not scope.environments or scope.services or towards or not service or word[0].isdigit():
        return None
    rest = (*scope.environments, *(("to", scope.target) if scope.target else ()), *following.rest)
    meant = tuple(" ".join((scope.command, each, *rest)) for each in near)
    return UsageError("no_such_service", word, (scope.command,), meant)


def _next(scope: Scope) -> _Next | None:
    """Return the next word that joins no others; None if there is none, or if it opens a quotation."""
    passed_over = JOINING | AND | OF | _ARTICLES
    passed_over |= _NOUNS | _TOWARDS if scope.command == _ROLLBACK else frozenset[str]()
    at = 0
    while at < len(scope.rest) and bare(scope.rest[at]) in passed_over and scope.rest[at][0] not in OPENING:
        at += 1
    if at == len(scope.rest):
        return None
    word = scope.rest[at]
    if word[0] in OPENING and word.rstrip(".,!?")[-1:] not in OPENING:
        return None
    joins = tuple(bare(each) for each in scope.rest[:at])
    return _Next(joins, word, scope.rest[at + 1 :])


def _names_follow(following: _Next, context: CommandContext) -> bool:
    """Return whether a service of an environment's name is meant: an environment follows it."""
    after = [each for each in following.rest[:2] if bare(each) not in JOINING]
    return bool(after and context.environment_named(after[0]))


def _environment(scope: Scope, following: _Next, context: CommandContext) -> str:
    """Return the environment that a word names; another one only where it is the service's and no target is named yet."""
    service = scope.services[0] if scope.services else context.service
    named = context.environment_named(following.word, service)
    if not scope.environments:
        return named or context.environment_named(following.word)
    towards = scope.command == _ROLLBACK and following.joined_by(_TOWARDS)
    ended = bool(scope.target) and not following.joins
    return "" if towards or ended else named


def _with_environment(scope: Scope, following: _Next, name: str) -> Scope:
    return replace(scope, environments=(*scope.environments, name), rest=following.rest)


def _with_service(scope: Scope, following: _Next, context: CommandContext) -> Scope | UsageError | None:
    """Return the scope with a service; behind the environment it may begin free text."""
    name, joined = context.service_named(following.word), set(following.joins) - _ARTICLES
    rest = following.rest[1:] if bare("".join(following.rest[:1])) == "service" else following.rest
    with_it = replace(scope, services=(*scope.services, name), rest=rest)
    if not scope.environments:
        return with_it
    if following.joined_by(AND):
        return replace(with_it, services=(*(scope.services or (context.service,)), name))
    if scope.services:
        return with_it if joined - {"for"} else None
    if joined or not context.service or not rest:
        return with_it
    if name == context.service:
        return with_it if _begins_an_end(rest[0]) else None
    line = (scope.command, name, *scope.environments, *(("to", scope.target) if scope.target else ()), *rest)
    return UsageError("service_or_reason", name, (scope.command,), (" ".join(line),))


def _begins_an_end(word: str) -> bool:
    return bare(word) in _ENDS or word[:1].isdigit()


def _with_target(scope: Scope, following: _Next) -> Scope | UsageError | None:
    """Return the scope with the build to go back to: behind `to`, or what looks like a version or a release."""
    word = following.word
    towards = following.joined_by(_TOWARDS)
    release, digit = release_named(word), any(each.isdigit() for each in word)
    if following.joined_by(_AWAY_FROM) and (release or looks_like_version(word)):
        return replace(scope, rest=following.rest)
    if scope.target:
        second = following.joined_by(AND) and (release or looks_like_version(word))
        return UsageError("one_release", word, (scope.command,)) if second else None
    if scope.environments:
        alone = not following.rest and bare(word).isdigit()
        meant = towards or release or alone or looks_like_version(word)
    else:
        meant = digit and (towards or not release)
    return replace(scope, target=word, rest=following.rest) if meant else None


def _names_in_one(scope: Scope, following: _Next, context: CommandContext) -> tuple[str, ...]:
    """Return the names that were typed in one word, as in `cart/production`; a version may be spelled like that as a whole."""
    target = scope.command == _ROLLBACK and scope.environments and following.joined_by(_TOWARDS)
    parts = tuple(each for each in _BETWEEN.split(following.word) if each)
    names = [bool(context.service_named(each) or context.environment_named(each)) for each in parts]
    builds = [scope.command == _ROLLBACK and looks_like_version(each) for each in parts]
    every = all(name or build for name, build in zip(names, builds, strict=True))
    return parts if len(parts) > 1 and any(names) and every and not target else ()


def refuse_everything_of(words: tuple[str, ...], context: CommandContext) -> UsageError | None:
    """Refuse `everything of cart`: everything is of all services, and never of one."""
    joined = bool(words) and bare(words[0]) in OF | JOINING
    word = "".join(words[1:2] if joined else words[:1])
    service = "" if word[:1] in {*OPENING} else context.service_named(word)
    return UsageError("everything_of_all", service) if service else None
