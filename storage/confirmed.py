"""Remembers the heads of chains that were confirmed, to notice a database that is behind them.

A server that took over with asynchronous replication, or an older copy of a file, lacks what people and CIs were told; so does
a database that was restored from a backup, which says so itself. Nothing is decided on it until an operator has settled that.
"""

from collections.abc import Container, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select

from handlers.environments import Loss
from handlers.events import LossSettled
from handlers.outcome import Refusal
from storage.codec import micros, moment
from storage.history import Head
from storage.prepared import Prepared
from storage.restored import (
    HASH_DIGITS,
    Restores,
    is_confirmed,
    joined,
    last_restore,
    services_with_history,
)
from storage.tables import HistoryRow, ServiceRow, table

_history, _service = table(HistoryRow), table(ServiceRow)
_heads = Prepared(select(_service.c.service, _service.c.chain_row, _service.c.chain_hash))
_hash_of = Prepared(
    select(_history.c.hash).where(
        _history.c.service == bindparam("wanted"), _history.c.row == bindparam("which")
    )
)
_settled = Prepared(
    select(func.max(_history.c.at)).where(
        _history.c.service == bindparam("wanted"),
        _history.c.event == LossSettled.event_name,
        _history.c.at > bindparam("after"),
    )
)


class BehindError(Exception):
    """The database lacks what was confirmed of a service; nothing was changed."""

    def __init__(self, service: str, loss: Loss) -> None:
        super().__init__(f"{service} is behind what was confirmed")
        self.service = service
        self.loss = loss

    @property
    def refusal(self) -> Refusal:
        """What whoever wanted to change something is answered."""
        loss = self.loss
        values = {"lost": loss.lost, "found": str(loss.found), "backup": loss.backup}
        return Refusal("behind", {"service": self.service, **values})


class ConfirmedHeads:
    """The newest head of each chain that this process has seen committed, and when.

    What is missing is found out by whatever reads the service next. `services` are those of the policy; what is lost of another
    one concerns nobody.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[Head, int]] = {}
        self._restore: Restores | None = None
        self._restored: dict[str, Loss] = {}
        self._unconfirmed: dict[str, Loss] = {}
        self._behind: dict[str, Loss] = {}
        self.services: Container[str] | None = None

    @property
    def behind(self) -> Mapping[str, Loss]:
        """The services of the policy of which something is lost; all services, if no policy is known."""
        services = self.services
        return {
            name: loss for name, loss in tuple(self._behind.items()) if services is None or name in services
        }

    @property
    def restored(self) -> frozenset[str]:
        """The services that the last restore from a backup concerns, confirmed since or not."""
        return frozenset(self._restored)

    def look_for_restore(self, connection: Connection) -> None:
        """Find out which services were restored from a backup, and which of them no operator has confirmed since.

        At the start, and whenever a policy is in force that this process does not know: a restore gives it another number.
        """
        self._restore = last_restore(connection)
        self._restored, self._unconfirmed = {}, {}
        if self._restore is not None:
            for service in services_with_history(connection):
                self._unless_confirmed(connection, service)

    def learn(self, head: Head, at: datetime) -> None:
        """Remember a head that is committed now; an operator's word that is later than `at` covers its loss."""
        known = self._known.get(head.service)
        if known is None or head.row >= known[0].row or head.service in self._behind:
            self._known[head.service] = head, micros(at)
            self._behind.pop(head.service, None)

    @property
    def known(self) -> tuple[tuple[Head, datetime], ...]:
        """What was confirmed of each chain, and when: what is to be remembered outside the database."""
        return tuple((head, moment(at)) for head, at in tuple(self._known.values()))

    def learn_newer(self, heads: Iterable[tuple[Head, datetime]]) -> None:
        """Learn heads that were read after `look`, in the same transaction: others have committed those that are new."""
        for head, at in heads:
            known = self._known.get(head.service)
            if head.service not in self._behind and (known is None or head.row > known[0].row):
                self.learn(head, at)

    def sentences(self) -> list[str]:
        """List what is lost, for people."""
        return [loss_sentence(service, loss) for service, loss in sorted(self.behind.items())]

    def check(self, connection: Connection, head: Head) -> None:
        """Compare a head, which was read under lock, with what was confirmed.

        Raises BehindError if that is not there, and no operator has settled it.
        """
        loss = self.loss(connection, head)
        if loss is not None:
            raise BehindError(head.service, loss)

    def loss(self, connection: Connection, head: Head) -> Loss | None:
        """Return what is lost of a service whose head was read now; None if nothing is."""
        restore = self._unless_confirmed(connection, head.service)
        known = self._known.get(head.service)
        return self._compare(connection, known, head) if restore is None and known is not None else restore

    def look(self, connection: Connection) -> None:
        """Compare all heads with the database."""
        # Taken first: what is committed after the database was read is no loss.
        known = dict(self._known)
        found = {name: Head(name, row, digest) for name, row, digest in _heads.rows(connection)}
        for service, remembered in known.items():
            self._compare(connection, remembered, found.get(service, Head(service)))
        for service in tuple(self._unconfirmed):
            self._unless_confirmed(connection, service)

    def _unless_confirmed(self, connection: Connection, service: str) -> Loss | None:
        """Return the restore of a service that no operator has confirmed yet; None if there is none."""
        if service not in self._restored and not self._note_restore(connection, service):
            return None
        restore = self._unconfirmed.get(service)
        if restore is None:
            return None
        if is_confirmed(connection, service, restore):
            self._unconfirmed.pop(service, None)
            self._behind.pop(service, None)
            return None
        self._behind[service] = restore
        return restore

    def _note_restore(self, connection: Connection, service: str) -> bool:
        """Note that the last restore concerns a service; return whether it does."""
        if self._restore is None:
            return False
        loss = self._restore.losses.get(service) or joined(connection, service, self._restore)
        if loss is None:
            return False
        self._restored[service] = self._unconfirmed[service] = loss
        return True

    def _compare(self, connection: Connection, known: tuple[Head, int], found: Head) -> Loss | None:
        head, at = known
        if _has(connection, found, head):
            self._behind.pop(head.service, None)
            return None
        settled_at = _settled.scalar(connection, wanted=head.service, after=at)
        if settled_at is not None:
            self._known[head.service] = found, settled_at
            self._behind.pop(head.service, None)
            return None
        loss = Loss(f"{head.row}:{head.hash[:HASH_DIGITS]}", found.row)
        self._behind[head.service] = loss
        return loss


def loss_sentence(service: str, loss: Loss) -> str:
    """Return what is lost of a service, for operators."""
    if loss.backup_at is None:
        return f"{service} is at row {loss.found}, and row {loss.lost} was confirmed"
    return f"{service} was restored from a backup of {loss.backup_at.isoformat()}, and nobody has confirmed what is live"


def _has(connection: Connection, found: Head, known: Head) -> bool:
    """Return whether a chain holds a row that was confirmed."""
    if found.row <= known.row:
        return (found.row, found.hash) == (known.row, known.hash)
    return _hash_of.scalar(connection, wanted=known.service, which=known.row) == known.hash
