"""Adds to the answer to an unlock which releases go on, and which have to be requested again."""

from collections.abc import Mapping
from dataclasses import replace

from bot.engine import Engine
from bot.snapshots import Snapshots
from handlers.going_on import ALONE, after_unlock
from handlers.outcome import Reply
from storage import releases
from storage.incoming import Outcome

MOST_RELEASES = 20
"""How many open releases are looked at; of more only the rule is said."""
UNLOCKED = frozenset({"unlocked", "lock_lifted"})


async def with_what_goes_on(outcome: Outcome, engine: Engine, snapshots: Snapshots) -> Outcome:
    """Return the outcome of an unlock with the releases that it concerns, by how they go on."""
    reply = outcome.result
    if not isinstance(reply, Reply) or reply.code not in UNLOCKED:
        return outcome
    services = reply.values.get("services", reply.values["service"]).split(", ")
    opened = await engine.database.read(releases.open_everywhere)
    numbers = sorted(number for number, service in opened if service in services)
    if len(numbers) > MOST_RELEASES:
        return replace(outcome, result=replace(reply, values={**reply.values, "many": str(len(numbers))}))
    told: dict[str, list[str]] = {}
    for number in numbers:
        snapshot = await snapshots.snapshot(number)
        if snapshot is None:
            continue
        release = snapshot.release
        how = after_unlock(release, snapshot.facts, engine.clock.now())
        if how and _concerned(release.step.environment, how, reply.values):
            told.setdefault(how, []).append(f"r{number} to {release.step.environment}")
    named = {how: ", ".join(each) for how, each in told.items()}
    return replace(outcome, result=replace(reply, values={**reply.values, **named}))


def _concerned(environment: str, how: str, values: Mapping[str, str]) -> bool:
    """Return whether a release waits for what was unlocked; of several services only what people have to do is named."""
    if "services" in values:
        return how != ALONE
    return environment in values["environment"].split(", ")
