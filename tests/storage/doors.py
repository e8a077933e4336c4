"""A small world for the door: one service, people who are all there, and a story that leaves every kind of row."""

from dataclasses import replace
from functools import partial
from itertools import count

from handlers import events
from handlers.build import Build
from handlers.facts import Capabilities
from handlers.people import SHIPROOM
from handlers.plan import Policy
from storage import door, policies
from storage.arrival import Arrival, Outcome, World
from storage.database import Database, write_again
from tests.handlers import making
from tests.handlers.making import AMITA, ANDY, TIM

_ids = count()


def world(*services: str) -> World:
    """Give a world with one service, or with those named."""
    plans = {
        name: making.plan(service=name, fingerprint=f"door {name}") for name in services or (making.SERVICE,)
    }
    policy = Policy(plans, making.directory(), {}, fingerprint="policy of the door")
    return World(policy, making.roll(), {"here": Capabilities(authoritative_search=True)})


async def enter(
    database: Database, event: events.Event, *, delivery: str = "", known: World | None = None
) -> Outcome:
    """Take an event through the door."""
    arrival = Arrival(f"id {next(_ids)}", event, making.NOW, delivery)
    return await write_again(database, partial(door.enter, arrival=arrival, world=known or world()))


def build(order: int = 1, service: str = making.SERVICE) -> Build:
    """Give a build as it is reported: its place in the order is given later."""
    return replace(making.build(order), order=0, service=service)


async def ship(database: Database, order: int = 1, *, service: str = making.SERVICE) -> int:
    """Bring a build to staging and have it signed there; gives the release's number."""
    known = world(making.SERVICE, service)
    told = partial(enter, database, known=known)
    reported = await told(events.BuildReported(build(order, service)))
    started = await told(events.Started(reported.build, "staging", ANDY, (ANDY,)))
    assert started.release is not None
    number = started.release.number
    intent = started.release.step.intent
    if intent is None:
        return number
    await told(events.SendWanted(number, intent.correlation))
    await told(events.SendAccepted(number, intent.correlation, f"run {number}"))
    await told(events.RunReported(number, intent.correlation, f"run {number}", "succeeded"))
    await told(events.StepAsked(number, "production", ANDY))
    await told(events.SignedOff(number, ANDY, "testers"))
    await told(events.SignedOff(number, AMITA, "testers"))
    return number


async def story(database: Database) -> None:
    """Tell a story of two services that leaves more than twenty rows of history."""
    await database.write(
        partial(policies.take, policy=world("shop", making.SERVICE).policy, by=SHIPROOM, at=making.NOW)
    )
    first = await ship(database)
    await enter(database, events.LockAsked(making.SERVICE, ("production",), TIM, "incident"))
    await enter(database, events.UnlockAsked(making.SERVICE, ("production",), TIM))
    await enter(database, events.CancelAsked(first, TIM, "enough"))
    await ship(database, 2)
    await ship(database, 1, service="shop")
