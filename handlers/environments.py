"""The state of a service's environments: holder, queue, live build, locks."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.build import Build

SEEN_WITHIN = timedelta(minutes=1)
"""How late the end of a deployment may be noticed; of two that end within it, the one that is noticed last counts."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A person or an API token closed an environment to new steps.

    `until` None means until somebody unlocks it. `key` is how a token names its lock. `release` is the rollback that locked.
    """

    owner: str
    since: datetime
    reason: str
    until: datetime | None = None
    release: int = 0
    url: str = ""
    key: str = ""

    def in_force(self, now: datetime) -> bool:
        """Return whether the lock is still in force."""
        return self.until is None or now < self.until


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """A release's place in the queue of an environment; rollbacks go first, then emergencies."""

    release: int
    since: datetime
    rollback: bool = False
    emergency: bool = False


@dataclass(frozen=True, slots=True)
class Live:
    """The build that was last deployed successfully, since when, by which release.

    `release` is 0 for a deployment that was started elsewhere.
    """

    build: Build
    release: int
    since: datetime


@dataclass(frozen=True, slots=True)
class RolledBack:
    """A build that was rolled back, when and why, by which release.

    `took` is the release that had deployed it, 0 for a deployment that was started elsewhere.
    """

    build: Build
    at: datetime
    reason: str
    release: int
    took: int = 0


@dataclass(frozen=True, slots=True)
class ReviewOwed:
    """Somebody of the team `by` has yet to review an emergency, until `due`, who was none of those who `took_part` in it.

    These are accounts of people, and `authors` are names of commits. `told` means that it was called for again, as overdue.
    """

    release: int
    by: str
    since: datetime
    due: datetime
    took_part: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    told: bool = False

    def is_overdue(self, now: datetime) -> bool:
        """Return whether the time for the review is over."""
        return self.due <= now


@dataclass(frozen=True, slots=True)
class Loss:
    """What a database lost of a service: it is at row `found` of the history, and `lost` was confirmed before.

    `backup_at` is set if it was restored from a backup of that time: then `lost` is the row that says so, and an operator has
    to name what is live in each environment.
    """

    lost: str
    found: int
    backup_at: datetime | None = None

    @property
    def backup(self) -> str:
        """The time of the backup as an ISO time; empty if there is none."""
        return "" if self.backup_at is None else self.backup_at.isoformat()


@dataclass(frozen=True, slots=True)
class RunTold:
    """What a CI tells of the run that deployed to an environment last, while nothing of the service is decided.

    `version` is that of its build, or the commit if no such build is known; `under_way` means that it has not ended.
    """

    version: str
    sha: str
    run: str
    url: str = ""
    ended_at: datetime | None = None
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class EnvironmentState:
    """One environment of a service, as the database has it under its lock.

    It is locked while one of `locks` is in force. `outside` lists the external runs that were reported, each with its state;
    `watched_since` is when that began. `rolled_back` are the builds that rollbacks took away, the last ones. `failed` means
    that the newest attempt failed, `touched` that anything was attempted there since the live build was deployed.
    `reviews` are those of emergencies that nobody has reviewed yet.
    """

    environment: str
    holder: int = 0
    queue: tuple[QueueEntry, ...] = ()
    live: Live | None = None
    locks: tuple[Lock, ...] = ()
    failed: bool = False
    outside: tuple[str, ...] = ()
    watched_since: datetime | None = None
    rolled_back: tuple[RolledBack, ...] = ()
    touched: bool = False
    reviews: tuple[ReviewOwed, ...] = ()

    def has_untouched(self, build: Build) -> bool:
        """Return whether exactly this build lies there, deployed by Shiproom, and nothing was attempted there since.

        Everything that may have changed what lies there counts as attempted: a request that was sent, a run that was started
        elsewhere or at the CI, and records that were lost.
        """
        live = self.live
        if live is None or not live.release or self.failed or self.touched:
            return False
        return live.build.version == build.version and live.build.same_artifact(build)

    def place(self, release: int) -> int:
        """Return a release's position in the queue, from 1; 0 if it is not in it."""
        for place, entry in enumerate(self.queue, start=1):
            if entry.release == release:
                return place
        return 0

    def went_on_since(self, ended_at: datetime | None) -> str:
        """Return what has the environment now, after a release gave it up as not deployed; empty if that is as it was."""
        if self.holder:
            return f"r{self.holder}"
        changed = self.live is not None and ended_at is not None and self.live.since > ended_at
        return f"r{self.live.release}" if changed and self.live is not None and self.live.release else ""

    def deployed_since(self, ended_at: datetime | None) -> bool:
        """Return whether a run had ended well before what is live now was deployed; False if nobody knows when it ended."""
        return self.live is not None and ended_at is not None and ended_at < self.live.since - SEEN_WITHIN

    def current_locks(self, now: datetime) -> tuple[Lock, ...]:
        """Return the locks in force, oldest first."""
        return tuple(lock for lock in self.locks if lock.in_force(now))


def in_queue_order(queue: tuple[QueueEntry, ...]) -> tuple[QueueEntry, ...]:
    """Sort a queue: rollbacks first, then emergencies, each by the time of joining."""
    return tuple(
        sorted(queue, key=lambda entry: (not entry.rollback, not entry.emergency, entry.since, entry.release))
    )
