"""A step: a release's visit to one environment, with sign-offs, grant and run."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from handlers.attempt import Cancel, FailedAttempt, Failure, Intent, Run
from handlers.sign_offs import SignOff, Testing, Waiver


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
class Step:
    """A release's visit to one environment.

    `may_have_deployed` means that a request for it was sent and not proved unsent; `settled_by` is the operator who stated how
    its deployment ended, if no run did; `unrequested_by` is why it has to be requested again (`unlocked` once starters were
    notified that it can be), `unrequested_detail` what the CI said of it; `voided` are the correlation ids of earlier attempts,
    to recognize a late run of one, and `late` are the reports of such runs that were counted. `called` are the teams that were
    called to sign, `called_at` is when each team was called last, `reminded` when each person was; `escalated` are the teams of
    which nobody signed in time, so that others were called. `failures` are the last attempts that failed, the latest last.
    `taken_over` is the release that had deployed the build there, if this one did not deploy it again; `came_after` is the
    version that was live before it. It starts no earlier than `starts_at`; `window_key` are the windows that it waits for
    alone, or was planned under; `promised` means that people were told when it starts. `closing_called` is the closing of a
    window before which people were called, `calendar_shown` what its card says of windows and freezes.
    `offered` is the attempt for which somebody else was asked to stand for the release; 0 if none was.
    `deserted` are the teams of which nobody who can sign is there, `presence` the people who are away or on call of those who
    are awaited, as the card shows them; `emptied` are the teams whose user group is empty, of which others were called.
    `call_accepted_at` is when Slack took the first call for its sign-offs, noted of emergencies; `alone_told` means that people
    know that it may be signed alone.
    """

    environment: str
    state: StepState = StepState.PENDING
    attempt: int = 0
    requested: bool = False
    requested_by: str = ""
    starts_at: datetime | None = None
    unrequested_by: str = ""
    unrequested_detail: str = ""
    waiting_since: datetime | None = None
    queued_since: datetime | None = None
    window_key: str = ""
    promised: bool = False
    holding: bool = False
    testing: tuple[Testing, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    called: tuple[str, ...] = ()
    closing_called: datetime | None = None
    calendar_shown: str = ""
    called_at: tuple[tuple[str, datetime], ...] = ()
    reminded: tuple[tuple[str, datetime], ...] = ()
    escalated: tuple[str, ...] = ()
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
    offered: int = 0
    deserted: tuple[str, ...] = ()
    presence: tuple[str, ...] = ()
    emptied: tuple[str, ...] = ()
    call_accepted_at: datetime | None = None
    alone_told: bool = False

    @property
    def in_flight(self) -> bool:
        """Whether something of this step may be running."""
        return self.state in IN_FLIGHT

    def is_planned(self, now: datetime) -> bool:
        """Return whether it was asked for at a time that has yet to come."""
        return self.starts_at is not None and now < self.starts_at

    @property
    def unspent(self) -> tuple[SignOff, ...]:
        """The sign-offs that still count."""
        return tuple(
            each
            for each in self.sign_offs
            if each.verdict == "yes" and not (each.spent or each.expired or each.void)
        )

    @property
    def still_testing(self) -> tuple[Testing, ...]:
        """Those who said that they are testing, and have not signed since."""
        signed = {each.user for each in self.unspent}
        return tuple(each for each in self.testing if each.user not in signed)

    @property
    def signed(self) -> bool:
        """Whether anybody signed for this step, spent or not."""
        return any(each.verdict == "yes" and not each.void for each in self.sign_offs)


def rerun_key(run: str, correlation: str, state: str) -> str:
    """Return what is noted of a re-run: its id and attempt, the attempt of ours that it repeats, and its state."""
    return f"{run}@{correlation}:{state}"
