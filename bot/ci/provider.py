"""The interface of a CI: start, find, follow and stop a run.

The core asks for capabilities, never for the name of a kind.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol

from bot.ci.run import (
    Admission,
    Hint,
    ListedBuild,
    ListedRun,
    RunStatus,
    Source,
    StartRequest,
    StartResult,
    StopAnswer,
    Target,
    UnauthenticatedError,
)
from bot.clock import Clock
from bot.health import Health
from bot.tasks import Tasks
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from handlers.plan import BuildSource
from handlers.reports import FoundRun


@dataclass(frozen=True, slots=True)
class ProviderContext:
    """What the bot gives to a provider.

    `secrets` are values that no output may show; `environ` is the bot's environment. To `health` it reports how it answers.
    """

    clock: Clock
    tasks: Tasks
    state_directory: Path
    secrets: tuple[str, ...] = ()
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    health: Health | None = None


class Provider(Protocol):
    """One connected CI. Methods do not raise for its answers; network errors are values too.

    A kind of CI leaves out what it cannot do, and its capabilities say so.
    """

    name: str
    product: str = ""
    """What people call it; empty for one without a name of its own."""

    capabilities: Capabilities
    poll: float
    """How many seconds to leave between two polls of a run."""

    async def start(self, request: StartRequest) -> StartResult:
        """Send the one request of an attempt, exactly once."""
        ...

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Search for runs with a correlation id, oldest first; None if the CI cannot be read now."""
        ...

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Read a run; None if the CI cannot be read now."""
        ...

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Ask for a run to be stopped."""
        ...

    async def close(self) -> None:
        """Close connections; runs go on."""
        ...

    async def token_end(self) -> datetime | None:
        """Ask when its token ends; None if it does not say, or says so with its answers."""
        return None

    async def prune(self) -> int:
        """Remove what was kept of runs that ended long ago; return how many that were."""
        return 0

    async def recent(self, target: Target) -> Sequence[ListedRun] | None:
        """List the newest runs of what deploys to the target, newest first.

        None if the CI cannot be read now.
        """
        del target
        return None

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List the newest successful runs of a build workflow, newest first, of all branches that match its patterns.

        A run that ended, or was re-run to success, after newer ones stands at its own place. None if it cannot be read now.
        """
        del repository, source
        return None

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """Compare two commits: what is in the new one that is not in the old one.

        None if the CI does not know them or cannot be read now.
        """
        del repository, old, new
        return None

    @property
    def has_webhook(self) -> bool:
        """Whether its webhooks can be verified; only then their route exists."""
        return False

    def parse_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> Hint:
        """Verify a webhook's signature over its exact bytes, and read it.

        Header names are in lower case. Raises UnauthenticatedError.
        """
        del headers, body, now
        raise UnauthenticatedError

    @property
    def takes_tokens(self) -> bool:
        """Whether its runs carry signed tokens of their own, and need no claim secret of ours."""
        return False

    async def admit(self, target: Target, token: str) -> Admission:
        """Check the signed token of a run that claims.

        Raises UnauthenticatedError, or TemporarilyUnavailableError if its issuer's keys cannot be read now.
        """
        del target, token
        raise UnauthenticatedError

    async def check(self, targets: Sequence[Target], sources: Sequence[Source]) -> Sequence[str]:
        """Check that the CI has what the policy needs; return a sentence for each problem."""
        del targets, sources
        return ()


def capabilities_of(provider: Provider) -> Capabilities:
    """Return what a CI declares about itself, with what people call it."""
    return replace(provider.capabilities, product=provider.product)
