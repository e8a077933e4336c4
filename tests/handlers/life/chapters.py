"""How the life of a simulated world may begin, so that the random operations meet something."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.retry import RetryRequested
from tests.handlers import builders
from tests.handlers.life.calendars import load_windows
from tests.handlers.life.draw import Draw
from tests.handlers.life.emergencies import start_fix
from tests.handlers.life.history import MAIN
from tests.handlers.life.lineage import add_build, build_arrives_late, hold_back, report_again
from tests.handlers.life.operations import poll, push, send, start_build
from tests.handlers.life.world import World

HOTFIX = "hotfix/x"


def new(world: World, draw: Draw) -> None:
    """Report one build."""
    add_build(world, draw, MAIN)


def in_staging(world: World, draw: Draw) -> None:
    """Push a build into staging."""
    _first(world, draw, 8)


def in_production(world: World, draw: Draw) -> None:
    """Push a build into production."""
    _first(world, draw, 30)


def followed(world: World, draw: Draw) -> None:
    """Have a newer build follow the one in production."""
    in_production(world, draw)
    add_build(world, draw, MAIN)
    _go_on(world, draw)


def hotfix(world: World, draw: Draw) -> None:
    """Have a hotfix follow the build in production, which it may lack."""
    _branch_off(world, draw)
    in_production(world, draw)
    add_build(world, _claiming(draw), HOTFIX)
    _go_on(world, draw)


def overtaken(world: World, draw: Draw) -> None:
    """Have a hotfix overtake a build on its way that somebody signed."""
    _branch_off(world, draw)
    _first(world, draw, 2 + draw.at % 4)
    _sign(world)
    add_build(world, _claiming(draw), HOTFIX)
    _go_on(world, draw)


def late(world: World, draw: Draw) -> None:
    """Have an older build come after the one that is on its way."""
    hold_back(world, draw, MAIN)
    _first(world, draw, 5)
    build_arrives_late(world, draw)
    _go_on(world, draw)


def lies_there(world: World, draw: Draw) -> None:
    """Have a build lie in staging, or everywhere, after its release ended; perhaps another one holds staging."""
    _first(world, draw, 8 if draw.how % 2 else 30)
    world.deploy_well()
    for release in world.open_releases():
        world.deliver(CancelRequested(release.number, builders.TIM, "wait"))
    if draw.at % 3 == 1:
        add_build(world, replace(draw, at=3), MAIN)
        start_build(world, world.builds[-1], builders.MARA)
    start_build(world, world.builds[0], builders.ANDY)
    world.perform_all()


def told_late(world: World, draw: Draw) -> None:
    """Tell the changes of a build only after its release has started by itself; its first run may fail."""
    add_build(world, replace(draw, at=17), MAIN)
    world.perform_all()
    report_again(world, draw)
    _sign(world)
    send(world, replace(draw, how=0))
    world.ci.end(0, "failed" if draw.how % 2 else "succeeded")
    poll(world, draw)
    for release in world.open_releases():
        world.deliver(RetryRequested(release.number, builders.TIM))
    _push_on(world, Draw(1, 0, builders.MARA), draw.at % 20)


def at_the_window(world: World, draw: Draw) -> None:
    """Have a build wait for its window alone, in the evening."""
    _first(world, draw, 8)
    world.now += timedelta(hours=8)
    load_windows(world, replace(draw, at=1, how=1 + draw.how % 4))
    _push_on(world, replace(draw, at=0), 12)


def mended(world: World, draw: Draw) -> None:
    """Push an emergency into the last environment where there is a lane, with or without a release before it."""
    _first(world, draw, 8 if draw.at % 2 else 30)
    start_fix(world, replace(draw, at=4, how=5))
    _push_on(world, replace(draw, at=len(world.open_releases()) - 1), draw.how)


def _first(world: World, draw: Draw, times: int) -> None:
    add_build(world, draw, MAIN)
    _push_on(world, Draw(0, 0, builders.ANDY), times)


def _go_on(world: World, draw: Draw) -> None:
    """Start the build that came last and push it on; its doubts are waived, or cleared by the CI."""
    start_build(world, world.builds[-1], builders.MARA)
    _push_on(world, Draw(3 if draw.how > 4 else 1, 0, builders.MARA), 8 + draw.at % 20)


def _push_on(world: World, draw: Draw, times: int) -> None:
    for _ in range(times):
        push(world, draw)


def _branch_off(world: World, draw: Draw) -> None:
    """Perhaps commit the hotfix before anything else, so that it lacks the rest."""
    if draw.how % 2:
        world.knowledge.history.commit(HOTFIX, ("olga",))


def _claiming(draw: Draw) -> Draw:
    """Return the choices of a build that claims to contain all others, in most cases."""
    return draw if draw.how < 3 else replace(draw, at=10)


def _sign(world: World) -> None:
    for release in world.open_releases():
        world.deliver(SignedOff(release.number, builders.AMITA, "testers"))


CHAPTERS: dict[str, Callable[[World, Draw], None]] = {
    each.__name__: each
    for each in (
        *(new, in_staging, in_production, followed, hotfix, overtaken, late, lies_there, told_late),
        *(at_the_window, mended),
    )
}
