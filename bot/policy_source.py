"""Keeps the policy in force: read at the start and on SIGHUP.

A policy with an error changes nothing; its errors are logged.
"""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bot import logs
from bot.ci import KINDS
from bot.clock import Clock
from bot.policy import PolicyResult, read_policy
from handlers.people import SHIPROOM
from handlers.plan import Policy
from storage import policies
from storage.database import Database

log = logging.getLogger("shiproom.policy")


def needs_exclusive_database(policy: Policy) -> bool:
    """Return whether only one process may use the database: a local CI runs on one machine."""
    return any(KINDS[connection.kind].single_machine for connection in policy.connections.values())


class PolicySource:
    """The policy file; `secrets` is everything ever read from the environment for it."""

    def __init__(self, path: Path, environ: Mapping[str, str], clock: Clock) -> None:
        self._path = path
        self._environ = environ
        self._clock = clock
        self.secrets: frozenset[str] = frozenset()

    def read(self) -> PolicyResult:
        """Read the file as it is now, and mask its secrets in all logs from then on."""
        result = read_policy(self._path, self._environ)
        self.secrets |= result.secrets
        logs.hide(self.secrets)
        return result

    async def record(self, database: Database, policy: Policy) -> None:
        """Record a policy that comes into force in the history."""
        take = partial(policies.record_policy, policy=policy, by=SHIPROOM, at=self._clock.now())
        for service in await database.write(take):
            log.info("policy applied", extra={"why": f"{service} {policy.fingerprint[:12]}"})

    async def reload(self, database: Database, taken: Callable[[Policy], None], *, alone: bool) -> bool:
        """Apply the file as it is now, if it has no error.

        `alone` means that no other process may use the database.
        """
        result = self.read()
        if result.policy is None:
            for error in result.errors:
                log.error("policy not applied: %s", error)
            return False
        if needs_exclusive_database(result.policy) and not alone:
            log.error(
                "policy not applied: a local CI needs the database for one process alone; restart Shiproom for that"
            )
            return False
        await self.record(database, result.policy)
        taken(result.policy)
        return True
