"""Everything we may ask of the world, in the imperative; written down with the decision and performed afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from handlers.events import Started
from handlers.reports import Displaced, Looked


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Draw the release's card from its newest saved state."""

    release: int


@dataclass(frozen=True, slots=True)
class Say:
    """Post one message in the release's thread; `broadcast` shows it in the channel too, `teams` and `users` are mentioned."""

    release: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    broadcast: bool = False
    teams: tuple[str, ...] = ()
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Announce:
    """Announce a ready build in its service's channel, or draw what was announced anew: with what became of it."""

    service: str
    version: str


@dataclass(frozen=True, slots=True)
class Proclaim:
    """Post one message in a service's channel that belongs to no release (a lock, a deployment from outside)."""

    service: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Whisper:
    """Tell one person something in a direct message."""

    service: str
    user: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Trigger:
    """Send the one request of an intent to its CI."""

    release: int
    correlation: str


@dataclass(frozen=True, slots=True)
class StopRun:
    """Ask the CI to stop a run."""

    release: int
    correlation: str
    run_id: str


Told = Displaced | Looked | Started


@dataclass(frozen=True, slots=True)
class Tell:
    """Hand an event to another release through the same door."""

    event: Told


@dataclass(frozen=True, slots=True)
class TellOpen:
    """Hand an event to every open release of a service, or only to those of builds older than `order` (0: to all)."""

    service: str
    what: Literal["look", "newer_asked", "newer_succeeded"]
    environment: str = ""
    by: int = 0
    order: int = 0


Effect = ShowCard | Say | Announce | Proclaim | Whisper | Trigger | StopRun | Tell | TellOpen


def destination(effect: Effect) -> str:
    """Name where an effect goes: effects of one destination are performed in order, destinations wait for nobody."""
    match effect:
        case ShowCard(release):
            return f"card:{release}"
        case Say(release):
            return f"thread:{release}"
        case Trigger(_, correlation) | StopRun(_, correlation):
            return f"run:{correlation}"
        case Tell(event):
            return f"told:{event.build.version if isinstance(event, Started) else event.release}"
        case Announce(service) | Proclaim(service) | Whisper(service) | TellOpen(service):
            return f"{type(effect).__name__.lower()}:{service}"
