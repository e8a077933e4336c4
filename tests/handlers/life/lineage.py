"""The operations on builds: commits, reports that come late or say little, comparisons, and runs from outside."""

from dataclasses import replace
from typing import Literal

from handlers.build import Build
from handlers.events import ExternalRunSeen
from handlers.release import Release
from tests.handlers import builders
from tests.handlers.life.draw import Draw, Operation
from tests.handlers.life.history import MAIN
from tests.handlers.life.world import World

NAMES = ("mara-dev", "olga", "andy-dev", "mara@example.org", "nobody", "", "robot", "olga")
"""Authors: known persons, one known by an address, a name of nobody, an empty one, and a person without an account."""

BRANCHES = (MAIN, MAIN, MAIN, "hotfix/x", "hotfix/x", "hotfix/x/y", "feature/z")
MOST_UNREPORTED = 3
MOST_MADE = 12
STATES: tuple[Literal["running", "succeeded", "failed"], ...] = (
    "running",
    "failed",
    "succeeded",
    "succeeded",
)


def add_build(world: World, draw: Draw, branch: str = "") -> None:
    """Commit to a branch, and report its build."""
    world.ready(_reported(world, _make(world, draw, branch or BRANCHES[draw.how]), draw))


def _make(world: World, draw: Draw, branch: str) -> Build:
    """Make one or two commits of one or two authors each, perhaps with a merge, and the build of the last."""
    history = world.knowledge.history
    merged = "" if draw.at % 4 else ("hotfix/x" if branch == MAIN else MAIN)
    if draw.at % 5 == 1:
        history.commit(branch, (NAMES[draw.at % 7],))
    names = (NAMES[draw.at % 8], *((NAMES[draw.how],) if draw.at % 3 == 1 else ()))
    history.commit(branch, names, merged)
    return history.make(branch)


def _reported(world: World, build: Build, draw: Draw) -> Build:
    """Return a build as it is reported: with its changes or without, and with claims, which may be false."""
    changes = None if draw.at % 3 == 2 else world.knowledge.changes(build)
    claims = tuple(each.version for each in world.builds) if draw.at % 4 == 2 else ()
    return replace(build, changes=changes, contains=claims)


def build_arrives(world: World, draw: Draw) -> None:
    """Report one more build."""
    if len(world.knowledge.history.own) < MOST_MADE:
        add_build(world, draw)


def build_is_held_back(world: World, draw: Draw) -> None:
    """Make a build that nobody reports yet."""
    if len(world.unreported) < MOST_UNREPORTED and len(world.knowledge.history.own) < MOST_MADE:
        hold_back(world, draw, BRANCHES[draw.how])


def hold_back(world: World, draw: Draw, branch: str) -> None:
    """Make a build of a branch that nobody reports yet."""
    world.unreported.append(_make(world, draw, branch))


def build_arrives_late(world: World, draw: Draw) -> None:
    """Report a build that was held back, perhaps after a newer one."""
    if world.unreported:
        world.ready(_reported(world, world.unreported.pop(draw.at % len(world.unreported)), draw))


def report_again(world: World, draw: Draw) -> None:
    """Report a known build again, with its changes."""
    build = world.builds[draw.at % len(world.builds)]
    if build.changes is None:
        world.ready(replace(build, changes=world.knowledge.changes(build)))


def compare(world: World, draw: Draw) -> None:
    """Have the CI answer, if it was asked, how a build relates to one that is live, was deployed, or is on its way."""
    opened = [release.build for release in world.open_releases()]
    new = (opened or world.builds)[draw.at % len(opened or world.builds)]
    live = [state.live.build for state in world.environments.values() if state.live is not None]
    last = [builds[-1] for builds in world.successes.values()]
    others = [each for each in (*live, *last, *opened, *live, *last) if each.sha != new.sha]
    if world.asked and others:
        old = others[draw.at // 7 % len(others)]
        world.compare(old, new, says_contains=draw.how != 5, complete=draw.how != 4)


def look_at_changes(world: World, release: Release, how: int) -> bool:
    """Have all changes of a release told and compared, as far as they are not; return whether anything was learned."""
    environment = release.step.environment
    before = world.successes.get(environment, ())
    live = world.environment_state(environment).live
    old = [*before[-1:], *([live.build] if live is not None else [])]
    asked = [each for each in old if (each.sha, release.build.sha) not in world.knowledge.comparisons]
    for each in asked:
        world.compare(each, release.build, says_contains=how != 5, complete=how != 4)
    untold = [each for each in world.builds if each.changes is None]
    for build in untold:
        world.ready(replace(build, changes=world.knowledge.changes(build)))
    return bool(asked or untold)


def run_outside(world: World, draw: Draw) -> None:
    """Have a CI report a run that no release started: of a known build, or of a commit that no build has."""
    place = world.plan.environments[draw.at % len(world.plan.environments)].name
    build = world.builds[draw.at % len(world.builds)]
    if draw.how > 4:
        sha = world.knowledge.history.stray((NAMES[draw.at % len(NAMES)],)).sha
        build = Build(builders.SERVICE, sha[:7], sha, MAIN)
    run = f"outside{draw.at % 9}#1"
    world.external(
        ExternalRunSeen(builders.SERVICE, place, run, STATES[draw.how % len(STATES)], build, draw.who)
    )


LINEAGE: dict[str, Operation] = {
    "build_arrives": build_arrives,
    "build_arrives_late": build_arrives_late,
    "build_is_held_back": build_is_held_back,
    "compare": compare,
    "compare_more": compare,
    "report_again": report_again,
    "run_outside": run_outside,
}
