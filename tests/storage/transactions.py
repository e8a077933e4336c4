"""Events applied to a database: one service, people who are all there, and a story that leaves every kind of row."""

from dataclasses import replace
from functools import partial
from itertools import count

from handlers import events
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.lock import Locked
from handlers.actions.unlock import Unlocked
from handlers.build import Build
from handlers.facts import Capabilities
from handlers.people import SHIPROOM
from handlers.policy import Connection, Policy
from handlers.reports import RunReported, SendAccepted, SendRequested
from storage import policies, transaction
from storage.codec import with_fingerprint
from storage.database import Database, write_again
from storage.incoming import Context, IncomingEvent, Outcome
from tests.handlers import builders
from tests.handlers.builders import AMITA, ANDY, TIM

_ids = count()


def context(*services: str) -> Context:
    """Return a context with one service, or with those named."""
    plans = {name: with_fingerprint(builders.plan(service=name)) for name in services or (builders.SERVICE,)}
    connections = {name: Connection(name, "local") for name in ("here", "remote")}
    policy = Policy(
        plans,
        builders.directory(),
        connections,
        fingerprint="policy of the tests",
        text="version: 1",
        number=1,
    )
    return Context(policy, builders.membership(), {"here": Capabilities(authoritative_search=True)})


async def apply_event(
    database: Database, event: events.Event, *, delivery: str = "", known: Context | None = None
) -> Outcome:
    """Apply an event in a transaction of its own."""
    incoming = IncomingEvent(f"id {next(_ids)}", event, builders.NOW, delivery)
    return await write_again(
        database, partial(transaction.apply_event, incoming=incoming, context=known or context())
    )


def build(order: int = 1, service: str = builders.SERVICE) -> Build:
    """Return a build as it is reported: its place in the order is given later."""
    return replace(builders.build(order), order=0, service=service)


async def ship(database: Database, order: int = 1, *, service: str = builders.SERVICE) -> int:
    """Bring a build to staging and have it signed there; return the release's number."""
    return await ship_one(database, order, service, context(builders.SERVICE, service))


async def ship_one(database: Database, order: int, service: str, known: Context) -> int:
    """Do the same under a policy that is known already."""
    apply = partial(apply_event, database, known=known)
    reported = await apply(events.BuildReported(build(order, service)))
    started = await apply(events.Started(reported.build, "staging", ANDY, (ANDY,)))
    assert started.release is not None
    number = started.release.number
    intent = started.release.step.intent
    if intent is None:
        return number
    await apply(SendRequested(number, intent.correlation))
    await apply(SendAccepted(number, intent.correlation, f"run {number}"))
    await apply(RunReported(number, intent.correlation, f"run {number}", "succeeded"))
    await apply(events.StepRequested(number, ANDY, "production"))
    await apply(SignedOff(number, ANDY, "testers"))
    await apply(SignedOff(number, AMITA, "testers"))
    return number


async def story(database: Database, *more: str) -> None:
    """Tell a story of two services that leaves more than twenty rows of history; the policy may have more."""
    await database.write(
        partial(
            policies.record_policy,
            policy=context("shop", builders.SERVICE, *more).policy,
            by=SHIPROOM,
            at=builders.NOW,
        )
    )
    first = await ship(database)
    await apply_event(database, Locked(builders.SERVICE, ("production",), TIM, "incident"))
    await apply_event(database, Unlocked(builders.SERVICE, ("production",), TIM))
    await apply_event(database, CancelRequested(first, TIM, "enough"))
    await ship(database, 2)
    await ship(database, 1, service="shop")
