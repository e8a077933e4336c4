"""Deliveries that were seen, with their answers: what comes twice gets the same answer and does nothing."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select

from handlers.outcome import Refusal, Reply
from storage.codec import dumps, loads, micros
from storage.prepared import Prepared, prepared_insert
from storage.tables import DeliveryRow, table

_delivery = table(DeliveryRow)
_get = Prepared(select(_delivery.c.answer).where(_delivery.c.id == bindparam("wanted")))
_insert = prepared_insert(_delivery)
_prune = Prepared(delete(_delivery).where(_delivery.c.at < bindparam("before")))


@dataclass(frozen=True, slots=True)
class Answer:
    """What a delivery was answered: one of the two, and the release that it was about."""

    reply: Reply | None = None
    refusal: Refusal | None = None
    release: int = 0

    @property
    def result(self) -> Reply | Refusal:
        """Give whichever it was."""
        return self.reply or self.refusal or Reply("nothing_new")


def answer_to(result: Reply | Refusal, release: int) -> Answer:
    """Make the answer of a decision or a refusal."""
    return (
        Answer(refusal=result, release=release)
        if isinstance(result, Refusal)
        else Answer(result, None, release)
    )


def find(connection: Connection, delivery: str) -> Answer | None:
    """Give the answer of a delivery that was seen."""
    text = _get.scalar(connection, wanted=delivery)
    return None if text is None else loads(Answer, text)


def remember(connection: Connection, delivery: str, answer: Answer, now: datetime) -> None:
    """Remember a delivery; if it was remembered meanwhile the unique key undoes the whole transaction."""
    _insert.change(connection, id=delivery, at=micros(now), answer=dumps(answer))


def prune(connection: Connection, before: datetime) -> None:
    """Forget deliveries from before a time."""
    _prune.change(connection, before=micros(before))
