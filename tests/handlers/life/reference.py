"""A second implementation of the gates, computed from what people did and what was told, without the product's gates."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from handlers.lineage import Relation
from handlers.people import AccountStatus
from handlers.plan import EnvironmentPlan
from handlers.release import Kind, Release
from handlers.sign_off_rule import SignOffRule, sign_off_rules
from tests.handlers import builders
from tests.handlers.life import openings, standing

if TYPE_CHECKING:
    from tests.handlers.life.world import World

PERSON = {builders.OLGA_TOO: builders.OLGA}


@dataclass
class AcceptedSignOff:
    """A sign-off that was accepted, and what it was for."""

    release: int
    environment: str
    team: str
    user: str
    artifact: tuple[str, str, str, str]
    spent: bool = False
    at: datetime | None = None
    until: datetime | None = None
    stands_for: str = ""

    @property
    def slot(self) -> str:
        """Whose slot it fills."""
        return self.stands_for or self.user

    def counts(self, now: datetime) -> bool:
        """Whether it is neither spent nor too old."""
        return not self.spent and (self.until is None or now < self.until)


@dataclass(frozen=True)
class Doubts:
    """What has to be known of a build and is not: names, versions, and whether it contains the live commit."""

    names: frozenset[str] = frozenset()
    versions: frozenset[str] = frozenset()
    lacks: str = ""

    def __bool__(self) -> bool:
        return bool(self.names or self.versions or self.lacks)


@dataclass(frozen=True)
class AcceptedWaiver:
    """What an operator waived for one step."""

    release: int
    environment: str
    user: str
    doubts: Doubts


def person(user: str) -> str:
    """Return the person behind an id."""
    return PERSON.get(user, user)


def person_named(world: "World", name: str) -> str:
    """Return the person whom an author's name belongs to; empty if nobody is known by it."""
    fitting = (each.slack[0] for each in world.people if each.slack and name in {each.github, each.email})
    return next(fitting, "") if name else ""


def artifact(release: Release) -> tuple[str, str, str, str]:
    """Return exactly what is signed for."""
    build = release.build
    return build.version, build.sha, build.digest, release.plan.fingerprint


def plan_of(release: Release, environment: str) -> EnvironmentPlan:
    """Return the plan of an environment."""
    return next(each for each in release.plan.environments if each.name == environment)


def rules_of(release: Release, environment: str) -> tuple[SignOffRule, ...]:
    """Return the sign-off rules of the plan for this kind of release."""
    plan = plan_of(release, environment)
    if release.kind is Kind.EMERGENCY and plan.emergency is not None:
        return sign_off_rules(plan.emergency.gates)
    return sign_off_rules(plan.rollback_gates if release.kind is Kind.ROLLBACK else plan.gates)


def belongs(world: "World", user: str, team: str) -> bool:
    """Whether a user is a full member and in the team, by what Slack and the policy say now."""
    return is_full(world, user) and in_team(world, user, team)


def is_full(world: "World", user: str) -> bool:
    """Whether Slack says now that an account is a full member."""
    return not world.stale and world.account_status.get(user, AccountStatus.FULL) is AccountStatus.FULL


def in_team(world: "World", user: str, team: str) -> bool:
    """Whether a user is in a team, whatever their account."""
    known = world.teams[team]
    return user in known.members or (bool(known.usergroup) and user in world.group)


def barred(world: "World", release: Release, environment: str, rule: SignOffRule) -> set[str]:
    """Return who may not sign: who waived this step, who requested the release, who wrote what it brings."""
    found = {person(waiver.user) for waiver in waivers(world, release, environment)}
    taken = [taker for number, taker in world.invariants.takes if number == release.number]
    found |= {taker for taker in taken if taken.count(taker) > 1}
    if not rule.requester_may_sign:
        alone = world.invariants.urgent.signs_alone(world, release, environment)
        able = {user for user in release.requesters if alone and belongs(world, user, "ops")}
        found |= {person(user) for user in set(release.requesters) - able}
        found |= world.invariants.authors.get(release.number, set())
        if release.number in world.invariants.automatic:
            found |= {person_named(world, name) for name in world.knowledge.own_names(release.build) or ()}
    if not rule.authors_may_sign:
        found |= {person_named(world, name) for name in world.authorship(release, environment).authors}
    return found


def filled(world: "World", release: Release, environment: str, rule: SignOffRule) -> list[standing.Filled]:
    """Return who signed for a rule, each with the person in whose place, where both count."""
    out = barred(world, release, environment, rule)
    return [
        (person(sign_off.user), person(sign_off.slot))
        for sign_off in world.invariants.sign_offs
        if (sign_off.release, sign_off.environment, sign_off.team) == (release.number, environment, rule.team)
        and sign_off.counts(world.now)
        and sign_off.artifact == artifact(release)
        and standing.still_counts(world, sign_off)
        and out.isdisjoint({person(sign_off.user), person(sign_off.slot)})
    ]


def has_enough(world: "World", release: Release, environment: str, rule: SignOffRule) -> bool:
    """Whether enough distinct people signed for one rule."""
    return standing.fills([(filled(world, release, environment, rule), rule.needs)])


def waivers(world: "World", release: Release, environment: str) -> list[AcceptedWaiver]:
    """Return what was waived for a step."""
    return [
        waiver
        for waiver in world.invariants.waivers
        if (waiver.release, waiver.environment) == (release.number, environment)
    ]


def doubts(world: "World", release: Release, environment: str) -> Doubts:
    """Return what is in doubt and was not waived."""
    names: set[str] = set()
    versions: set[str] = set()
    authorship = world.authorship(release, environment)
    for rule in rules_of(release, environment):
        if not rule.authors_may_sign:
            names |= {name for name in authorship.authors if not person_named(world, name)}
            versions |= set(authorship.unknown)
        elif release.number in world.invariants.automatic and not rule.requester_may_sign:
            versions |= {release.build.version} if authorship.own is None else set()
    lacks = _lacks(world, release, environment)
    for waiver in waivers(world, release, environment):
        names -= waiver.doubts.names
        versions -= waiver.doubts.versions
        lacks = "" if waiver.doubts.lacks == lacks else lacks
    return Doubts(frozenset(names), frozenset(versions), lacks)


def _lacks(world: "World", release: Release, environment: str) -> str:
    """Return the live commit that a build has to contain and is not known to."""
    live = world.environment_state(environment).live
    if release.kind is not Kind.NORMAL or live is None or not plan_of(release, environment).contains_live:
        return ""
    contained = world.knowledge.relation(release.build, live.build) is Relation.CONTAINS
    return "" if contained else live.build.sha


def quorum(world: "World", release: Release, environment: str) -> bool:
    """Whether enough distinct people signed: nobody fills two slots unless a rule allows it."""
    rules = rules_of(release, environment)
    shared = [rule for rule in rules if rule.same_person]
    own = [rule for rule in rules if not rule.same_person]
    enough = all(has_enough(world, release, environment, rule) for rule in shared)
    return enough and standing.fills(
        [(filled(world, release, environment, rule), rule.needs) for rule in own]
    )


def locked(world: "World", environment: str) -> bool:
    """Whether a lock is in force."""
    locks = world.environment_state(environment).locks
    return any(lock.until is None or world.now < lock.until for lock in locks)


def may_pass(world: "World", release: Release, environment: str) -> bool:
    """Whether everything but the turn lets the release pass."""
    return (
        ready(world, release, environment)
        and not shut(world, release, environment)
        and openings.in_window(world, release, environment)
    )


def may_pass_but_window(world: "World", release: Release) -> bool:
    """Whether everything but its window and the turn lets the current step of a release pass."""
    place = release.step.environment
    return ready(world, release, place) and not shut(world, release, place)


def shut(world: "World", release: Release, environment: str) -> bool:
    """Whether a lock, a freeze or an overdue review closes an environment to a release; a rollback passes all."""
    locks = release.kind is not Kind.ROLLBACK and locked(world, environment)
    normal = release.kind is Kind.NORMAL and plan_of(release, environment).protected
    overdue = normal and world.invariants.urgent.is_overdue(environment, world.now)
    return locks or overdue or openings.frozen(world, release, environment)


def ready(world: "World", release: Release, environment: str) -> bool:
    """Whether everything but lock, freeze, window and turn lets the release pass."""
    plan = plan_of(release, environment)
    fits = release.kind is Kind.ROLLBACK or not plan.protected or fits_branches(release, plan)
    planned = world.invariants.promised.planned.get((release.number, environment), world.now)
    due = planned <= world.now
    return fits and due and not doubts(world, release, environment) and quorum(world, release, environment)


def fits_branches(release: Release, plan: EnvironmentPlan) -> bool:
    """Whether a build's branch is one of an environment's; the patterns of this world end in `/*` if they have any."""
    branch, branches = release.build.branch, plan.branches
    if release.kind is Kind.EMERGENCY and plan.emergency is not None:
        branches = plan.emergency.branches or branches
    folder, _, name = branch.partition("/")
    inside = f"{folder}/*" in branches and bool(name) and "/" not in name
    return branch in branches or inside
