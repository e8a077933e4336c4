"""The operations on absences: somebody is away or back, and others sign in their place."""

from datetime import timedelta

from handlers.actions.approve import SignedOff
from handlers.actions.away import WentAway
from handlers.actions.back import CameBack
from handlers.outcome import Decision
from handlers.people import AccountStatus
from tests.handlers import builders
from tests.handlers.life.draw import ACTIVE, Draw, Operation
from tests.handlers.life.world import World


def go_away(world: World, draw: Draw) -> None:
    """Say of oneself or of somebody else that they are away."""
    user = ACTIVE[draw.at % len(ACTIVE)]
    actor = (user, draw.who, builders.TIM, builders.OLGA_TOO)[draw.how % 4]
    until = world.now + timedelta(minutes=(3, 30, 240, 1440, 5000)[draw.at % 5])
    if isinstance(world.apply(WentAway(builders.SERVICE, (), actor, user, until)), Decision):
        world.invariants.standing.went(user, until, actor)


def come_back(world: World, draw: Draw) -> None:
    """Say that somebody is back."""
    away = [user for user in ACTIVE if world.invariants.standing.is_away(user, world.now)]
    user = away[draw.at % len(away)] if away else draw.who
    actor = user if draw.how % 2 else draw.who
    if isinstance(world.apply(CameBack(builders.SERVICE, (), actor, user)), Decision):
        world.invariants.standing.came_back(user)


def stand_in(world: World, draw: Draw) -> None:
    """Have everybody sign for a team that somebody else is in, and stand in where they may."""
    opened = world.open_releases()
    if not opened:
        return
    release = opened[draw.at % len(opened)]
    for rule in release.rules(release.step):
        for user in world.teams[rule.team].stand_ins:
            if draw.how != 3 or user != draw.who:
                world.deliver(SignedOff(release.number, user, rule.team))


def gone_and_signed_for(world: World, draw: Draw) -> None:
    """Send somebody away and have their stand-ins sign at once; perhaps they are back then, and sign too."""
    go_away(world, draw)
    stand_in(world, draw)
    if draw.how > 3:
        come_back(world, draw)
    opened = world.open_releases()
    if opened and draw.how % 2:
        release = opened[draw.at % len(opened)]
        for rule in release.rules(release.step):
            world.deliver(SignedOff(release.number, ACTIVE[draw.at % len(ACTIVE)], rule.team))


def unlist(world: World, draw: Draw) -> None:
    """Make a stand-in a guest, or take them from the list; the policy is reloaded."""
    if draw.how % 3 == 0:
        world.account_status[builders.MARA] = AccountStatus.GUEST
    else:
        world.drop_stand_in(("testers", "ops")[draw.at % 2], draw.who)


ABSENCES: dict[str, Operation] = {
    "go_away": go_away,
    "come_back": come_back,
    "stand_in": stand_in,
    "stand_in_again": stand_in,
    "gone_and_signed_for": gone_and_signed_for,
    "gone_and_signed_for_again": gone_and_signed_for,
    "unlist": unlist,
}
