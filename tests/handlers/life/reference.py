"""A second implementation of G1, computed from what people did, without the product's gates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from handlers.gates.sign_off import SignOffRule, sign_off_rules
from handlers.people import AccountStatus
from handlers.release import Kind, Release
from tests.handlers import builders

if TYPE_CHECKING:
    from tests.handlers.life.world import World

PERSON = {builders.OLGA_TOO: builders.OLGA}
AUTHORS = {"mara-dev": builders.MARA, "andy-dev": builders.ANDY, "olga": builders.OLGA}


@dataclass
class AcceptedSignOff:
    """A sign-off that was accepted, and what it was for."""

    release: int
    environment: str
    team: str
    user: str
    artifact: tuple[str, str, str, str]
    spent: bool = False


def person(user: str) -> str:
    """Return the person behind an id."""
    return PERSON.get(user, user)


def artifact(release: Release) -> tuple[str, str, str, str]:
    """Return exactly what is signed for."""
    build = release.build
    return build.version, build.sha, build.digest, release.plan.fingerprint


def rules_of(release: Release, environment: str) -> tuple[SignOffRule, ...]:
    """Return the sign-off rules of the plan for this kind of release."""
    for each in release.plan.environments:
        if each.name == environment:
            return sign_off_rules(each.rollback_gates if release.kind is Kind.ROLLBACK else each.gates)
    raise AssertionError(environment)


def belongs(world: "World", user: str, team: str) -> bool:
    """Whether a user is a full member and in the team, by what Slack and the policy say now."""
    if world.stale or world.account_status.get(user, AccountStatus.FULL) is not AccountStatus.FULL:
        return False
    known = world.teams[team]
    return user in known.members or (bool(known.usergroup) and user in world.group)


def signers(world: "World", release: Release, environment: str, rule: SignOffRule) -> set[str]:
    """Return the distinct people whose sign-off counts for a rule."""
    requesters = {person(user) for user in release.requesters}
    authors = {AUTHORS.get(name, "?") for name in world.authors(environment, release.build.order)}
    found: set[str] = set()
    for sign_off in world.invariants.sign_offs:
        mine = (sign_off.release, sign_off.environment, sign_off.team) == (
            release.number,
            environment,
            rule.team,
        )
        if not mine or sign_off.spent or sign_off.artifact != artifact(release):
            continue
        who = person(sign_off.user)
        barred = (who in requesters and not rule.requester_may_sign) or (
            who in authors and not rule.authors_may_sign
        )
        if belongs(world, sign_off.user, rule.team) and not barred:
            found.add(who)
    return found


def quorum(world: "World", release: Release, environment: str) -> bool:
    """Whether enough distinct people signed: nobody fills two slots unless a rule allows it."""
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
    waived = (release.number, environment) in world.invariants.waived
    return waived or all(name in AUTHORS for name in world.authors(environment, release.build.order))


def _fills(slots: Sequence[tuple[set[str], int]]) -> bool:
    """Whether distinct people can fill all slots."""
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
    """Whether a lock is in force."""
    lock = world.environment_state(environment).lock
    return lock is not None and (lock.until is None or world.now < lock.until)


def may_pass(world: "World", release: Release, environment: str) -> bool:
    """Whether everything but the turn lets the release pass; a rollback passes locks."""
    shut = release.kind is Kind.NORMAL and locked(world, environment)
    return ready(world, release, environment) and not shut


def ready(world: "World", release: Release, environment: str) -> bool:
    """Whether everything but lock and turn lets the release pass."""
    plan = next(each for each in release.plan.environments if each.name == environment)
    fits = release.kind is Kind.ROLLBACK or not plan.protected or release.build.branch in plan.branches
    return fits and quorum(world, release, environment)
