"""Everything that can happen, in the past tense: deeds of people, reports of a CI or the clock, words between releases."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handlers.build import Build
from handlers.people import SHIPROOM


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
class NewerAsked:
    """A release of a newer build was asked into an environment that this one holds or stands in line for."""

    release: int
    environment: str
    by: int
    order: int
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class NewerSucceeded:
    """A newer build succeeded in an environment."""

    release: int
    environment: str
    by: int
    order: int
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class Displaced:
    """A rollback needs the environment that this release holds; `actor` started it."""

    release: int
    environment: str
    by: int
    actor: str
    cancel: bool = False


@dataclass(frozen=True, slots=True)
class Looked:
    """Something that the release waits for may have changed, or its time has come: look again."""

    release: int
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendWanted:
    """A worker is about to send the request of a granted intent."""

    release: int
    correlation: str
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendAccepted:
    """The CI took the request; `run_id` is empty where its answer named no run."""

    release: int
    correlation: str
    run_id: str = ""
    url: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendRefused:
    """It is proved that nothing was started; `transient` says that the same request may be accepted later.

    `tries` is the intent's count when the request was marked sent: a late answer to an earlier try proves nothing of this.
    """

    release: int
    correlation: str
    tries: int
    transient: bool
    detail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendUnclear:
    """The request of this try may or may not have been taken: time-out, cut connection, 5xx, or its sender died."""

    release: int
    correlation: str
    tries: int
    detail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run that carries the correlation id of an intent."""

    id: str
    attempt: int = 1
    url: str = ""


@dataclass(frozen=True, slots=True)
class SearchEnded:
    """The CI was searched for an intent's runs after its try `tries`; `runs` are oldest first."""

    release: int
    correlation: str
    tries: int
    runs: tuple[FoundRun, ...] = ()
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class RunReported:
    """A CI told about a run: `state` is running, succeeded, failed, cancelled, timed_out or vanished."""

    release: int
    correlation: str
    run_id: str
    state: Literal["running", "succeeded", "failed", "cancelled", "timed_out", "vanished"]
    attempt: int = 1
    url: str = ""
    detail: str = ""
    tail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class Claimed:
    """A run asks to be admitted before it deploys; its sender is authenticated."""

    release: int
    correlation: str
    run_id: str
    sha: str
    attempt: int = 1
    url: str = ""
    actor: str = SHIPROOM


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
    """A build is ready."""

    build: Build
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
Event = Starting | ReleaseEvent | EnvironmentEvent | BuildReported
