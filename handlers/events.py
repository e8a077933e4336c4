"""The base classes of events, and the events that several modules share.

What people do is in `actions/`, what CIs report in `reports.py`.
`event_name` is the public name of an event: it is stored in the history and never changes, whatever its class is called.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from handlers.build import Build
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.lineage import Comparison
from handlers.people import SHIPROOM
from handlers.release import Kind


@dataclass(frozen=True, slots=True)
class Precondition:
    """What a button was rendered for.

    That is the environment, the attempt, and the fingerprint of build and plan.
    """

    environment: str
    attempt: int
    fingerprint: str


AnyPrecondition = Precondition | EnvironmentPrecondition


@dataclass(frozen=True, slots=True)
class ReleaseEvent:
    """Happens to one release."""

    event_name: ClassVar[str]

    release: int


@dataclass(frozen=True, slots=True)
class ReleaseAction(ReleaseEvent):
    """A person acted on a release; `precondition` is set if they clicked a button."""

    after_the_end: ClassVar[bool] = False
    """Whether people may still do it once the release has ended."""

    when_absent: ClassVar[bool] = False
    """Whether people may still do it once the policy does not name the service, the environment or its CI any more."""

    actor: str
    precondition: Precondition | None = field(default=None, kw_only=True)


@dataclass(frozen=True, slots=True)
class StartsRelease:
    """Starts a new release; `precondition` is set if a person confirmed it on a form or clicked a button."""

    event_name: ClassVar[str]
    kind: ClassVar[Kind]

    build: Build
    environment: str
    actor: str
    precondition: EnvironmentPrecondition | None = field(default=None, kw_only=True)

    def release_requesters(self) -> tuple[str, ...]:
        """Return the people who count as having requested the release."""
        return (self.actor,)

    def release_note(self) -> str:
        """Return the note that the release keeps."""
        return ""


@dataclass(frozen=True, slots=True)
class Started(StartsRelease):
    """A person started the release of a build, or it started automatically.

    Only what Shiproom itself decided is `automatic`; a request of a person never is, whoever they say they are. `again` means
    that what lies in an environment untouched is deployed there once more. It starts no earlier than `at`.
    """

    event_name: ClassVar[str] = "started"
    kind: ClassVar[Kind] = Kind.NORMAL

    requesters: tuple[str, ...]
    note: str = ""
    automatic: bool = False
    again: bool = False
    at: datetime | None = None

    def release_requesters(self) -> tuple[str, ...]:
        """Return the person, or the known authors of a build that started automatically."""
        return self.requesters

    def release_note(self) -> str:
        """Return the note of the person who started it."""
        return self.note


@dataclass(frozen=True, slots=True)
class StepRequested(ReleaseAction):
    """A person requested a step of a release, to start no earlier than `at`."""

    event_name: ClassVar[str] = "step_requested"

    environment: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class EnvironmentEvent:
    """A person or an API token acted on environments of a service."""

    event_name: ClassVar[str]

    service: str
    environments: tuple[str, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class LockedByToken(EnvironmentEvent):
    """An API token closed environments of a service to new steps; `key` is its name for the lock."""

    event_name: ClassVar[str] = "locked_by_token"

    key: str
    reason: str
    until: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class UnlockedByToken(EnvironmentEvent):
    """An API token lifted its own lock of environments of a service."""

    event_name: ClassVar[str] = "unlocked_by_token"

    key: str


@dataclass(frozen=True, slots=True)
class LossSettled(EnvironmentEvent):
    """An operator looked at what is deployed, after the database had lost what was confirmed of a service.

    `live` are environments, each with the version or the commit that is live there; empty for nothing.
    """

    event_name: ClassVar[str] = "loss_settled"

    reason: str
    live: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AbsenceEvent(EnvironmentEvent):
    """A person said of themselves or of another, `user`, whether they are away; it is about no environment."""

    event_name: ClassVar[str]

    user: str


@dataclass(frozen=True, slots=True)
class Everywhere:
    """A person or an API token acted on environments of several services at once.

    Each of the `events` is decided for itself and is a row in its service's history; this one is none.
    """

    event_name: ClassVar[str] = "everywhere"

    events: tuple[EnvironmentEvent, ...]
    actor: str


@dataclass(frozen=True, slots=True)
class BuildReported:
    """A build is ready.

    `announced` is false for one that became ready long ago, before a newer one.
    """

    event_name: ClassVar[str] = "build_reported"

    build: Build
    actor: str = SHIPROOM
    announced: bool = True


@dataclass(frozen=True, slots=True)
class ExternalWatchStarted:
    """External runs in an environment are reported from now on.

    `runs` are those that existed before, by id and attempt.
    """

    event_name: ClassVar[str] = "external_watch_started"

    service: str
    environment: str
    runs: tuple[str, ...] = ()
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class ExternalRunSeen:
    """A CI reports a deployment to an environment that no release here started.

    `run` is its id and attempt. `build` is the commit that it ran on, or the known build of that commit; `by` is who started
    it, and `ended_at` when it ended, as the CI reports.
    """

    event_name: ClassVar[str] = "external_run_seen"

    service: str
    environment: str
    run: str
    state: Literal["running", "succeeded", "failed"]
    build: Build
    by: str = ""
    url: str = ""
    actor: str = SHIPROOM
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CommitsCompared:
    """A CI told how two commits of a service relate, and what is between them."""

    event_name: ClassVar[str] = "commits_compared"

    service: str
    ci: str
    old: str
    new: str
    comparison: Comparison
    actor: str = SHIPROOM


ExternalEvent = ExternalWatchStarted | ExternalRunSeen
ServiceEvent = EnvironmentEvent | Everywhere | BuildReported | CommitsCompared | ExternalEvent
Event = StartsRelease | ReleaseEvent | ServiceEvent
