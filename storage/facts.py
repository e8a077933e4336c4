"""Stores Slack's facts about accounts and user groups, with their times.

A restart need not fetch them again. They are read as models, once per start, and written with a prepared upsert, since
SQLModel has none and replicas write at once.
"""

from contextlib import suppress
from dataclasses import replace

from sqlalchemy import Connection
from sqlmodel import select

from handlers.people import Group, Member
from storage.codec import EPOCH, UnreadableError, dumps, loads, micros
from storage.dialects import insert_or_replace
from storage.session import read_models
from storage.tables import FactRow, table

_save = insert_or_replace(table(FactRow))


def save(connection: Connection, members: dict[str, Member], groups: dict[str, Group]) -> None:
    """Save facts."""
    for user, member in members.items():
        _save.change(connection, key=f"member:{user}", as_of=micros(member.as_of), body=dumps(member))
    for name, group in groups.items():
        _save.change(connection, key=f"group:{name}", as_of=micros(group.as_of), body=dumps(group))


def load(connection: Connection, since: int) -> tuple[dict[str, Member], dict[str, Group]]:
    """Read the facts since a time in microseconds.

    They are as if they were of long ago: what was stored names people, and Slack is asked again before it counts.
    """
    members: dict[str, Member] = {}
    groups: dict[str, Group] = {}
    with read_models(connection) as session:
        for row in session.exec(select(FactRow).where(FactRow.as_of >= since)):
            kind, _, name = row.key.partition(":")
            with suppress(UnreadableError):  # it is asked again
                if kind == "member":
                    members[name] = replace(loads(Member, row.body), as_of=EPOCH)
                elif kind == "group":
                    groups[name] = replace(loads(Group, row.body), as_of=EPOCH)
    return members, groups
