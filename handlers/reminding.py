"""Reminds people of what waits for them, in their own working hours, and calls others when nobody signs.

All times derive from when a team was called. Nobody is reminded of a release that nothing can start: a gate is closed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from handlers.draft import Draft
from handlers.effects import Call, Remind
from handlers.evaluation import evaluate_gates, gate_context
from handlers.facts import Facts
from handlers.gate import GateContext, GateResult, Reason, Verdict
from handlers.hours import Hours, next_working, zone_named
from handlers.people import AccountStatus, Membership
from handlers.plan import Reminding
from handlers.release import Release
from handlers.signers import missing_teams
from handlers.slots import awaited as who_is_there
from handlers.step import StepState
from handlers.tally import barred

_DOUBTED = "signer_unknown"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A person whom a step awaits, and since when: their team was called then."""

    user: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Due:
    """Whom a step reminds next, or the team instead of which others are called, and when."""

    who: str
    at: datetime


def awaited(
    release: Release, facts: Facts, now: datetime, results: tuple[GateResult, ...] | None = None
) -> tuple[Awaited, ...]:
    """Return whom the current step awaits: who can sign and has not, or who decides on what failed or is unknown.

    Who is away is not awaited. `results` are those of the step's gates, if they are known.
    """
    context = gate_context(release, release.step, facts, now)
    found: dict[str, Awaited] = {}
    for team, since in _teams(release, facts, now, results):
        for user in (*_people(release, team, context), *_stand_ins(release, facts, now, team)):
            person = facts.membership.directory.person_of(user)
            known = found.get(person, Awaited(user, since))
            found[person] = replace(known, since=min(known.since, since))
    return tuple(found.values())


def _teams(
    release: Release, facts: Facts, now: datetime, results: tuple[GateResult, ...] | None
) -> tuple[tuple[str, datetime], ...]:
    """Return the teams that are awaited, each with when it was called."""
    step, plan = release.step, release.plan
    if release.ended:
        return ()
    if step.state is StepState.WAITING:
        return _signing(release, evaluate_gates(release, step, facts, now) if results is None else results)
    if step.state is StepState.FAILED:
        return tuple((team, step.ended_at or now) for team in plan.steering_teams(release.environment))
    if step.state is StepState.UNKNOWN and step.intent is not None and step.intent.alerted:
        return tuple((team, step.intent.unclear_at or now) for team in plan.operators)
    return ()


def _signing(release: Release, results: tuple[GateResult, ...]) -> tuple[tuple[str, datetime], ...]:
    """Return the teams that were called to sign and have not; none while a gate is closed, as nothing can start then.

    Nor a team of which somebody signed whom Slack does not vouch for now. A step that waited before times were kept counts as
    called when it began to wait.
    """
    step, called_at = release.step, dict(release.step.called_at)
    missing = () if any(each.verdict is Verdict.CLOSED for each in results) else missing_teams(results)
    doubted = {each.values["team"] for result in results for each in result.reasons if each.code == _DOUBTED}
    called = {
        team: called_at.get(team, step.waiting_since)
        for team in missing
        if team in step.called and team not in doubted
    }
    return tuple((team, since) for team, since in called.items() if since is not None)


def _people(release: Release, team: str, context: GateContext) -> Iterator[str]:
    """Return the people of a team who can do what is awaited of it."""
    membership = context.membership
    for user in membership.people_of(team):
        if is_present(membership, user, context.now) and not _signs_not(release, team, user, context):
            yield user


def _stand_ins(release: Release, facts: Facts, now: datetime, team: str) -> Iterator[str]:
    """Return who may sign now in place of somebody of a team whose sign-off is awaited."""
    if release.step.state is StepState.WAITING:
        yield from (user for user, _ in who_is_there(release, facts, now)[team].stand_ins)


def is_present(membership: Membership, user: str, now: datetime) -> bool:
    """Return whether somebody may be reminded now: they are not away, and no account that is known to count for nothing."""
    member = membership.members.get(user)
    counts = member is None or member.account_status is AccountStatus.FULL
    return counts and not membership.is_away(user, now)


def _signs_not(release: Release, team: str, user: str, context: GateContext) -> bool:
    """Return whether a person has signed, or may not sign for a team whose sign-off is awaited."""
    if context.step.state is not StepState.WAITING:
        return False
    person_of = context.membership.directory.person_of
    signed = {each.team for each in context.step.unspent if person_of(each.user) == person_of(user)}
    rule = next(each for each in release.rules(context.step) if each.team == team)
    return bool(team in signed or (signed and not rule.same_person) or barred(rule, user, context))


def working_at(membership: Membership, user: str, at: datetime) -> datetime:
    """Return a time, moved into somebody's working hours: those of their teams, in their zone."""
    directory, member = membership.directory, membership.members.get(user)
    hours = tuple(
        team.hours
        for team in directory.teams.values()
        if team.hours is not None and user in membership.people_of(team.name)
    )
    zone = zone_named(member.tz if member is not None else "", directory.zone)
    return next_working(hours or (Hours(),), zone, at)


def reminders(
    release: Release, facts: Facts, now: datetime, results: tuple[GateResult, ...] | None = None
) -> tuple[Due, ...]:
    """Return when each person whom the current step awaits is reminded next, the earliest first."""
    plan = release.plan.remind
    if plan is None:
        return ()
    person_of = facts.membership.directory.person_of
    before = {person_of(user): at for user, at in sorted(release.step.reminded, key=lambda each: each[1])}
    due = [
        Due(each.user, working_at(facts.membership, each.user, at))
        for each in awaited(release, facts, now, results)
        if (at := _next(plan, each.since, before.get(person_of(each.user)))) is not None
    ]
    return tuple(sorted(due, key=lambda each: each.at))


def _next(plan: Reminding, since: datetime, before: datetime | None) -> datetime | None:
    if before is None or before < since:
        return since + timedelta(seconds=plan.after)
    return before + timedelta(seconds=plan.then) if plan.then else None


def escalations(
    release: Release, facts: Facts, now: datetime, results: tuple[GateResult, ...] | None = None
) -> tuple[Due, ...]:
    """Return when others are called for each team that has not signed, the earliest first; each once."""
    plan, step = release.plan.remind, release.step
    if plan is None or not plan.escalate_after or step.state is not StepState.WAITING:
        return ()
    after = timedelta(seconds=plan.escalate_after)
    teams = _teams(release, facts, now, results)
    due = [Due(team, since + after) for team, since in teams if team not in step.escalated]
    return tuple(sorted(due, key=lambda each: each.at))


def remind(draft: Draft) -> bool:
    """Remind everybody whose time has come, once however late it is."""
    now = draft.now
    due = [each for each in reminders(draft.release, draft.current_facts(), now) if each.at <= now]
    for each in due:
        draft.emit(Remind(each.who, draft.release.service, each.at))
    if due:
        reminded = {**dict(draft.step.reminded), **{each.who: now for each in due}}
        draft.change(reminded=tuple(reminded.items()))
    return bool(due)


def escalate(draft: Draft) -> bool:
    """Call others for each team of which nobody has signed in time; its stand-ins count from now on."""
    plan, step = draft.release.plan.remind, draft.step
    if plan is None:
        return False
    after, to = str(plan.escalate_after), ", ".join(plan.escalate_to)
    found = escalations(draft.release, draft.current_facts(), draft.now)
    due = [each for each in found if each.at <= draft.now]
    for each in due:
        values = {"environment": step.environment, "team": each.who, "seconds": after, "to": to}
        draft.emit(Call(draft.release.number, "escalated", values, (each.who,), (), step.attempt))
    if due:
        draft.change(escalated=(*step.escalated, *(each.who for each in due)))
        draft.show()
    return bool(due)


def next_due(draft: Draft, results: tuple[GateResult, ...] | None) -> datetime | None:
    """Return when the next reminder or escalation of a release comes; None if none does."""
    asked = (draft.release, draft.current_facts(), draft.now, results)
    return min((each.at for each in (*reminders(*asked), *escalations(*asked))), default=None)


def announced(
    release: Release, facts: Facts, now: datetime, results: tuple[GateResult, ...] | None, reason: Reason
) -> Reason:
    """Return a reason with who is reminded of it next, and when others are called."""
    if reason.code not in {"sign_off_missing", "failed", "unknown"}:
        return reason
    values: dict[str, str] = {}
    people = {user for team in reason.who for user in facts.membership.people_of(team)}
    due = [each for each in reminders(release, facts, now, results) if each.who in people]
    if due:
        first = [each.who for each in due if each.at == due[0].at]
        values |= {"reminded": ", ".join(first), "reminded_at": due[0].at.isoformat()}
    calls = [each for each in escalations(release, facts, now, results) if each.who in reason.who]
    plan = release.plan.remind
    if calls and plan is not None:
        values |= {"escalated_to": ", ".join(plan.escalate_to), "escalated_at": calls[0].at.isoformat()}
    return replace(reason, values={**reason.values, **values}) if values else reason
