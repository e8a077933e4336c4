"""Rare paths, which read and write rows as models, against the hot paths that they are part of."""

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from bot.policy import read_policy
from handlers.events import BuildReported
from handlers.people import SHIPROOM, Membership
from handlers.release import Release
from storage import audit, builds, facts, history, messages, policies, reading, transaction
from storage.incoming import Context, IncomingEvent
from storage.opening import open_database
from storage.reading import ReadContext, ReleaseFilter, ServiceParts
from tests.bench import clicks, seed

TURNS, CALLS = 15, 20
ROWS = 100_000
_ids = count(1)

Paths = dict[str, Callable[[Connection], Any]]


def cheap(release: Release, membership: Membership) -> Paths:
    """Name the paths that take less than some milliseconds, the hot ones that they belong to included."""
    context, service = ReadContext(membership), release.service
    return {
        "card's snapshot": partial(reading.snapshot, number=release.number, context=context),
        "a card's message": partial(messages.find, key=f"card:{release.number}"),
        "API's snapshot": partial(
            reading.snapshot, number=release.number, context=context, with_history=True
        ),
        "a release's history": partial(history.of_release, number=seed.told_release()),
        "question about a service": partial(
            reading.service, plan=release.plan, parts=ServiceParts(history=10)
        ),
        "a service's newest history": partial(history.newest, service=service, most=10),
        "list of 50 releases": partial(reading.recent, wanted=ReleaseFilter(service)),
        "command that starts": partial(
            reading.resolution_context, plan=release.plan, environment="staging", token=release.build.version
        ),
        "a build": partial(builds.get, service=service, version=release.build.version),
        "a commit's build": partial(builds.of_commit, service=service, sha=release.build.sha),
        "25 newest builds": partial(builds.newest, service=service, most=25),
        "facts at a start": partial(facts.load, since=0),
    }


def changing(release: Release, context: Context) -> Paths:
    """Name the paths that write."""

    def report(connection: Connection) -> None:
        build = replace(release.build, version=f"2.0.{next(_ids)}", order=0)
        incoming = IncomingEvent(f"id {build.version}", BuildReported(build), seed.now())
        transaction.apply_event(connection, incoming, context)

    def succeed(connection: Connection) -> None:
        builds.succeeded(connection, release.build, "staging", release.number, seed.now())

    def take(connection: Connection) -> None:
        taken = next(_ids)
        policy = replace(
            context.policy, fingerprint=f"policy {taken}", number=context.policy.number + taken + 1
        )
        policies.record_policy(connection, policy, SHIPROOM, seed.now())

    return {"a build's transaction": report, "a success": succeed, "new policy of 4 services": take}


def long() -> Paths:
    """Name the paths that read every row."""
    return {
        f"verify of {ROWS} rows": audit.verify,
        f"export of {ROWS} rows": lambda connection: sum(1 for _ in audit.export(connection)),
    }


async def measure(directory: Path, url: str) -> None:
    """Print the shortest time of each path in a database with a history of `ROWS` rows."""
    release = (await clicks.seeded(directory, url, 200, history=ROWS))[0]
    policy = read_policy(directory / "shiproom.yml", {}).policy
    assert policy is not None
    membership = Membership(policy.directory)
    database = await open_database(url, alone=True)
    try:
        for run, paths, turns, calls in (
            (database.read, cheap(release, membership), TURNS, CALLS),
            (database.write, changing(release, Context(policy, membership, {})), TURNS, CALLS),
            (database.read, long(), 3, 1),
        ):
            for name, work in paths.items():
                times = [await run(partial(_timed, work=work, calls=calls)) for _ in range(turns)]
                print(f"  {name}: {min(times) * 1e6:.0f} us")
    finally:
        await database.close()


def _timed(connection: Connection, work: Callable[[Connection], Any], calls: int) -> float:
    """Measure the processor's time, which other programs on the machine disturb least."""
    began = time.thread_time()
    for _ in range(calls):
        work(connection)
    return (time.thread_time() - began) / calls
