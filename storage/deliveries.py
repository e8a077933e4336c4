"""Stores deliveries that were handled, with their answers.

A repeated delivery gets the same answer and does nothing.
All statements are prepared: every click makes two of them, and deleting old deliveries needs no row as a model.
"""

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
    """The answer to a delivery: a reply or a refusal, and the release it was about."""

    reply: Reply | None = None
    refusal: Refusal | None = None
    release: int = 0

    @property
    def result(self) -> Reply | Refusal:
        """The reply or the refusal."""
        return self.reply or self.refusal or Reply("nothing_new")


def answer_to(result: Reply | Refusal, release: int) -> Answer:
    """Return the answer that stores a reply or a refusal."""
    return (
        Answer(refusal=result, release=release)
        if isinstance(result, Refusal)
        else Answer(result, None, release)
    )


def find(connection: Connection, delivery: str) -> Answer | None:
    """Find the answer to a delivery that was handled before."""
    text = _get.scalar(connection, wanted=delivery)
    return None if text is None else loads(Answer, text)


def remember(connection: Connection, delivery: str, answer: Answer, now: datetime) -> None:
    """Store a delivery.

    If it was stored meanwhile, the unique key makes the whole transaction fail.
    """
    _insert.change(connection, id=delivery, at=micros(now), answer=dumps(answer))


def claim(connection: Connection, delivery: str, now: datetime) -> bool:
    """Store a delivery that has no answer; return whether it is new."""
    if find(connection, delivery) is not None:
        return False
    remember(connection, delivery, Answer(), now)
    return True


def prune(connection: Connection, before: datetime) -> None:
    """Delete deliveries from before a time."""
    _prune.change(connection, before=micros(before))
