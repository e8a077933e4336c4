"""What Slack last said of accounts and user groups, with the time it said so: what a restart need not ask again."""

from sqlalchemy import Connection, bindparam, select

from handlers.people import Group, Member
from storage.codec import dumps, loads, micros
from storage.dialects import insert_or_replace
from storage.tables import FactRow, table

_fact = table(FactRow)
_fresh = select(_fact.c.key, _fact.c.body).where(_fact.c.as_of >= bindparam("since"))


def save(connection: Connection, members: dict[str, Member], groups: dict[str, Group]) -> None:
    """Keep what was said."""
    rows: list[dict[str, object]] = [
        _row(f"member:{user}", micros(member.as_of), dumps(member)) for user, member in members.items()
    ]
    rows += [_row(f"group:{name}", micros(group.as_of), dumps(group)) for name, group in groups.items()]
    if rows:
        connection.execute(insert_or_replace(connection, _fact), rows)


def _row(name: str, as_of: int, body: str) -> dict[str, object]:
    return {"key": name, "as_of": as_of, "body": body}


def load(connection: Connection, since: int) -> tuple[dict[str, Member], dict[str, Group]]:
    """Read what was said since a time in microseconds."""
    members: dict[str, Member] = {}
    groups: dict[str, Group] = {}
    for row in connection.execute(_fresh, {"since": since}):
        kind, _, name = str(row.key).partition(":")
        if kind == "member":
            members[name] = loads(Member, row.body)
        elif kind == "group":
            groups[name] = loads(Group, row.body)
    return members, groups
