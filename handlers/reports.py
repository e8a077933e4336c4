"""What nobody did: reports of CIs and workers, words between releases, and the clock; all in the past tense."""

from dataclasses import dataclass
from typing import Literal

from handlers.people import SHIPROOM


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
    """A worker is about to send the request of a granted intent; `secret` is the SHA-256 of what its run has to show."""

    release: int
    correlation: str
    secret: str = ""
    actor: str = SHIPROOM


@dataclass(frozen=True, slots=True)
class SendAccepted:
    """The CI took the request; `run_id` is empty where its answer named no run, a place in a queue where `provisional`."""

    release: int
    correlation: str
    run_id: str = ""
    url: str = ""
    provisional: bool = False
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
    """One run that carries the correlation id of an intent; its id is a place in a queue where `provisional`."""

    id: str
    attempt: int = 1
    url: str = ""
    provisional: bool = False


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
    log_url: str = ""
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
