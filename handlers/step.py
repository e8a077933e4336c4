"""A step as a value: a release's visit to one environment, with its sign-offs, its grant and its run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepState(StrEnum):
    """Where a step is on its way; the names are part of the contract."""

    PENDING = "pending"
    WAITING = "waiting"
    GRANTED = "granted"
    SENT = "sent"
    RUNNING = "running"
    CANCELLING = "cancelling"
    UNKNOWN = "unknown"
    FAILED = "failed"
    SUCCEEDED = "succeeded"
    SKIPPED = "skipped"


IN_FLIGHT = frozenset({StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN})
"""States in which something may be running in the environment."""

OVER = frozenset({StepState.SUCCEEDED, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's word for or against this step's build. Spent when its deployment was sent."""

    team: str
    user: str
    at: datetime
    note: str = ""
    verdict: str = "yes"
    spent: bool = False
    armed_by: str = ""


@dataclass(frozen=True, slots=True)
class Testing:
    """Somebody said "I am testing it"."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """The grant of one attempt: at most one request is sent for it, carrying `correlation`.

    `secret` is the SHA-256 of what its run has to show to claim it, in hexadecimal; empty where it shows a token of its CI.
    """

    correlation: str
    granted_at: datetime
    sent_at: datetime | None = None
    tries: int = 0
    unclear_at: datetime | None = None
    alerted: bool = False
    claimed_by: str = ""
    secret: str = ""
    touched_before: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A CI run: its CI, the CI's own id and attempt number, where to look at it, and its last known state.

    A `provisional` id is that of a place in the CI's queue: the first run that carries the correlation id takes it over.
    """

    ci: str
    id: str
    attempt: int = 1
    url: str = ""
    state: str = "running"
    started_at: datetime | None = None
    provisional: bool = False
    log_url: str = ""

    @property
    def named(self) -> str:
        """Name the run and its attempt: what a claim admits."""
        return f"{self.id}#{self.attempt}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: a stable code (`not_sent`, `run_failed`, `run_cancelled`, `timed_out`) and what the CI said."""

    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The wish to stop what runs: by whom, why, since when; `code` is `asked` or `timed_out`."""

    by: str
    code: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """A release's visit to one environment.

    `touched` says that a request for it was sent and not proved unsent; `settled_by` is who said how its deployment ended,
    where no run did; `unrequested_by` is why it has to be asked for again (`unlocked` once starters were told that it can
    be); `voided` keeps the correlation ids of earlier
    attempts, so that a late run of one is known for what it is, and `late` which such runs were told of.
    """

    environment: str
    state: StepState = StepState.PENDING
    attempt: int = 0
    requested: bool = False
    requested_by: str = ""
    unrequested_by: str = ""
    waiting_since: datetime | None = None
    in_line_since: datetime | None = None
    holding: bool = False
    testing: tuple[Testing, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    waived_authors: bool = False
    touched: bool = False
    voided: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    intent: Intent | None = None
    run: Run | None = None
    failure: Failure | None = None
    settled_by: str = ""
    cancel: Cancel | None = None
    ended_at: datetime | None = None

    @property
    def in_flight(self) -> bool:
        """Whether something of this step may be running."""
        return self.state in IN_FLIGHT

    @property
    def unspent(self) -> tuple[SignOff, ...]:
        """The sign-offs that still count."""
        return tuple(each for each in self.sign_offs if each.verdict == "yes" and not each.spent)

    @property
    def signed(self) -> bool:
        """Whether anybody signed for this step, spent or not."""
        return any(each.verdict == "yes" for each in self.sign_offs)
