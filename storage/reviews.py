"""Finds the reviews of emergencies that are owed: the releases that owe them have ended, so that nothing wakes them."""

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection

from handlers.environments import ReviewOwed
from storage import environments
from storage.codec import UnreadableError


def untold(connection: Connection, services: Iterable[str]) -> list[ReviewOwed]:
    """List the reviews that were not called for again yet, the earliest due first."""
    found: list[ReviewOwed] = []
    for service in services:
        with suppress(UnreadableError):  # it is told elsewhere that it cannot be read
            states, _ = environments.read(connection, service)
            found += [each for state in states.values() for each in state.reviews if not each.told]
    return sorted(found, key=lambda each: each.due)
