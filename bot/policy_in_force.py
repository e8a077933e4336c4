"""Keeps this process at the policy in force, a numbered row that all replicas share.

A start takes only a text that never was in force; going back takes SIGHUP. A process that is behind takes the row. Where it
cannot, because it lacks a secret that the row names, it decides nothing until it can.
"""

import logging
import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from bot.blocks.words.policy_changes import described
from bot.clock import Clock
from bot.loop import SAFETY_NET, WakeableLoop
from bot.metrics import POLICY_MISSING, POLICY_NUMBER
from bot.policy import PolicyResult
from bot.policy_source import PolicyFileError, PolicySource, needs_exclusive_database
from handlers.effects import Effect, NotifyOpen
from handlers.people import SHIPROOM, Directory
from handlers.policy import Connection, Policy
from handlers.policy_changes import announcements, older_file, policy_changes
from storage import policies, releases
from storage.database import Database
from storage.policies import Following, StoredPolicy

Apply = Callable[[Policy], None]
Listener = Callable[[], None]

log = logging.getLogger("shiproom.policy")


class NotDecidingError(Exception):
    """This process cannot use the policy in force, so it decides nothing; the message says why."""


class PolicyInForce:
    """The policy that this process decides with, and why it cannot take a newer one.

    `alone` is whether no other process may use the database.
    """

    def __init__(self, source: PolicySource, clock: Clock) -> None:
        self._source = source
        self._clock = clock
        self._refused = 0
        self.policy = Policy({}, Directory(), {})
        self.obstacle = ""
        self.alone = False
        self._apply: Apply = lambda _: None
        self._on_obstacle: Listener = lambda: None

    def follow(self, apply: Apply, on_obstacle: Listener) -> None:
        """Have every policy that is taken from now on applied, and hear of obstacles, beginning now."""
        self._apply, self._on_obstacle = apply, on_obstacle
        on_obstacle()

    async def start(self, database: Database, of_file: Policy) -> Policy:
        """Take the file's policy if its text never was in force, else the one in force; return what to begin with.

        If the one in force cannot be used here, the file's is returned with an obstacle.
        """
        self._database = database
        self.alone = database.name == "sqlite" or needs_exclusive_database(of_file)
        self.policy = of_file
        while True:
            newest = await database.read(policies.in_force)
            if newest is not None and newest.digest == of_file.fingerprint:
                self._use(replace(of_file, number=newest.number))
                return self.policy
            known = await database.read(partial(policies.last_with, digest=of_file.fingerprint))
            if newest is not None and known is not None:
                await self._start_behind(newest, known)
                return self.policy
            if await self._take(of_file, newest):
                return self.policy

    async def _start_behind(self, newest: StoredPolicy, of_file: StoredPolicy) -> None:
        log.warning(
            "policy %s is in force; this file is policy %s. Send SIGHUP to go back",
            newest.number,
            of_file.number,
        )
        self._use_row(newest)
        told = older_file(self.policy, newest.number, of_file.number)
        note = partial(policies.note_older_file, numbers=(newest.number, of_file.number), told=told)
        await self._database.write(partial(note, at=self._clock.now()))

    async def reload(self) -> None:
        """Take the file as it is now, older or not, if it has no error and is not in force already."""
        try:
            policy = await self._source.read_valid()
        except PolicyFileError as error:
            for line in str(error).splitlines():
                log.error("policy not applied: %s", line)  # noqa: TRY400 - nothing to trace
            return
        if needs_exclusive_database(policy) and not self.alone:
            log.error(
                "policy not applied: a local CI needs the database for one process alone; restart Shiproom for that"
            )
            return
        await self._reload(policy)

    async def _reload(self, of_file: Policy) -> None:
        while True:
            newest = await self._database.read(policies.in_force)
            if newest is not None and newest.digest == of_file.fingerprint:
                log.info("policy %s is in force already", newest.number)
                if newest.number != self.policy.number or self.obstacle:
                    self._use(replace(of_file, number=newest.number))
                    self._apply(self.policy)
                return
            if await self._take(of_file, newest):
                self._apply(self.policy)
                return

    async def _take(self, of_file: Policy, newest: StoredPolicy | None) -> bool:
        """Bring a policy into force; False if another replica brought one into force meanwhile."""
        policy = replace(of_file, number=newest.number + 1 if newest is not None else 1)
        old = self._source.parse_without_secrets(newest.text) if newest is not None else None
        changes = policy_changes(old, policy) if old is not None else ()
        at = self._clock.now()
        effects: list[Effect] = [*announcements(old, policy, at)] if newest is not None else []
        opened = {service for _, service in await self._database.read(releases.open_everywhere)}
        changed = dict.fromkeys(each.service for each in changes)
        effects += [NotifyOpen(service, "reevaluate") for service in changed if service in opened]
        removed = tuple(each.service for each in changes if each.code == "service_removed")
        following = Following(removed, tuple(effects))
        take = partial(policies.record_policy, policy=policy, by=SHIPROOM, at=at, following=following)
        if not await self._database.write(take):
            return False
        log.info("policy applied", extra={"why": f"policy {policy.number} {policy.fingerprint[:12]}"})
        for change in changes:
            level = logging.WARNING if change.weaker else logging.INFO
            log.log(level, "policy %s: %s: %s", policy.number, change.service, described(change))
        self._use(policy)
        return True

    async def catch_up(self) -> None:
        """Take the policy in force if it is newer; raises NotDecidingError if that cannot be done here."""
        newest = await self._database.read(policies.in_force)
        if newest is None or newest.number <= self.policy.number:
            return
        if newest.number != self._refused and self._use_row(newest):
            log.info("policy %s is in force: taken from the database", newest.number)
            self._apply(self.policy)
        if self.obstacle:
            raise NotDecidingError(self.obstacle)

    def forget_refusal(self) -> None:
        """Have the next `catch_up` try again what could not be used: what it lacked may be there now."""
        self._refused = 0

    def _use_row(self, stored: StoredPolicy) -> bool:
        """Use a policy from the database if this process can; otherwise note why not."""
        result = self._source.parse(stored.text)
        policy = result.policy
        if policy is None or (needs_exclusive_database(policy) and not self.alone):
            self._refused = stored.number
            self._set_obstacle(_obstacle(stored.number, result))
            return False
        self._use(replace(policy, number=stored.number))
        return True

    def _use(self, policy: Policy) -> None:
        self.policy = policy
        POLICY_NUMBER.set(policy.number)
        self._set_obstacle("")

    def _set_obstacle(self, sentence: str) -> None:
        if sentence and sentence != self.obstacle:
            log.error("nothing is decided here: %s", sentence)
        changed, self.obstacle = sentence != self.obstacle, sentence
        POLICY_MISSING.set(1 if sentence else 0)
        if changed:
            self._on_obstacle()


class PolicyWatch(WakeableLoop):
    """Looks for a newer policy of another replica: when woken, and at the latest every SAFETY_NET seconds.

    On SQLite there is no other replica.
    """

    name = "policy watch"

    def __init__(self, policy_in_force: PolicyInForce, database: Database, clock: Clock) -> None:
        super().__init__()
        self._policy_in_force = policy_in_force
        self._database = database
        self._clock = clock
        self._try_again_at = 0.0

    async def run_once(self) -> float:
        """Take a newer policy, if there is one."""
        if self._database.name == "sqlite":
            return math.inf
        number = await self._database.read(policies.number_in_force)
        if number > self._policy_in_force.policy.number:
            if self._clock.monotonic() >= self._try_again_at:
                self._try_again_at = self._clock.monotonic() + SAFETY_NET
                self._policy_in_force.forget_refusal()
            try:
                await self._policy_in_force.catch_up()
            except NotDecidingError:
                log.debug("still behind policy %s", number)
        return SAFETY_NET


def _obstacle(number: int, result: PolicyResult) -> str:
    """Return why a policy that came from the database cannot be used by this process."""
    if result.missing:
        names, secret = ", ".join(sorted(result.missing)), "secret" if len(result.missing) == 1 else "secrets"
        return f"this replica lacks the {secret} {names} that policy {number} names: set it, and start this replica again"
    if result.policy is not None:
        why = "its local CI needs the database for one process alone: start this replica again"
    else:
        why = "; ".join(f"line {each.line}: {each.message}" for each in result.errors[:3])
    return f"this replica cannot use policy {number}, which is in force: {why}"


def changed_connections(before: Policy, after: Policy) -> dict[str, Connection]:
    """Return the connections of a policy that are new in it, or other than before."""
    old = before.connections
    return {name: connection for name, connection in after.connections.items() if old.get(name) != connection}
