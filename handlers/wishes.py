"""What typed words or a click ask for before it is known which build or release they mean: an event, a journey, a question."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from handlers.events import (
    AuthorsWaived,
    CancelAsked,
    Rejected,
    RetryAsked,
    Settled,
    SignedOff,
    StepAsked,
    TestingStarted,
    Withdrawn,
)

EVERYTHING = "everything"

QuestionKind = Literal["status", "where", "why", "builds", "history", "whoami", "help"]


@dataclass(frozen=True, slots=True)
class Journey:
    """Start a build's journey or ask for its next step; `token` is a version, a commit prefix, a release, or nothing."""

    service: str
    environment: str
    actor: str
    token: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class RollbackWanted:
    """Roll an environment back, to a version or to the one that the rule names; `confirmed` once the modal said so."""

    service: str
    environment: str
    actor: str
    version: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LockWanted:
    """Lock an environment, or everything that the actor operates."""

    service: str
    environment: str
    actor: str
    reason: str
    lasts: timedelta | None = None


@dataclass(frozen=True, slots=True)
class UnlockWanted:
    """Unlock an environment, or everything that the actor operates."""

    service: str
    environment: str
    actor: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something to read: `service` and `release` are empty and 0 where the words named none."""

    kind: QuestionKind
    actor: str
    service: str = ""
    release: int = 0
    count: int = 0


@dataclass(frozen=True, slots=True)
class StartForm:
    """The modal to start a release with: service, build, environment, note."""

    actor: str
    service: str = ""


@dataclass(frozen=True, slots=True)
class Misread:
    """The words could not be read: a stable code and the values its sentence needs."""

    code: str
    word: str = ""
    choices: tuple[str, ...] = ()


Deed = (
    StepAsked
    | TestingStarted
    | SignedOff
    | Withdrawn
    | Rejected
    | CancelAsked
    | RetryAsked
    | Settled
    | AuthorsWaived
)
Wish = Deed | Journey | RollbackWanted | LockWanted | UnlockWanted | Question | StartForm
