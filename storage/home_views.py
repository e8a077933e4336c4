"""Stores who looks at the app's Home and what it shows there, so that several replicas draw each view once.

A view is claimed with the digest that was read before, for a short time: of two who drew at once one finds it changed. What
is left of a process that ended is free for others when that time is over.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, delete, select, update

from storage.codec import micros, moment
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import HomeRow, table

SHOWN = "shown"
"""The digest of a view that Slack shows, and of which nothing more is known here."""

_home = table(HomeRow)
_of = _home.c.user == bindparam("who")
_owned = and_(_of, _home.c.owner == bindparam("me"))
_all = Prepared(select(_home).order_by(_home.c.opened_at.desc(), _home.c.user))
_add = insert_new(_home)
_opened = Prepared(update(_home).where(_of).values(opened_at=bindparam("now")))
_empty = Prepared(update(_home).where(_of).values(drawn=""))
_not_put_off = Prepared(update(_home).where(and_(_of, _home.c.owner == "")).values(until=0))
_claim = Prepared(
    update(_home)
    .where(and_(_of, _home.c.drawn == bindparam("was"), _home.c.until <= bindparam("now")))
    .values(owner=bindparam("me"), until=bindparam("ends"))
)
_done = Prepared(update(_home).where(_owned).values(drawn=bindparam("shows"), owner="", until=0))
_put_off = Prepared(update(_home).where(_owned).values(owner="", until=bindparam("ends")))
_forget = Prepared(delete(_home).where(_home.c.opened_at < bindparam("before")))
_forget_one = Prepared(delete(_home).where(_of))


@dataclass(frozen=True, slots=True)
class HomeView:
    """Somebody's Home: when they opened it last, a digest of what it shows ("" for nothing), until when it is left alone."""

    user: str
    opened_at: datetime
    drawn: str
    until: datetime


def everybody(connection: Connection) -> list[HomeView]:
    """List who looks, whoever opened theirs last first."""
    rows = _all.rows(connection)
    return [HomeView(user, moment(opened), drawn, moment(until)) for user, opened, drawn, _, until in rows]


def opened(connection: Connection, user: str, now: datetime, *, shown: bool) -> None:
    """Store that a person opened their Home, and whether Slack showed anything there; what was refused is tried again."""
    values = {
        "user": user,
        "opened_at": micros(now),
        "drawn": SHOWN if shown else "",
        "owner": "",
        "until": 0,
    }
    if _add.change(connection, **values):
        return
    _opened.change(connection, who=user, now=micros(now))
    _not_put_off.change(connection, who=user)
    if not shown:
        _empty.change(connection, who=user)


def claim(connection: Connection, view: HomeView, owner: str, now: datetime, until: datetime) -> bool:
    """Claim a view as it was read; False if somebody else draws it, or has drawn it since."""
    ends = micros(until)
    return bool(
        _claim.change(connection, who=view.user, was=view.drawn, now=micros(now), me=owner, ends=ends)
    )


def drawn(connection: Connection, user: str, owner: str, digest: str) -> None:
    """Store what a claimed view shows."""
    _done.change(connection, who=user, me=owner, shows=digest)


def put_off(connection: Connection, user: str, owner: str, until: datetime) -> None:
    """Give a claimed view back: nobody draws it until then, unless it is opened."""
    _put_off.change(connection, who=user, me=owner, ends=micros(until))


def forget_older(connection: Connection, before: datetime) -> None:
    """Forget who has not opened their Home since a time."""
    _forget.change(connection, before=micros(before))


def forget(connection: Connection, user: str) -> None:
    """Forget a person, who was shown nothing."""
    _forget_one.change(connection, who=user)
