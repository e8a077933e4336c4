"""One attempt of a step: its grant, its run, how it failed, and the request to stop it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Intent:
    """The grant of one attempt: at most one request is sent for it.

    The request carries `correlation`. `secret` is the SHA-256, in hexadecimal, of what its run has to show to claim it; empty
    if the run shows a token of its CI. `refusal` is what the CI said when it did not take the request for now.
    """

    correlation: str
    granted_at: datetime
    sent_at: datetime | None = None
    tries: int = 0
    unclear_at: datetime | None = None
    alerted: bool = False
    claimed_by: str = ""
    secret: str = ""
    may_have_deployed_before: bool = False
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A CI run, with the CI's own id and attempt number and its last known state, as in `handlers.reports.RunState`.

    It is followed since `seen_at`, really runs since `started_at` (moved by the time that it did not), and is queued or
    waits for a person since `idle_since`; `waits_for` says for whom. `queue_told` means that people know that it is queued.
    A `provisional` id is that of an item in the CI's queue: the first run that carries the correlation id replaces it.
    """

    ci: str
    id: str
    attempt: int = 1
    url: str = ""
    state: str = "running"
    started_at: datetime | None = None
    provisional: bool = False
    log_url: str = ""
    seen_at: datetime | None = None
    idle_since: datetime | None = None
    waits_for: str = ""
    queue_told: bool = False

    @property
    def named(self) -> str:
        """The run and its attempt: what a claim admits."""
        return f"{self.id}#{self.attempt}"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a step failed: a stable code and what the CI reported.

    The code is `not_sent`, `run_failed`, `run_cancelled` or `timed_out`. `by` is the operator who says so, if no CI did.
    """

    code: str
    detail: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """An attempt that failed, kept whatever became of the step: when and why, and who had it tried again."""

    attempt: int
    at: datetime
    failure: Failure
    retried_by: str = ""


@dataclass(frozen=True, slots=True)
class Cancel:
    """The request to stop a run: by whom, why, since when.

    `code` is `asked` or `timed_out`.
    """

    by: str
    code: str
    at: datetime
    reason: str = ""
