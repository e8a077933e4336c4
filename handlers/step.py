"""A step: a release's visit to one environment, with sign-offs, grant and run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class StepState(StrEnum):
    """The state of a step; the names are part of the contract."""

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

ENDED = "ended"
"""What is noted of a run that had ended when its attempt was voided."""

OVER = frozenset({StepState.SUCCEEDED, StepState.SKIPPED})


@dataclass(frozen=True, slots=True)
class SignOff:
    """One person's verdict on this step's build.

    It is spent when its deployment is sent, and `lost` while its signer may not sign any more, which people were told.
    """

    team: str
    user: str
    at: datetime
    note: str = ""
    verdict: str = "yes"
    spent: bool = False
    armed_by: str = ""
    lost: bool = False

    @property
    def counts(self) -> bool:
        """Whether it is a yes of somebody who may sign, spent or not."""
        return self.verdict == "yes" and not self.lost


@dataclass(frozen=True, slots=True)
class Testing:
    """A person said "I am testing it"."""

    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Waiver:
    """An operator let the gates pass although something is not known.

    It covers exactly these unknown `authors`, these `versions` whose changes nobody has told, and that the build may lack the
    live build that `lacks` names.
    """

    by: str
    at: datetime
    reason: str
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    lacks: str = ""


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


@dataclass(frozen=True, slots=True)
class Step:
    """A release's visit to one environment.

    `may_have_deployed` means that a request for it was sent and not proved unsent; `settled_by` is the operator who stated how
    its deployment ended, if no run did; `unrequested_by` is why it has to be requested again (`unlocked` once starters were
    notified that it can be), `unrequested_detail` what the CI said of it; `voided` are the correlation ids of earlier attempts,
    to recognize a late run of one, and `late` are the reports of such runs that were counted. `called` are the teams that were
    called to sign; `failures` are the last attempts that failed, the latest last. `taken_over` is the release that had
    deployed the build there, if this one did not deploy it again; `came_after` is the version that was live before it.
    """

    environment: str
    state: StepState = StepState.PENDING
    attempt: int = 0
    requested: bool = False
    requested_by: str = ""
    unrequested_by: str = ""
    unrequested_detail: str = ""
    waiting_since: datetime | None = None
    queued_since: datetime | None = None
    holding: bool = False
    testing: tuple[Testing, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    called: tuple[str, ...] = ()
    waivers: tuple[Waiver, ...] = ()
    may_have_deployed: bool = False
    voided: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    intent: Intent | None = None
    run: Run | None = None
    failure: Failure | None = None
    failures: tuple[FailedAttempt, ...] = ()
    settled_by: str = ""
    came_after: str = ""
    cancel: Cancel | None = None
    ended_at: datetime | None = None
    taken_over: int = 0

    @property
    def in_flight(self) -> bool:
        """Whether something of this step may be running."""
        return self.state in IN_FLIGHT

    @property
    def unspent(self) -> tuple[SignOff, ...]:
        """The sign-offs that still count."""
        return tuple(each for each in self.sign_offs if each.verdict == "yes" and not each.spent)

    @property
    def still_testing(self) -> tuple[Testing, ...]:
        """Those who said that they are testing, and have not signed since."""
        signed = {each.user for each in self.unspent}
        return tuple(each for each in self.testing if each.user not in signed)

    @property
    def signed(self) -> bool:
        """Whether anybody signed for this step, spent or not."""
        return any(each.verdict == "yes" for each in self.sign_offs)


def rerun_key(run: str, correlation: str, state: str) -> str:
    """Return what is noted of a re-run: its id and attempt, the attempt of ours that it repeats, and its state."""
    return f"{run}@{correlation}:{state}"
