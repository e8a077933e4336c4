"""A backup is brought back in the simulated world: everything ends, and an operator names what is live."""

from dataclasses import replace

from handlers import reports
from handlers.decide import decide_environment
from handlers.environments import Loss
from handlers.events import LossSettled
from handlers.outcome import Decision
from tests.handlers import builders
from tests.handlers.life.draw import Draw
from tests.handlers.life.world import World

SELDOM = 5


def bring_back(world: World, draw: Draw) -> None:
    """Restore, as if the backup had been taken just now: what was to be performed is lost, and runs go on at their CI."""
    if draw.at % SELDOM or world.stale:
        return
    for release in world.open_releases():
        world.deliver(reports.Restored(release.number, world.now.isoformat()))
    world.queues.clear()
    world.workers.clear()
    named = {
        each.name: world.builds[(draw.at + place) % len(world.builds)] if draw.how % 3 else None
        for place, each in enumerate(world.plan.environments)
    }
    known = replace(world.facts(), loss=Loss("9:c0ffee", 9, world.now), named=named)
    decision = decide_environment(
        world.plan, LossSettled(builders.SERVICE, (), builders.TIM, ""), known, world.now
    )
    if isinstance(decision, Decision):
        world.take(decision)
        world.invariants.confirmed()
