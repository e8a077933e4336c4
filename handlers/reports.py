"""Events not caused by people: reports of CIs and workers, and the clock.

Releases notify each other by them too. Their names are in the past tense.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from handlers.events import ReleaseEvent
from handlers.people import SHIPROOM
from handlers.release import Kind


@dataclass(frozen=True, slots=True)
class NewerRequested(ReleaseEvent):
    """Another build was requested for an environment that this release holds or is queued for.

    Whether it is newer is decided then.
    """

    event_name: ClassVar[str] = "newer_requested"

    environment: str
    by: int
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class NewerSucceeded(ReleaseEvent):
    """Another build succeeded in an environment; whether it is newer is decided then."""

    event_name: ClassVar[str] = "newer_succeeded"

    environment: str
    by: int
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class Displaced(ReleaseEvent):
    """A rollback or an emergency needs the environment that this release holds; `actor` started it."""

    event_name: ClassVar[str] = "displaced"

    environment: str
    by: int
    actor: str
    cancel: bool = False
    kind: Kind = Kind.ROLLBACK


@dataclass(frozen=True, slots=True)
class CallAccepted(ReleaseEvent):
    """Slack took the call for the sign-offs of an emergency; a call that was sent twice is reported twice."""

    event_name: ClassVar[str] = "call_accepted"

    environment: str
    at: datetime
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class ReviewDue(ReleaseEvent):
    """The time for the review of an emergency may be over; whether it is, is decided then."""

    event_name: ClassVar[str] = "review_due"

    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class RecordsLost(ReleaseEvent):
    """The database has lost what was written last of the release; `by` settled that."""

    event_name: ClassVar[str] = "records_lost"

    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Restored(ReleaseEvent):
    """The database was restored from a backup while the release was open there; nobody knows what became of it since."""

    event_name: ClassVar[str] = "restored"

    backup_at: str
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class Reevaluated(ReleaseEvent):
    """Something that the release waits for may have changed: evaluate it again."""

    event_name: ClassVar[str] = "reevaluated"

    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendRequested(ReleaseEvent):
    """A worker is about to send the request of a granted intent.

    `secret` is the SHA-256 of what its run has to show.
    """

    event_name: ClassVar[str] = "send_requested"

    correlation: str
    secret: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendAccepted(ReleaseEvent):
    """The CI accepted the request.

    `run_id` is empty if its answer named no run; it is a queue item's id if `provisional`.
    """

    event_name: ClassVar[str] = "send_accepted"

    correlation: str
    run_id: str = ""
    url: str = ""
    provisional: bool = False
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendRefused(ReleaseEvent):
    """It is proved that nothing was started.

    `transient` means that the same request may be accepted later. `tries` is the intent's count when the request was marked
    as sent: a late answer to an earlier try proves nothing about this one.
    """

    event_name: ClassVar[str] = "send_refused"

    correlation: str
    tries: int
    transient: bool
    detail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendUnclear(ReleaseEvent):
    """It is unknown whether the request of this try was accepted.

    The cause is a time-out, a cut connection, a 5xx response, or a dead sender.
    """

    event_name: ClassVar[str] = "send_unclear"

    correlation: str
    tries: int
    detail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class FoundRun:
    """One run that carries the correlation id of an intent.

    Its id is that of a queue item if `provisional`.
    """

    id: str
    attempt: int = 1
    url: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class SearchEnded(ReleaseEvent):
    """The CI was searched for an intent's runs after try `tries`.

    `runs` are oldest first.
    """

    event_name: ClassVar[str] = "search_ended"

    correlation: str
    tries: int
    runs: tuple[FoundRun, ...] = ()
    actor: str = SHIPROOM


RunState = Literal["queued", "waits", "running", "succeeded", "failed", "cancelled", "timed_out", "vanished"]
"""The state of a run.

`queued` means that nothing of it runs yet, `waits` that a person has to let it go on, at the CI.
"""

UNDER_WAY = frozenset[RunState]({"queued", "waits", "running"})


@dataclass(frozen=True, slots=True)
class RunReported(ReleaseEvent):
    """A CI reported the state of a run; `detail` is why it failed, or for what it waits, `ended_at` when it ended, if told."""

    event_name: ClassVar[str] = "run_reported"

    correlation: str
    run_id: str
    state: RunState
    attempt: int = 1
    url: str = ""
    detail: str = ""
    tail: str = ""
    log_url: str = ""
    actor: str = SHIPROOM
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StopRefused(ReleaseEvent):
    """A CI refused for good to stop a run; it is not asked again."""

    event_name: ClassVar[str] = "stop_refused"

    correlation: str
    run_id: str
    detail: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class Claimed(ReleaseEvent):
    """A run asks to be admitted before it deploys; its sender is authenticated."""

    event_name: ClassVar[str] = "claimed"

    correlation: str
    run_id: str
    sha: str
    attempt: int = 1
    url: str = ""
    actor: str = SHIPROOM
