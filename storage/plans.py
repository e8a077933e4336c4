"""Plans that releases have taken: kept once per fingerprint, never changed, so what was read may stay in memory."""

from collections.abc import Iterable
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select

from handlers.plan import Plan
from storage.codec import dumps, loads
from storage.dialects import insert_new
from storage.prepared import Prepared
from storage.tables import PlanRow, table

_plans = table(PlanRow)
_get = Prepared(select(_plans.c.body).where(_plans.c.fingerprint == bindparam("wanted")))
_take = insert_new(_plans)


@lru_cache(maxsize=512)
def _parsed(body: str) -> Plan:
    return loads(Plan, body)


_known: dict[str, str] = {}


def take(connection: Connection, plans: Iterable[Plan]) -> None:
    """Keep plans for the releases that start under them."""
    for plan in plans:
        _take.change(connection, fingerprint=plan.fingerprint, body=dumps(plan))


def get(connection: Connection, fingerprint: str) -> Plan:
    """Give a plan by its fingerprint: it is a digest of the plan, so the same fingerprint is the same plan for ever."""
    body = _known.get(fingerprint)
    if body is None:
        body = str(_get.rows(connection, wanted=fingerprint)[0][0])
        _known[fingerprint] = body
    return _parsed(body)
