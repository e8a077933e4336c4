"""Stores the plans of releases, once per fingerprint.

They never change, so what was read may be cached.
"""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from handlers.plan import Plan
from storage.codec import dump_plan, load_plan
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import PlanRow, table

_plans = table(PlanRow)
_get = Prepared(select(_plans.c.body).where(_plans.c.fingerprint == bindparam("wanted")))
_save = insert_new(_plans)


@lru_cache(maxsize=512)
def _parsed(body: str) -> Plan:
    return load_plan(body)


_known: dict[str, str] = {}


def save(connection: Connection, plans: Iterable[Plan]) -> None:
    """Save plans that are new."""
    for plan in plans:
        _save.change(connection, fingerprint=plan.fingerprint, body=dump_plan(plan))


def get(connection: Connection, fingerprint: str) -> Plan:
    """Return a plan by its fingerprint.

    A fingerprint is a digest of the plan, so the same fingerprint always means the same plan.
    """
    body = _known.get(fingerprint)
    if body is None:
        body = str(_get.rows(connection, wanted=fingerprint)[0][0])
        _known[fingerprint] = body
    return _parsed(body)
