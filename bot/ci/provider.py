"""What every CI system is to the rest: one way to start, find, follow and stop a run; the core asks abilities, never names."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Protocol

from bot.clock import Clock
from bot.tasks import Tasks
from handlers.facts import Capabilities
from handlers.plan import Deploy
from handlers.reports import FoundRun


@dataclass(frozen=True, slots=True)
class StartRequest:
    """All that a CI is told about one attempt: the deploy settings of its step and the `SHIPROOM_*` values."""

    correlation: str
    deploy: Deploy
    service: str
    environment: str
    version: str
    sha: str
    digest: str
    build_url: str
    release: int
    not_after: float = field(default=float("inf"))
    """The monotonic time in seconds after which the request must not be sent any more."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """The CI took the request; `run_id` is empty where its answer named none."""

    run_id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It is proved that nothing was started. `retry_after` is in seconds."""

    transient: bool
    detail: str
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the request was taken."""

    detail: str


StartAnswer = Accepted | Refused | Unclear


State = Literal["running", "succeeded", "failed", "cancelled", "timed_out", "vanished"]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as its CI sees it now. `detail` is one line for people, `tail` the end of its output, secrets redacted."""

    state: State
    attempt: int = 1
    url: str = ""
    detail: str = ""
    tail: str = ""
    started_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bot lends to a provider. `secrets` are values that no output may show; `environ` is the bot's environment."""

    clock: Clock
    tasks: Tasks
    state_directory: Path
    secrets: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Provider(Protocol):
    """One connected CI. No method raises for an answer of the CI; network faults are values too."""

    name: str
    capabilities: Capabilities
    poll: float
    """How many seconds to leave between two looks at a run."""

    async def start(self, request: StartRequest) -> StartAnswer:
        """Send the one request of an attempt, exactly once."""
        ...

    async def find(self, deploy: Deploy, correlation: str) -> Sequence[FoundRun] | None:
        """Search for runs that carry a correlation id, oldest first; None if the CI could not be asked."""
        ...

    async def status(self, deploy: Deploy, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run; None if the CI could not be asked now."""
        ...

    async def cancel(self, deploy: Deploy, correlation: str, run_id: str) -> bool:
        """Ask for a run to be stopped; False if the CI could not be asked now."""
        ...

    async def prune(self) -> int:
        """Forget what was kept of runs that ended long ago; returns how many that were."""
        ...

    async def close(self) -> None:
        """Let go of connections; runs go on."""
        ...
