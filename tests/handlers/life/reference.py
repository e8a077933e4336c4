"""What G1 asks for, computed a second time from what people did, without asking a gate of the product."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from handlers.people import Standing
from handlers.plan import SignOffRule
from handlers.release import Kind, Release
from tests.handlers import making

if TYPE_CHECKING:
    from tests.handlers.life.world import World

PERSON = {making.OLGA_TOO: making.OLGA}
AUTHORS = {"mara-dev": making.MARA, "andy-dev": making.ANDY, "olga": making.OLGA}


@dataclass
class Word:
    """A sign-off that was accepted, and what it was for."""

    release: int
    environment: str
    team: str
    user: str
    artifact: tuple[str, str, str, str]
    spent: bool = False


def person(user: str) -> str:
    """Name the human being behind an id."""
    return PERSON.get(user, user)


def artifact(release: Release) -> tuple[str, str, str, str]:
    """Name exactly what is signed for."""
    build = release.build
    return build.version, build.sha, build.digest, release.plan.fingerprint


def rules_of(release: Release, environment: str) -> tuple[SignOffRule, ...]:
    """Give the rules that the plan names for this kind of release."""
    for each in release.plan.environments:
        if each.name == environment:
            return each.rollback_gates if release.kind is Kind.ROLLBACK else each.gates
    raise AssertionError(environment)


def belongs(world: "World", user: str, team: str) -> bool:
    """Say whether somebody is a full member and in the team, by what Slack and the policy say now."""
    if world.stale or world.standing.get(user, Standing.FULL) is not Standing.FULL:
        return False
    known = world.teams[team]
    return user in known.members or (bool(known.usergroup) and user in world.group)


def signers(world: "World", release: Release, environment: str, rule: SignOffRule) -> set[str]:
    """Give the distinct people whose word counts for a rule."""
    requesters = {person(user) for user in release.requesters}
    authors = {AUTHORS.get(name, "?") for name in world.authors(environment, release.build.order)}
    found: set[str] = set()
    for word in world.watch.words:
        mine = (word.release, word.environment, word.team) == (release.number, environment, rule.team)
        if not mine or word.spent or word.artifact != artifact(release):
            continue
        who = person(word.user)
        barred = (who in requesters and not rule.requester_may_sign) or (
            who in authors and not rule.authors_may_sign
        )
        if belongs(world, word.user, rule.team) and not barred:
            found.add(who)
    return found


def quorum(world: "World", release: Release, environment: str) -> bool:
    """Say whether enough distinct people signed: nobody fills two slots unless a rule lets one person do so."""
    rules = rules_of(release, environment)
    if not rules:
        return True
    if any(not rule.authors_may_sign for rule in rules) and not _authors_known(world, release, environment):
        return False
    shared = [rule for rule in rules if rule.same_person]
    own = [rule for rule in rules if not rule.same_person]
    enough = all(len(signers(world, release, environment, rule)) >= rule.needs for rule in shared)
    return enough and _fills([(signers(world, release, environment, rule), rule.needs) for rule in own])


def _authors_known(world: "World", release: Release, environment: str) -> bool:
    waived = (release.number, environment) in world.watch.waived
    return waived or all(name in AUTHORS for name in world.authors(environment, release.build.order))


def _fills(slots: Sequence[tuple[set[str], int]]) -> bool:
    """Say whether distinct people can fill all slots."""
    if not slots:
        return True
    (people, needs), *rest = slots
    return any(
        _fills([(others - set(chosen), count) for others, count in rest])
        for chosen in _choices(people, needs)
    )


def _choices(people: set[str], needs: int) -> Iterator[tuple[str, ...]]:
    return combinations(sorted(people), needs)


def locked(world: "World", environment: str) -> bool:
    """Say whether a lock is in force."""
    lock = world.ground(environment).lock
    return lock is not None and (lock.until is None or world.now < lock.until)


def may_pass(world: "World", release: Release, environment: str) -> bool:
    """Say whether everything but the turn lets the release pass; a rollback passes locks."""
    shut = release.kind is Kind.NORMAL and locked(world, environment)
    return ready(world, release, environment) and not shut


def ready(world: "World", release: Release, environment: str) -> bool:
    """Say whether everything but lock and turn lets the release pass."""
    plan = next(each for each in release.plan.environments if each.name == environment)
    fits = release.kind is Kind.ROLLBACK or not plan.protected or release.build.branch in plan.branches
    return fits and quorum(world, release, environment)
