"""The operations on emergencies: they start, are called for, deployed and reviewed, or not."""

from dataclasses import replace
from datetime import timedelta

from handlers.actions.approve import SignedOff
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.review import Reviewed, ReviewWaived
from handlers.outcome import Decision
from handlers.release import Kind
from handlers.reports import CallAccepted, ReviewDue
from tests.handlers import builders
from tests.handlers.life.draw import ACTIVE, Draw, Operation
from tests.handlers.life.lineage import add_build
from tests.handlers.life.operations import MOST_BUILDS, push
from tests.handlers.life.world import World


def start_emergency(world: World, draw: Draw) -> None:
    """Start an emergency with one of the newest builds, perhaps stopping what is deployed there."""
    build = world.builds[-1 - draw.at % min(3, len(world.builds))]
    place = world.plan.environments[-1 if draw.at % 5 else 0].name
    actor = draw.able if draw.how else draw.who
    world.deliver(EmergencyStarted(build, place, actor, "log in is down", draw.how > 4))


def start_fix(world: World, draw: Draw) -> None:
    """Report a build of the hotfix branch, start it as an emergency, and push it on."""
    if len(world.knowledge.history.own) < MOST_BUILDS:
        add_build(world, draw, "hotfix/x")
        place = world.plan.environments[-1].name
        started = world.deliver(
            EmergencyStarted(world.builds[-1], place, draw.able, "it is down", draw.how > 5)
        )
        if isinstance(started, Decision):
            for _ in range(2 * draw.how):
                push(world, replace(draw, at=len(world.open_releases()) - 1))


def call_is_taken(world: World, draw: Draw) -> None:
    """Have Slack take the call for the signers, now or a little ago; perhaps their time is over then, and its starter signs."""
    for release in world.open_releases():
        if release.kind is Kind.EMERGENCY:
            place = release.step.environment
            outcome = world.deliver(CallAccepted(release.number, place, world.now))
            world.invariants.urgent.hear_call(release.number, place, outcome, world.now)
            if draw.how > 2:
                world.pass_time(901)
                world.deliver(SignedOff(release.number, release.requesters[0]))


def review(world: World, draw: Draw) -> None:
    """Review what is owed, or say that nobody has to."""
    for number in world.invariants.urgent.owed():
        kind = ReviewWaived if draw.how % 3 == 1 else Reviewed
        for at in range(draw.how):
            world.deliver(kind(number, ACTIVE[(draw.at + at) % len(ACTIVE)], "the fix holds"))


def to_review(world: World, draw: Draw) -> None:
    """Let time pass until a review is overdue, or nearly; mostly it is called for then."""
    due = world.invariants.urgent.next_due(world.now)
    if due is not None and draw.at % 3 == 0:
        world.now = max(world.now, due - timedelta(seconds=(0, 0, 0, 60)[draw.how % 4]))
        world.sweep()
    call_for_reviews(world, draw)


def call_for_reviews(world: World, _draw: Draw) -> None:
    """Report every review that may be overdue, as the sweep does."""
    for state in list(world.environments.values()):
        for each in state.reviews:
            if each.is_overdue(world.now) and not each.told:
                world.deliver(ReviewDue(each.release))


def sign_emergencies(world: World, draw: Draw) -> None:
    """Have one person of ops sign each emergency, whoever started it."""
    for release in world.open_releases():
        if release.kind is Kind.EMERGENCY:
            world.deliver(SignedOff(release.number, (builders.TIM, builders.OLGA_TOO)[draw.at % 2]))


URGENT: dict[str, Operation] = {
    "start_emergency": start_emergency,
    "start_emergency_again": start_emergency,
    "start_fix": start_fix,
    "start_fix_again": start_fix,
    "call_is_taken": call_is_taken,
    "review": review,
    "to_review": to_review,
    "call_for_reviews": call_for_reviews,
    "sign_emergencies": sign_emergencies,
}
