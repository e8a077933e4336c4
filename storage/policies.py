"""Policies that were taken: each is a row in the history of every service whose plan or people it changes."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from handlers.plan import Policy
from storage import grounds, history, plans
from storage.codec import micros
from storage.dialects import insert_or_replace
from storage.history import Entry
from storage.prepared import Prepared
from storage.tables import FactRow, table

_fact = table(FactRow)
_get = Prepared(select(_fact.c.body).where(_fact.c.key == bindparam("wanted")))
_save = insert_or_replace(_fact)


def take(connection: Connection, policy: Policy, by: str, at: datetime) -> list[str]:
    """Write down a policy where it is not the one in force already; returns the services it is new for."""
    new: list[str] = []
    for service, plan in sorted(policy.plans.items()):
        # Under lock, since replicas that start together read the same file.
        ground, head = grounds.lock(connection, service)
        known = _get.scalar(connection, wanted=f"policy:{service}")
        if known == policy.fingerprint:
            continue
        plans.take(connection, (plan,))
        outcome = {"reply": "policy_taken", "policy": policy.fingerprint, "plan": plan.fingerprint}
        entry = Entry(micros(at), by, "PolicyTaken", 0, "{}", outcome)
        grounds.save(connection, history.append(connection, head, entry), ground, {}, micros(at))
        _save.change(connection, key=f"policy:{service}", as_of=micros(at), body=policy.fingerprint)
        new.append(service)
    return new
