"""What an examination finds."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How it is; only a failure makes the exit status 1."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report: the subject, its state, and a sentence with what to do."""

    subject: str
    state: State
    text: str


def well(subject: str, text: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(subject, State.OK, text)


def warned(subject: str, text: str) -> Finding:
    """Return that something works, and should be looked at."""
    return Finding(subject, State.WARNING, text)


def failed(subject: str, text: str) -> Finding:
    """Return that something is broken."""
    return Finding(subject, State.FAILED, text)
