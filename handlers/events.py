"""Everything that can happen, in the past tense: deeds of people, reports of a CI or the clock, words between releases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handlers.build import Build
from handlers.people import SHIPROOM
from handlers.reports import (
    Claimed,
    Displaced,
    Looked,
    NewerAsked,
    NewerSucceeded,
    RunReported,
    SearchEnded,
    SendAccepted,
    SendRefused,
    SendUnclear,
    SendWanted,
)


@dataclass(frozen=True, slots=True)
class Bound:
    """What a button was drawn for: environment, attempt, and the fingerprint of build and plan."""

    environment: str
    attempt: int
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody (or a ready build by itself) started a build's journey into the first environment."""

    build: Build
    environment: str
    actor: str
    requesters: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class RollbackStarted:
    """An operator brings back a build that succeeded in the environment before; his word is its sign-off."""

    build: Build
    environment: str
    actor: str
    reason: str = ""
    cancel_holder: bool = False


@dataclass(frozen=True, slots=True)
class StepAsked:
    """Somebody asked for a step of a release."""

    release: int
    environment: str
    actor: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class TestingStarted:
    """Somebody of a gate team said "I am testing it"."""

    release: int
    actor: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class SignedOff:
    """Somebody signed off; `team` is empty where he did not say for which, `ticks` counts the ticked checklist items."""

    release: int
    actor: str
    team: str = ""
    note: str = ""
    ticks: tuple[str, ...] = ()
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """Somebody took his sign-off back."""

    release: int
    actor: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """Somebody of a gate team said no."""

    release: int
    actor: str
    reason: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class CancelAsked:
    """Somebody wants the release ended."""

    release: int
    actor: str
    reason: str = ""
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class RetryAsked:
    """Somebody wants a failed step tried again."""

    release: int
    actor: str
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class Settled:
    """An operator said how an unknown or failed deployment ended."""

    release: int
    actor: str
    deployed: bool
    reason: str = ""
    bound: Bound | None = None


@dataclass(frozen=True, slots=True)
class AuthorsWaived:
    """An operator let a gate pass although an author of the changes is not known by name."""

    release: int
    actor: str
    reason: str


@dataclass(frozen=True, slots=True)
class LockAsked:
    """An operator closes environments of a service to new steps."""

    service: str
    environments: tuple[str, ...]
    actor: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class UnlockAsked:
    """An operator opens environments of a service again."""

    service: str
    environments: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class BuildReported:
    """A build is ready. One that was ready for long when it was heard of, behind a newer one, is not announced."""

    build: Build
    actor: str = SHIPROOM
    announced: bool = True


@dataclass(frozen=True, slots=True)
class WatchBegan:
    """From now on runs that nobody here asked for are told of; `runs` are those that were there before, by id and attempt."""

    service: str
    environment: str
    runs: tuple[str, ...] = ()
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class OutsideSeen:
    """A CI shows a run that deploys to an environment and that nobody here asked for; `run` is its id and attempt.

    `build` is the commit that it ran on, or the build that we know by that commit; `by` is who started it, as the CI says.
    """

    service: str
    environment: str
    run: str
    state: Literal["running", "succeeded", "failed"]
    build: Build
    by: str = ""
    url: str = ""
    actor: str = SHIPROOM


Starting = Started | RollbackStarted
ReleaseEvent = (
    StepAsked
    | TestingStarted
    | SignedOff
    | Withdrawn
    | Rejected
    | CancelAsked
    | RetryAsked
    | Settled
    | AuthorsWaived
    | NewerAsked
    | NewerSucceeded
    | Displaced
    | Looked
    | SendWanted
    | SendAccepted
    | SendRefused
    | SendUnclear
    | SearchEnded
    | RunReported
    | Claimed
)
EnvironmentEvent = LockAsked | UnlockAsked
OutsideEvent = WatchBegan | OutsideSeen
Event = Starting | ReleaseEvent | EnvironmentEvent | BuildReported | OutsideEvent
