"""Stores Slack's facts about accounts and user groups, with their times.

A restart need not fetch them again. They are read as models, once per start, and written with a prepared upsert, since
SQLModel has none and replicas write at once.
"""

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import select

from handlers.people import NOBODY, Group, Member
from storage.codec import EPOCH, UnreadableError, dumps, loads, micros
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.session import read_models
from storage.tables import FactRow, table

KEPT = timedelta(days=1)
"""How long it is kept when an account was in a user group last: longer than any handover lasts."""

_fact = table(FactRow)
_save = insert_or_replace(_fact)
_get = Prepared(select_columns(_fact.c.body).where(_fact.c.key == bindparam("wanted")))


def save(connection: Connection, members: dict[str, Member], groups: dict[str, Group]) -> None:
    """Save facts."""
    for user, member in members.items():
        _save.change(connection, key=f"member:{user}", as_of=micros(member.as_of), body=dumps(member))
    for name, group in groups.items():
        _save.change(connection, key=f"group:{name}", as_of=micros(group.as_of), body=dumps(group))


def save_group(connection: Connection, name: str, there: frozenset[str], now: datetime) -> Group:
    """Save who is in a user group now; return it with when each account was seen in it last, by any replica.

    Who was not seen for longer than any handover lasts is forgotten.
    """
    known = _get.scalar(connection, wanted=f"group:{name}")
    seen: dict[str, datetime] = {}
    with suppress(UnreadableError):  # it is written again
        seen |= loads(Group, known).seen if known is not None else {}
    recent = {user: at for user, at in seen.items() if now - KEPT <= at <= now}
    group = Group(there, now, {**recent, **dict.fromkeys(there or (NOBODY,), now)})
    save(connection, {}, {name: group})
    return group


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
