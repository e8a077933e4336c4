"""Records policies that come into force.

Each is a row in the history of every service whose plan or people it changes.
Which one is in force is read as a model, since that happens only at a start and when the policy is read again.
"""

from datetime import datetime

from sqlalchemy import Connection

from handlers.plan import Policy
from storage import environments, plans
from storage.codec import micros
from storage.history import Entry
from storage.recording import Changes, Locked, record
from storage.session import write_models
from storage.tables import FactRow

POLICY_LOADED = "policy_loaded"
"""The event name, in the history, of a policy that came into force."""


def record_policy(connection: Connection, policy: Policy, by: str, at: datetime) -> list[str]:
    """Record a policy that is not in force yet; return the services it is new for."""
    new: list[str] = []
    with write_models(connection) as session:
        for service, plan in sorted(policy.plans.items()):
            # Under lock, since replicas that start together read the same file.
            states, head = environments.lock(connection, service)
            key = f"policy:{service}"
            fact = session.get(FactRow, key) or FactRow(key=key, as_of=micros(at), body="")
            if fact.body == policy.fingerprint:
                continue
            fact.as_of, fact.body = micros(at), policy.fingerprint
            session.add(fact)
            rows = plans.save(connection, (plan,))
            outcome = {"reply": "policy_taken", "policy": policy.fingerprint, "plan": plan.fingerprint}
            entry = Entry(micros(at), by, POLICY_LOADED, 0, "{}", outcome)
            record(connection, Locked(states, head), entry, Changes(rows=rows))
            new.append(service)
    return new
