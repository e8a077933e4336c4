"""Stores the plans of releases, once per fingerprint.

A fingerprint is the digest of the stored plan. It is checked whenever a plan is read, so a plan that was altered in the
database is never decided on; what was parsed is cached by the very text.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import Column, ScalarSelect, bindparam, select

from handlers.plan import Plan
from storage.codec import UnreadableError, dump_plan, load_plan, plan_fingerprint
from storage.database import Connection
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import PlanRow, table
from storage.vouching import Rows, vouch

_plans = table(PlanRow)
_get = Prepared(select(_plans.c.body).where(_plans.c.fingerprint == bindparam("wanted")))
_save = insert_new(_plans)


def save(connection: Connection, plans: Iterable[Plan]) -> Rows:
    """Save plans that are new; return the digests of the rows of all."""
    rows: Rows = {}
    for plan in plans:
        row = {"fingerprint": plan.fingerprint, "body": dump_plan(plan)}
        _save.change(connection, **row)
        rows |= vouch(_plans, row)
    return rows


def body_of(fingerprint: Column[Any]) -> ScalarSelect[Any]:
    """Return the expression for the stored text of a plan, read together with what has it."""
    return select(_plans.c.body).where(_plans.c.fingerprint == fingerprint).scalar_subquery()


def get(connection: Connection, fingerprint: str) -> Plan:
    """Return a plan by its fingerprint."""
    return checked(fingerprint, _get.scalar(connection, wanted=fingerprint))


@lru_cache(maxsize=512)
def checked(fingerprint: str, body: str | None) -> Plan:
    """Return the plan of a stored text.

    Raises UnreadableError if the text is not the one that the fingerprint names, or if there is none.
    """
    place = f"plan {fingerprint[:12]}"
    if body is None:
        raise UnreadableError(place, "its plan is gone")
    if plan_fingerprint(body) != fingerprint:
        raise UnreadableError(
            place, "its plan is not what it was when the release started: it was altered in the database"
        )
    return load_plan(body, fingerprint)
