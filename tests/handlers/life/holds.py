"""The operations of people who hold a release, let it go on, or come to stand for it."""

from datetime import timedelta

from handlers.actions.go import HoldLifted
from handlers.actions.hold import Held
from handlers.actions.take import Taken
from tests.handlers.life.draw import Draw, Operation
from tests.handlers.life.world import World


def hold(world: World, draw: Draw) -> None:
    """Hold a release, for a while or without an end."""
    until = world.now + timedelta(seconds=400 * draw.how) if draw.how else None
    for release in world.open_releases()[draw.at % 3 : draw.at % 3 + 1]:
        world.deliver(Held(release.number, draw.able, "legal looks", until))


def go(world: World, draw: Draw) -> None:
    """Let go on what is held; mostly by its holder."""
    for release in world.open_releases():
        if release.hold is not None:
            world.deliver(HoldLifted(release.number, release.hold.by if draw.how else draw.who))


def take(world: World, draw: Draw) -> None:
    """Come to stand for a release."""
    for release in world.open_releases()[draw.at % 3 : draw.at % 3 + 1]:
        world.deliver(Taken(release.number, draw.able))


HOLDING: dict[str, Operation] = {"hold": hold, "go": go, "take": take}
