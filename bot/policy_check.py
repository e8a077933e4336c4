"""Compares the policy file with the policy in force, for `shiproom check`."""

from datetime import datetime
from functools import partial
from pathlib import Path

from bot.policy import read_written
from bot.policy_report import meanings
from handlers.policy import Policy
from storage import policies, schema
from storage.database import Database


async def compare_with_database(database: Database, path: Path, policy: Policy) -> list[str]:
    """Return which policy is in force, and in what the file differs from it; a weakening stands out."""
    await database.read(schema.require_usable)
    newest = await database.read(policies.in_force)
    if newest is None:
        return ["No policy is in force yet."]
    taken = f"Policy {newest.number} is in force since {_moment(newest.taken_at)}"
    if newest.digest == policy.fingerprint:
        return [f"{taken}; {path} is the same."]
    known = await database.read(partial(policies.last_with, digest=policy.fingerprint))
    if known is not None:
        says = f"{path} is policy {known.number}, so a start does not take it: send SIGHUP to go back to it"
    else:
        says = f"{path} is new: a start or SIGHUP takes it as policy {newest.number + 1}"
    old = read_written(newest.text, path, None).policy
    if old is None:
        return [
            f"{taken}; {says}.",
            f"What differs is not known: this version cannot read policy {newest.number}.",
        ]
    return [f"{taken}; {says}.", *map(str, meanings(old, policy))]


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
