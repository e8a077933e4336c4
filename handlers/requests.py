"""What people ask for, before it is resolved to a build, release or environments."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from handlers.build import Build
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.environments import EnvironmentState
from handlers.events import (
    AnyPrecondition,
    EnvironmentEvent,
    Precondition,
    ReleaseAction,
    StartsRelease,
)
from handlers.outcome import Refusal
from handlers.plan import Plan
from handlers.release import Release

EVERYTHING = "everything"
ALL, OWN = "all", "own"
"""Whose locks are lifted, beside names of owners."""


@dataclass(frozen=True, slots=True)
class ResolutionContext:
    """What a request is resolved with.

    That is a service's open releases and newest builds, and one environment's history; with the release that was named,
    which may have ended.
    """

    plan: Plan
    open_releases: tuple[Release, ...] = ()
    builds: tuple[Build, ...] = ()
    newest: Build | None = None
    successes: tuple[Build, ...] = ()
    environment_state: EnvironmentState = field(default_factory=lambda: EnvironmentState(""))
    release: Release | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What a person of one of `teams` has to confirm in a form first.

    What replaces what, and which release gives way, is in `state` and `target`. `action` is `rollback` or `emergency`.
    """

    target: Build
    state: EnvironmentState
    teams: tuple[str, ...]
    reason: str = ""
    action: str = "rollback"


@dataclass(frozen=True, slots=True)
class BuildRequest(ABC):
    """Asks to deploy a build; `resolve` finds the build or release that is meant."""

    service: str
    environment: str
    actor: str

    @property
    def named_build(self) -> str:
        """The version, commit prefix or release that was named; empty for none."""
        return ""

    @abstractmethod
    def resolve(self, context: ResolutionContext) -> StartsRelease | ReleaseAction | Refusal:
        """Return the event of the request, or why there is none."""
        ...

    def confirm(self, event: StartsRelease, context: ResolutionContext) -> Confirmation | None:
        """Return what has to be confirmed first; None if nothing has."""
        del event, context
        return None


def bound(
    event: StartsRelease | ReleaseAction, precondition: AnyPrecondition | None
) -> StartsRelease | ReleaseAction | Refusal:
    """Return the event of a click or a form with what that was rendered for.

    A button for a build may lead to a release of it that is open by now: its announcement showed nothing of a release. A card
    showed one, and starts no other in its place.
    """
    if isinstance(precondition, Precondition):
        if isinstance(event, ReleaseAction):
            return replace(event, precondition=precondition)
        return Refusal("old_card", {"release": "", "now": "", "state": ""})
    if isinstance(precondition, EnvironmentPrecondition) and isinstance(event, StartsRelease):
        return replace(event, precondition=precondition)
    return event


@dataclass(frozen=True, slots=True)
class EnvironmentRequest(ABC):
    """Asks something of an environment and of those in `also`, or of `everything`.

    That is, of all environments that the actor operates.
    """

    service: str
    environment: str
    actor: str
    also: tuple[str, ...] = field(default=(), kw_only=True)

    @property
    def environments(self) -> tuple[str, ...]:
        """All environments that are named."""
        return (self.environment, *self.also)

    @abstractmethod
    def event(self, service: str, environments: tuple[str, ...]) -> EnvironmentEvent:
        """Return the event for environments of one service."""
        ...


@dataclass(frozen=True, slots=True)
class AbsenceRequest(ABC):
    """Says whether a person is away; `whom` is their name as it was typed, empty for the actor."""

    actor: str
    whom: str

    @abstractmethod
    def event(self, service: str, user: str) -> EnvironmentEvent:
        """Return the event for one service in which they count."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """Asks to read something.

    `service` is empty and `release` is 0 if the command named none. Without a service those `nearby` are meant, the ones of
    the channel; of none, all. `everything` asks for what is left out otherwise. The history is read from `since` to `until`.
    """

    kind: str
    actor: str
    service: str = ""
    release: int = 0
    count: int = 0
    environment: str = ""
    version: str = ""
    nearby: tuple[str, ...] = ()
    everything: bool = False
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class StartForm:
    """Asks for the modal that starts a release."""

    actor: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class Several:
    """Asks the same of several releases or services; each decides for itself."""

    actor: str
    parts: tuple[ReleaseAction | BuildRequest, ...]


@dataclass(frozen=True, slots=True)
class SignSeveralForm:
    """Asks for the modal with every release that the person may sign; `team` is empty for all of their teams."""

    actor: str
    service: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class UsageError:
    """The command could not be parsed: a stable code and the values of its sentence.

    `meant` are command lines that may have been meant, the likeliest first.
    """

    code: str
    word: str = ""
    choices: tuple[str, ...] = ()
    meant: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Follow:
    """Asks to be told, or not any more, when a change of one's own is live."""

    actor: str
    follows: bool


Wider = StartForm | Several | SignSeveralForm | Follow | AbsenceRequest
"""Requests about several releases or services at once, or about none."""

Request = ReleaseAction | BuildRequest | EnvironmentRequest | Query | Wider


def with_filled(request: Request | UsageError, values: Mapping[str, object]) -> Request | UsageError:
    """Return a request with the values of its form.

    Values that the request has no field for are ignored.
    """
    names = {each.name for each in fields(request)}
    return replace(request, **{name: value for name, value in values.items() if name in names})
