"""Keeps the policy in force: read at the start and on SIGHUP; a policy with a fault changes nothing and is said aloud."""

import logging
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from bot import logs
from bot.clock import Clock
from bot.policy import Reading, read_policy
from handlers.people import SHIPROOM
from handlers.plan import Policy
from storage import policies
from storage.database import Database

log = logging.getLogger("shiproom.policy")


def is_alone(policy: Policy) -> bool:
    """Say whether only one process may work on the database: a local CI runs on one machine."""
    return any(connection.kind == "local" for connection in policy.connections.values())


class PolicyKeeper:
    """The policy file and what is made of it. `secrets` is all that was ever read from the environment for it."""

    def __init__(self, path: Path, environ: Mapping[str, str], clock: Clock) -> None:
        self._path = path
        self._environ = environ
        self._clock = clock
        self.secrets: frozenset[str] = frozenset()

    def read(self) -> Reading:
        """Read the file as it is now; from then on its secrets stand in no log."""
        reading = read_policy(self._path, self._environ)
        self.secrets |= reading.secrets
        logs.hide(self.secrets)
        return reading

    async def write_down(self, database: Database, policy: Policy) -> None:
        """Write a policy that comes into force into the history."""
        take = partial(policies.take, policy=policy, by=SHIPROOM, at=self._clock.now())
        for service in await database.write(take):
            log.info("policy taken", extra={"why": f"{service} {policy.fingerprint[:12]}"})

    async def reload(self, database: Database, taken: Callable[[Policy], None], *, alone: bool) -> bool:
        """Take the file as it is now, if it has no fault; `alone` says that no other process may work on the database."""
        reading = self.read()
        if reading.policy is None:
            for fault in reading.faults:
                log.error("policy not taken: %s", fault)
            return False
        if is_alone(reading.policy) and not alone:
            log.error(
                "policy not taken: a local CI needs the database for one process alone; restart Shiproom for that"
            )
            return False
        await self.write_down(database, reading.policy)
        taken(reading.policy)
        return True
