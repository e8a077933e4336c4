"""What every command is, and the words that several of them read: releases, places, durations."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from handlers.wishes import Misread, Wish

JOINING = frozenset({"to", "on", "in"})
"""Three spellings of one word."""

_RELEASE = re.compile(r"r(\d{1,9})\Z", re.IGNORECASE)
_DURATION = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,3})h)?(?:(\d{1,4})m)?\Z")


@dataclass(frozen=True, slots=True)
class Scene:
    """Who speaks and where: the services with their environments, and the service that this channel means."""

    actor: str
    services: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    here: str = ""

    @property
    def service(self) -> str:
        """The service that is meant where none is named: the channel's, else the only one there is."""
        if self.here:
            return self.here
        return next(iter(self.services)) if len(self.services) == 1 else ""


Read = Callable[[tuple[str, ...], Scene], Wish | Misread]


@dataclass(frozen=True, slots=True)
class Command:
    """One word of `/release`: how it is written, what it does, and how its words are read."""

    name: str
    usage: tuple[str, ...]
    summary: str
    read: Read


@dataclass(frozen=True, slots=True)
class Place:
    """A service's environment, and the words that were left."""

    service: str
    environment: str
    rest: tuple[str, ...]


def release_number(word: str) -> int:
    """Read `r42` as 42; 0 if the word is not a release."""
    found = _RELEASE.match(word)
    return int(found[1]) if found else 0


def read_release(words: tuple[str, ...], command: str) -> tuple[int, tuple[str, ...]] | Misread:
    """Take the release off the front of the words."""
    number = release_number(words[0]) if words else 0
    if not number:
        return Misread("release_needed", words[0] if words else "", (command,))
    return number, words[1:]


def read_place(words: tuple[str, ...], scene: Scene) -> Place | Misread:
    """Take `[service] [to|on|in] environment` off the front of the words."""
    rest = list(words)
    service = scene.service
    if (
        len(rest) > 1
        and rest[0] in scene.services
        and (rest[1] in JOINING or rest[1] in _places(scene, rest[0]))
    ):
        service = rest.pop(0)
    while rest and rest[0] in JOINING:
        rest.pop(0)
    if not rest:
        return Misread("environment_needed", "", _places(scene, service))
    if not service:
        return Misread("which_service", "", tuple(scene.services))
    environment = rest.pop(0)
    if environment not in _places(scene, service):
        return Misread("unknown_environment", environment, _places(scene, service))
    return Place(service, environment, tuple(rest))


def _places(scene: Scene, service: str) -> tuple[str, ...]:
    return scene.services.get(service, ())


def read_duration(word: str) -> timedelta | None:
    """Read `2h`, `90m`, `1d`, `1h30m`; None if the word is not a duration."""
    found = _DURATION.match(word)
    if not word or found is None:
        return None
    days, hours, minutes = (int(part or 0) for part in found.groups())
    lasts = timedelta(days=days, hours=hours, minutes=minutes)
    return lasts or None


def text(words: tuple[str, ...]) -> str:
    """Join words to the free text that they are."""
    return " ".join(words).strip().strip('"“”')
