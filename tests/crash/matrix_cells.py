"""The fields of the matrix, and what is noted of a run of one."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Moments(StrEnum):
    """When the bot is killed, by the names of the matrix."""

    MARK = "before the commit of the mark"
    GRANT = "after the commit of the grant"
    SENT = "after sent is committed"
    WRITTEN = "request written"
    ANSWER = "answer read, before its commit"
    ADOPTED = "after adoption"


class LateDelivery(StrEnum):
    """When what is late arrives."""

    SEARCHED = "while it is searched for"
    LISTED = "at once, but lists show it later"
    ASKED = "after operators were asked"
    SETTLED = "after their word"
    RETRIED = "after another attempt"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One field of the matrix."""

    kind: str
    moment: str
    behaviour: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.moment} x {self.behaviour}"


@dataclass
class CellRun:
    """One run of a cell, and what came of it."""

    cell: Cell
    number: int
    delivery: str = ""
    asked: int = 0
    died: float = 0.0
    unknown_since: datetime | None = None
    first: int = 0
    said: int = 0
    interventions: list[str] = field(default_factory=list[str])
