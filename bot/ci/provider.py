"""What every CI system is to the rest: one way to start, find, follow and stop a run; the core asks abilities, never names."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.ci_api.run import (
    Admission,
    ForgedError,
    Hint,
    RunStatus,
    SeenBuild,
    SeenRun,
    Source,
    StartAnswer,
    StartRequest,
    Target,
)
from bot.clock import Clock
from bot.tasks import Tasks
from handlers.build import Change
from handlers.facts import Capabilities
from handlers.plan import BuildSource
from handlers.reports import FoundRun


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the bot lends to a provider. `secrets` are values that no output may show; `environ` is the bot's environment."""

    clock: Clock
    tasks: Tasks
    state_directory: Path
    secrets: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)


class Provider(Protocol):
    """One connected CI. No method raises for an answer of the CI; network faults are values too.

    What a kind of CI cannot do it leaves out, and its capabilities say so.
    """

    name: str
    capabilities: Capabilities
    poll: float
    """How many seconds to leave between two looks at a run."""

    async def start(self, request: StartRequest) -> StartAnswer:
        """Send the one request of an attempt, exactly once."""
        ...

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search for runs that carry a correlation id, oldest first; None if the CI could not be asked."""
        ...

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run; None if the CI could not be asked now."""
        ...

    async def cancel(self, target: Target, correlation: str, run_id: str) -> bool:
        """Ask for a run to be stopped; False if the CI could not be asked now."""
        ...

    async def close(self) -> None:
        """Let go of connections; runs go on."""
        ...

    async def prune(self) -> int:
        """Forget what was kept of runs that ended long ago; returns how many that were."""
        return 0

    async def recent(self, target: Target) -> Sequence[SeenRun] | None:
        """List the newest runs of what deploys to the target, newest first; None if the CI could not be asked."""
        del target
        return None

    async def builds(self, repository: str, source: BuildSource) -> Sequence[SeenBuild] | None:
        """List the newest successful runs of a build workflow on its branch, newest first; None if it could not be asked."""
        del repository, source
        return None

    async def compare(self, repository: str, old: str, new: str) -> Sequence[Change] | None:
        """List the commits between two, newest first; None if the CI does not know them or could not be asked."""
        del repository, old, new
        return None

    @property
    def hears(self) -> bool:
        """Whether its webhooks can be told from forged ones, so that its route exists."""
        return False

    def hear(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Check a webhook's signature over its very bytes, and read it; header names are in lower case.

        Raises ForgedError.
        """
        del headers, body, now
        raise ForgedError

    @property
    def takes_tokens(self) -> bool:
        """Whether its runs carry signed tokens of their own, so that they need no secret of ours to claim."""
        return False

    async def admit(self, target: Target, token: str) -> Admission:
        """Check the signed token of a run that claims.

        Raises ForgedError, or UndecidedError where its issuer's keys cannot be read now.
        """
        del target, token
        raise ForgedError

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Ask the CI whether all that the policy needs of it is there; gives a sentence for each thing that is not."""
        del targets, sources
        return ()
