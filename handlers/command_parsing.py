"""Parses what several commands share: releases, environments, free text."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

from handlers.requests import UsageError

JOINING = frozenset({"to", "on", "in"})
"""Three spellings of one word."""

_RELEASE = re.compile(r"r(\d{1,9})\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CommandContext:
    """Who typed a command, where and when.

    `services` are all services with their environments; `here` is the channel's own service, `nearby` are those of a channel
    that several share. Times that are typed are of `zone`.
    """

    actor: str
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    here: str = ""
    now: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    zone: tzinfo = UTC
    nearby: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        """The service that is meant if none is named: the channel's, or the only one."""
        if self.here:
            return self.here
        return next(iter(self.services)) if len(self.services) == 1 else ""

    def environments(self, service: str) -> tuple[str, ...]:
        """Return the names of a service's environments."""
        return self.services.get(service, ())


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


def parse_release(words: tuple[str, ...], command: str) -> tuple[int, tuple[str, ...]] | UsageError:
    """Parse the release at the front of the words; return its number and the rest."""
    number = release_number(words[0]) if words else 0
    if not number:
        return UsageError("release_needed", words[0] if words else "", (command,))
    return number, words[1:]


def parse_target(words: tuple[str, ...], context: CommandContext) -> Target | UsageError:
    """Parse `[service] [to|on|in] environment` at the front of the words."""
    rest = list(words)
    service = context.service
    if (
        len(rest) > 1
        and rest[0] in context.services
        and (rest[1] in JOINING or rest[1] in context.environments(rest[0]))
    ):
        service = rest.pop(0)
    while rest and rest[0] in JOINING:
        rest.pop(0)
    if not rest:
        return UsageError("environment_needed", "", context.environments(service))
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    environment = rest.pop(0)
    if environment not in context.environments(service):
        return UsageError("unknown_environment", environment, context.environments(service))
    return Target(service, environment, tuple(rest))


def free_text(words: tuple[str, ...]) -> str:
    """Join words to free text, without the quotes around it."""
    return " ".join(words).strip().strip('"“”')
