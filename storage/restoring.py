"""What a restore means: a backup knows nothing of what came after it, so nothing that was open in it goes on.

It ends every open release, calls off what was still to be done, and leaves a gap in the numbers of releases, since those after
the backup are on cards and in people's words. Nothing of a service of the backup is decided before an operator has confirmed
what is live (`storage.confirmed`); a row of its history says so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select

from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.people import SHIPROOM, Directory, Membership
from handlers.reports import Restored
from storage import effects, environments, policies, release_numbers, releases
from storage.codec import micros
from storage.deciding import DecisionInput, decide_and_save
from storage.history import Entry
from storage.incoming import IncomingEvent
from storage.recording import Changes, Locked, record
from storage.restored import BACKUP_AT, POLICY, RESTORED, left_policy, remember_restore
from storage.tables import ServiceRow, table

GAP = 1000
"""How many numbers of releases are left out, beside one for each minute that the backup is old, and how many of policies."""

MOST_FINDINGS = 50
CALLED_OFF = "not performed: the database was restored from a backup"

_service = table(ServiceRow)


@dataclass(frozen=True, slots=True)
class Accepted:
    """That the history of a backup need not hold: why somebody accepts that, and what does not hold."""

    reason: str = ""
    findings: tuple[str, ...] = ()


HOLDS = Accepted()


@dataclass(frozen=True, slots=True)
class RestoreSummary:
    """What a restore changed.

    `services` have to be confirmed, the releases `ended` were open, `called_off` counts effects, and the next release has the
    number `next_release`.
    """

    services: tuple[str, ...]
    ended: tuple[int, ...]
    called_off: int
    next_release: int

    @property
    def sentences(self) -> tuple[str, ...]:
        """What the operator who restores is told."""
        numbers = ", ".join(f"r{number}" for number in self.ended)
        ended = (
            f"What was open in the backup has ended: {numbers}."
            if self.ended
            else "Nothing was open in the backup."
        )
        held = (
            f"Nothing is decided of {', '.join(self.services)} before an operator has confirmed what is live."
        )
        return (ended, f"The next release is r{self.next_release}.", *((held,) if self.services else ()))


def after_restore(
    connection: Connection, at: datetime, backup_at: datetime, actor: str, accepted: Accepted = HOLDS
) -> RestoreSummary:
    """Apply what a restore means, in the transaction that loaded the rows; `actor` is who restores.

    What does not hold is kept in the history: what ends here is vouched for again, whatever was altered of it.
    """
    called_off = effects.call_off(connection, at, CALLED_OFF)
    every = sorted(connection.execute(select(_service.c.service)).scalars())
    ended = tuple(number for name in every for number in _end(connection, name, at, backup_at))
    names = tuple(name for name in every if not left_policy(connection, name))
    if not names:
        return RestoreSummary((), ended, called_off, release_numbers.next_number(connection))
    policy, rows = policies.leave_gap(connection, GAP, at)
    rows |= release_numbers.leave_gap(
        connection, GAP + max(at - backup_at, timedelta()) // timedelta(minutes=1)
    )
    rows |= remember_restore(connection, at)
    outcome: dict[str, Any] = {
        "reply": RESTORED,
        BACKUP_AT: backup_at.isoformat(),
        POLICY: policy,
        "by": actor,
    }
    if accepted.findings:
        outcome |= {"accepted": accepted.reason, "findings": list(accepted.findings[:MOST_FINDINGS])}
    for name in names:
        states, head = environments.lock(connection, name)
        record(
            connection,
            Locked(states, head),
            Entry(micros(at), SHIPROOM, RESTORED, 0, "{}", outcome),
            Changes(rows=rows),
        )
    return RestoreSummary(names, ended, called_off, release_numbers.next_number(connection))


def _end(connection: Connection, service: str, at: datetime, backup_at: datetime) -> list[int]:
    """End the open releases of a service; return their numbers."""
    opened = releases.open_numbers(connection, service)
    for number in opened:
        release = releases.lock(connection, number)
        if release is not None:
            states, head = environments.lock(connection, service)
            event = Restored(number, backup_at.isoformat())
            incoming = IncomingEvent(f"restore {number}", event, at)
            decide_and_save(
                connection, incoming, DecisionInput(release, release, _facts(states), head), event
            )
    return opened


def _facts(states: dict[str, EnvironmentState]) -> Facts:
    """Return what ends a release, for which nobody has to be asked."""
    return Facts(Membership(Directory()), states)
