"""What a history tells of releases: deployments, waits and emergencies; times are microseconds since 1970."""

from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from bot.reports.waits import Waits
from handlers.attempt_endings import AttemptOutcome


class Kind(StrEnum):
    """How a deployment came about; `outside` is one that nobody asked Shiproom for."""

    NORMAL = "normal"
    ROLLBACK = "rollback"
    EMERGENCY = "emergency"
    OUTSIDE = "outside"


@dataclass(slots=True)
class Deployment:
    """One attempt to deploy a build somewhere; one that people stopped is neither a success nor a failure.

    `ready` are the times at which the builds were ready that it brought: its own, and older ones of its branch that were never
    there. `known_bad_at` is when it was known that people had to act on it: it failed, or a rollback or an emergency that
    replaced it was started. `restored_at` is when something was deployed there with success after that. `release` is 0, and
    `run` and `url` are told, of one from outside.
    """

    service: str
    environment: str
    release: int
    attempt: int
    kind: Kind
    version: str
    began: int
    ended: int
    how: AttemptOutcome
    ready: tuple[int, ...] = ()
    known_bad_at: int | None = None
    restored_at: int | None = None
    run: str = ""
    url: str = ""

    @property
    def is_change(self) -> bool:
        """Whether it was to bring something new: rollbacks and what came from outside count apart."""
        return self.kind in _CHANGES and self.how is not AttemptOutcome.STOPPED


_CHANGES = frozenset({Kind.NORMAL, Kind.EMERGENCY})


@dataclass(slots=True)
class Emergency:
    """A release through the emergency lane: when it was started, and whether an operator signed it alone.

    `review_due` is until when it has to be reviewed; None if it does not.
    """

    service: str
    release: int
    version: str
    environment: str
    at: int
    alone: bool = False
    review_due: int | None = None
    reviewed_at: int | None = None


@dataclass(slots=True)
class ServiceFacts:
    """All that the history of one service tells; `known_since` is when it began.

    Deployments and emergencies are in the order of time. `waits` are by the environment and by what is waited for, one of the
    names of `handlers.wait`; `versions` are those of all releases.
    """

    service: str
    known_since: int | None = None
    deployments: list[Deployment] = field(default_factory=list[Deployment])
    waits: defaultdict[tuple[str, str], Waits] = field(default_factory=lambda: defaultdict(Waits))
    versions: dict[int, str] = field(default_factory=dict[int, str])
    emergencies: list[Emergency] = field(default_factory=list[Emergency])
