"""What is so, asked of the decision core: would it start, would it give way, may they."""

from dataclasses import replace
from datetime import datetime

from bot.blocks.values import decode
from handlers import events, reports
from handlers.actions import read_command
from handlers.actions.approve import SignedOff
from handlers.command_parsing import CommandContext
from handlers.decide import decide
from handlers.environments import EnvironmentState
from handlers.evaluation import gate_context
from handlers.facts import Facts
from handlers.gates.turn import check as turn
from handlers.lineage import Authorship, Relation
from handlers.outcome import Decision, Refusal
from handlers.people import AccountStatus, Member, Team
from handlers.release import Release
from handlers.requests import BuildRequest, Query, Request, ResolutionContext, UsageError, bound
from handlers.starting import new_release
from handlers.step import StepState
from handlers.why import why
from tests.bot.blocks.truth.walk import Moment, SeenWorld
from tests.handlers import builders

SPARE = 4
"""So many people more are in each team where it is asked what somebody could do."""

NEXT = 900
"""The number of a release that does not exist yet."""


def spare(team: str, number: int) -> str:
    """Return the user id of somebody who did nothing so far."""
    return f"U9{team.upper()}{number}"


def staffed(known: Facts, now: datetime) -> Facts:
    """Return the facts with more people in every team, who may do all that their team may."""
    membership = known.membership
    teams = {
        name: Team(name, (*team.members, *(spare(name, each) for each in range(SPARE))), team.usergroup)
        for name, team in membership.directory.teams.items()
    }
    fresh = {spare(name, each): Member(AccountStatus.FULL, now) for name in teams for each in range(SPARE)}
    directory = replace(membership.directory, teams=teams)
    return replace(
        known, membership=replace(membership, directory=directory, members={**membership.members, **fresh})
    )


def starts_once_signed(at: Moment, facts: Facts | None = None) -> bool:
    """Return whether the step starts by itself once everybody has signed whose sign-off is missing."""
    release, known = at.release, facts or staffed(at.facts, at.world.now)
    started = decide(release, reports.Reevaluated(release.number), known, at.world.now, seed="s")
    for rule in release.rules(release.step):
        for each in range(min(rule.needs, SPARE)):
            current = _after(started, release)
            if _has_left(current, release):
                return True
            signed = SignedOff(release.number, spare(rule.team, each), rule.team, ticks=rule.checklist)
            outcome = decide(current, signed, _known_after(known, started), at.world.now, seed="s")
            started = outcome if isinstance(outcome, Decision) else started
    return _has_left(_after(started, release), release)


def starts_once_clear(at: Moment) -> bool:
    """Return whether the step starts by itself once all that it waits for is gone."""
    release, known = at.release, staffed(at.facts, at.world.now)
    environment = release.step.environment
    state = replace(at.state, holder=0, queue=(), locks=())
    cleared = replace(
        known,
        environments={**known.environments, environment: state},
        authorship={environment: Authorship()},
        to_live={environment: Relation.CONTAINS},
        presence=None,
        loss=None,
    )
    return starts_once_signed(at, cleared)


def revoked_by_lock(at: Moment) -> bool:
    """Return whether a request would be called off: a lock alone holds up a step of a protected environment."""
    locked = any(each.code == "locked" for each in why(at.release, at.facts, at.world.now))
    return locked and at.release.environment.protected


def _after(outcome: Decision | Refusal, before: Release) -> Release:
    return outcome.release or before if isinstance(outcome, Decision) else before


def _known_after(known: Facts, outcome: Decision | Refusal) -> Facts:
    if isinstance(outcome, Refusal):
        return known
    return replace(known, environments={**known.environments, **outcome.environments})


def _has_left(now: Release, before: Release) -> bool:
    step = now.steps[before.position]
    return step.state not in {StepState.WAITING, StepState.PENDING}


def gives_way(at: Moment) -> bool:
    """Return whether a newer build that is requested for the environment takes the place of this release."""
    release = at.release
    newer = replace(release.build, version="9.9.9", sha="9" * 40, position=9999, order=9999, number=9999)
    facts = replace(at.facts, newer=newer, relation=Relation.CONTAINS)
    asked = reports.NewerRequested(release.number, release.step.environment, NEXT)
    outcome = decide(release, asked, facts, at.world.now, seed="s")
    return isinstance(outcome, Decision) and outcome.reply.code == "superseded"


def free_for_others(at: Moment) -> bool:
    """Return whether it is the turn of a release that comes now."""
    release = replace(at.release, number=NEXT).with_step(at.release.position, queued_since=None)
    results = turn(gate_context(release, release.step, at.facts, at.world.now))
    return all(each.open for each in results)


def may_sign(at: Moment, user: str, team: str) -> str:
    """Return why a person may not sign for a team now; empty if they may."""
    rule = next((each for each in at.release.rules(at.release.step) if each.team == team), None)
    signed = SignedOff(at.release.number, user, team, ticks=rule.checklist if rule is not None else ())
    outcome = decide(at.release, signed, at.facts, at.world.now, seed="s")
    return outcome.code if isinstance(outcome, Refusal) else ""


def refusals(at: Moment, value: str) -> set[str]:
    """Return why nobody may do what a button of a card stands for; empty if somebody may, or if it only reads."""
    line, precondition = decode(value)
    return _refused(at.world, line, precondition, at.facts)


def refused_in(world: SeenWorld, value: str) -> set[str]:
    """Return why nobody may do what a button of an announcement stands for."""
    line, precondition = decode(value)
    return _refused(world, line, precondition, None)


def _refused(
    world: SeenWorld, line: str, precondition: events.AnyPrecondition | None, seen: Facts | None
) -> set[str]:
    found: set[str] = set()
    for team in world.teams:
        request = read_command(line, context_of(world, spare(team, SPARE - 1)))
        if isinstance(request, Query):
            return set()
        outcome = outcome_of(world, request, precondition, seen)
        if not isinstance(outcome, Refusal) or outcome.code in _ASKS:
            return set()
        found.add(outcome.code)
    return found


_ASKS = frozenset({"reason_needed", "checklist_incomplete", "holder_in_flight"})
"""What a form asks for, or offers to do first."""


def context_of(world: SeenWorld, actor: str) -> CommandContext:
    """Return who types something in the service's channel."""
    environments = tuple(each.name for each in world.plan.environments)
    return CommandContext(actor, {builders.SERVICE: environments}, builders.SERVICE, world.now)


def outcome_of(
    world: SeenWorld,
    request: Request | UsageError,
    precondition: events.AnyPrecondition | None = None,
    seen: Facts | None = None,
) -> Decision | Refusal:
    """Return what becomes of a line that somebody types or clicks, with what else is so at that moment."""
    if isinstance(request, UsageError):
        return Refusal(request.code)
    event = _resolved(world, request, precondition)
    if isinstance(event, Refusal):
        return event
    release = _begun(world, event)
    known = staffed(world.facts(release, event), world.now)
    if seen is not None:
        known = replace(known, presence=seen.presence, loss=seen.loss)
    return decide(release, event, known, world.now, seed="s")


def _begun(world: SeenWorld, event: events.StartsRelease | events.ReleaseAction) -> Release:
    if isinstance(event, events.ReleaseAction):
        return world.releases[event.release]
    return new_release(NEXT, event, world.plan, world.now)


def _resolved(
    world: SeenWorld, request: Request, precondition: events.AnyPrecondition | None
) -> events.StartsRelease | events.ReleaseAction | Refusal:
    """Return the event that a line means, bound to what its button showed."""
    if isinstance(request, events.ReleaseAction):
        return bound(request, precondition)
    assert isinstance(request, BuildRequest), request
    place = request.environment
    context = ResolutionContext(
        world.plan,
        tuple(world.open_releases()),
        tuple(reversed(world.builds)),
        world.knowledge.newest("main"),
        world.successes.get(place, ()),
        world.environments.get(place, EnvironmentState(place)),
    )
    event = request.resolve(context)
    return event if isinstance(event, Refusal) else bound(event, precondition)
