"""`/release [build] [to] environment`: start a release, or request its next step."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from handlers.actions.action import Action
from handlers.command_parsing import (
    JOINING,
    TWO,
    CommandContext,
    Target,
    parse_services,
    parse_target,
    release_number,
)
from handlers.events import Started, StepRequested
from handlers.promotion import StartOrPromote
from handlers.requesting import request_step, start
from handlers.requests import Several, StartForm, UsageError
from handlers.scopes import OF
from handlers.start_times import read_start
from handlers.time_words import UnreadableTime
from handlers.typed_words import bare
from handlers.vocabulary import NEWEST

MOST_WORDS = 3
AGAIN = "again"


def parse(
    words: tuple[str, ...], context: CommandContext
) -> StartOrPromote | StartForm | Several | UsageError:
    """Parse an environment, with a build or several services before it if they are named, and `again` at the end.

    No words at all open the form.
    """
    if not words:
        return StartForm(context.actor, context.service)
    planned = read_start(words, context.now, context.zone)
    if isinstance(planned, UnreadableTime):
        code = "start_unreadable" if planned.moment is None else "start_past"
        return UsageError(code, planned.words)
    if planned is not None:
        return _planned(_with_again(planned.words, context), planned.at)
    return _with_again(words, context)


def _planned(
    found: StartOrPromote | Several | UsageError, at: datetime
) -> StartOrPromote | Several | UsageError:
    """Return a request with the time at which it starts."""
    if isinstance(found, StartOrPromote):
        return replace(found, at=at)
    if isinstance(found, Several):
        parts = (replace(each, at=at) for each in found.parts if isinstance(each, StartOrPromote))
        return replace(found, parts=tuple(parts))
    return found


def _with_again(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | Several | UsageError:
    if len(words) == 1 or words[-1].lower() != AGAIN:
        return _parse(words, context)
    found = _parse(words[:-1], context)
    return replace(found, again=True) if isinstance(found, StartOrPromote) else found


def _parse(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | Several | UsageError:
    ordered = _service_first(words, context)
    if isinstance(ordered, UsageError):
        return ordered
    kept = _newest_named(tuple(word for word in ordered if word not in JOINING), context)
    several = parse_services(kept, context)
    if several is not None:
        return several if isinstance(several, UsageError) else _newest_of_each(several, context)
    if len(kept) > MOST_WORDS or not kept:
        return UsageError("unknown_words", " ".join(words))
    named = _named_build(kept[0], context) if len(kept) > 1 else None
    if named is None:
        return _without_build(kept, context)
    found = _with_build(named, kept[1:], context)
    if isinstance(found, StartOrPromote) and "@" in "".join(kept[:1]) and release_number(found.token):
        return replace(found, service_named=True)
    return found


def _newest_named(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return `cart latest staging` as `cart@latest staging`."""
    named = len(words) > TWO and words[0] in context.services and bare(words[1]) in NEWEST
    return (f"{words[0]}@{words[1]}", *words[2:]) if named else words


def _service_first(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...] | UsageError:
    """Return words with the services that are named behind the environment before it: `staging of cart`."""
    at = next(
        (
            at
            for at in range(1, len(words) - 1)
            if bare(words[at]) in OF | JOINING
            and context.environment_named(words[at - 1])
            and words[at + 1] in context.services
        ),
        0,
    )
    if not at:
        return words
    environment, service, services = words[at - 1], words[at + 1], words[at + 1 :]
    build = "".join(each for each in words[: at - 1] if each not in JOINING)
    if not build or (build,) == services:
        return (*services, environment)
    if build in context.services:
        return UsageError("one_service", service, ("journey",))
    if build not in words or len(services) > 1 or "@" in build:
        return UsageError("unknown_words", " ".join(words))
    return (f"{service}@{build}", environment)


def _newest_of_each(several: Mapping[str, str], context: CommandContext) -> Several:
    parts = (StartOrPromote(service, environment, context.actor) for service, environment in several.items())
    return Several(context.actor, tuple(parts))


def _with_build(
    named: tuple[str, str], words: tuple[str, ...], context: CommandContext
) -> StartOrPromote | UsageError:
    service, token = named
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    target = parse_target(words, replace(context, here=service))
    if isinstance(target, UsageError):
        return target
    if target.rest:
        return UsageError("unknown_words", " ".join(target.rest))
    if bare(token) in NEWEST:
        return _newest(target, context)
    return StartOrPromote(target.service, target.environment, context.actor, token)


def _newest(target: Target, context: CommandContext) -> StartOrPromote | UsageError:
    if target.environment != context.environments(target.service)[0]:
        return UsageError("build_needed", target.environment)
    return StartOrPromote(target.service, target.environment, context.actor)


def _named_build(word: str, context: CommandContext) -> tuple[str, str] | None:
    """Split `website@2.4.1`, or `website:2.4.1`, into service and token; None if the word names a service.

    Any other word is a version, a commit prefix or a release of the service that is meant.
    """
    service, at, token = word.partition("@")
    before, colon, after = word.partition(":")
    if colon and after and before in context.services:
        return before, after
    if at:
        return (service, token) if service in context.services else ("", token)
    if word in context.services:
        return None
    return context.service, word


def _without_build(words: tuple[str, ...], context: CommandContext) -> StartOrPromote | UsageError:
    target = parse_target(words, context)
    if isinstance(target, UsageError):
        if target.code == "which_service":
            return target
        return UsageError("unknown_words", " ".join(words), target.choices)
    if target.rest:
        return UsageError("unknown_words", " ".join(words))
    return StartOrPromote(target.service, target.environment, context.actor)


ACTION = Action(
    "journey",
    (
        "staging",
        "website to staging",
        "2.4.1 to staging",
        "cart search to staging",
        "website@2.4.1 to production",
        "2.4.1 to staging again",
        "r42 to production at mon 09:00",
    ),
    "start a release, or ask for its next step; the newest build, if you name none",
    parse,
    {Started: start, StepRequested: request_step},
)
