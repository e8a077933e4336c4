"""Stores that an event came, with what is to be done about it: both or neither."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from handlers.effects import Effect
from storage import deliveries, effects


def take_once(connection: Connection, delivery: str, to_do: Sequence[Effect], now: datetime) -> bool:
    """Store an event and its effects; return whether it is new. One that came before is left as it was."""
    if not deliveries.claim(connection, delivery, now):
        return False
    effects.add(connection, to_do, now)
    return True
