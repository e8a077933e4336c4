"""What Slack last said of accounts and user groups, with the time it said so: what a restart need not ask again."""

from sqlalchemy import Connection, bindparam, select

from handlers.people import Group, Member
from storage.codec import dumps, loads, micros
from storage.dialects import insert_or_replace
from storage.prepared import Prepared
from storage.tables import FactRow, table

_fact = table(FactRow)
_fresh = Prepared(select(_fact.c.key, _fact.c.body).where(_fact.c.as_of >= bindparam("since")))
_save = insert_or_replace(_fact)


def save(connection: Connection, members: dict[str, Member], groups: dict[str, Group]) -> None:
    """Keep what was said."""
    for user, member in members.items():
        _save.change(connection, key=f"member:{user}", as_of=micros(member.as_of), body=dumps(member))
    for name, group in groups.items():
        _save.change(connection, key=f"group:{name}", as_of=micros(group.as_of), body=dumps(group))


def load(connection: Connection, since: int) -> tuple[dict[str, Member], dict[str, Group]]:
    """Read what was said since a time in microseconds."""
    members: dict[str, Member] = {}
    groups: dict[str, Group] = {}
    for key, body in _fresh.rows(connection, since=since):
        kind, _, name = str(key).partition(":")
        if kind == "member":
            members[name] = loads(Member, body)
        elif kind == "group":
            groups[name] = loads(Group, body)
    return members, groups
