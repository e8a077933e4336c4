"""The time limits of grants, requests, runs and searches, and the next wake-up."""

from datetime import datetime, timedelta

from handlers.attempt import Intent
from handlers.closing import BEFORE, closes_at
from handlers.draft import Draft
from handlers.evaluation import evaluate_gates
from handlers.release import Release
from handlers.reminding import next_due
from handlers.step import Step, StepState
from handlers.tally import expires_at

GRANT_LASTS = timedelta(minutes=10)
"""A grant that was not sent within this time is void."""

LEASE = timedelta(seconds=30)
"""After how long the sender of a request is presumed dead.

It posts within 10 s of marking the request as sent, or not at all.
"""

QUEUE_LASTS = timedelta(hours=24)
"""How long a run may be queued at its CI, at least; twice the policy's time limit if that is longer."""

ROTATION_CHECK = timedelta(seconds=60)
"""How often a waiting release looks who is in the Slack user groups of the teams that sign for it."""

ACCOUNT_CHECK = timedelta(minutes=5)
"""How often it looks whether they are still full members, where the team is named in the policy.

Slack is asked once about a person or a group, however many releases look: at most one users.info each minute for somebody who
signed what waits.
"""

CANCEL_LASTS = timedelta(minutes=10)
"""How long a run may take to stop before operators are called."""


def next_wake(draft: Draft) -> datetime | None:
    """Return when time alone may change something; None if it cannot.

    That is the earliest end of a limit, or of a reason to wait, and the next reminder.
    """
    if draft.release.ended:
        return None
    step = draft.step
    hold, results = draft.release.hold, None
    times = [_limit(draft, step), hold.due if hold is not None else None, _somebody_back(draft)]
    if step.state is StepState.WAITING:
        times += [
            _signers_checked(draft, step),
            *_expiries(draft, step),
            _closing(draft),
        ]
        times.append(draft.gate_context().calendar.changes_at(draft.now))
        results = evaluate_gates(draft.release, step, draft.current_facts(), draft.now)
        times += [reason.until for result in results for reason in result.reasons]
    times.append(next_due(draft, results))
    due = [time for time in times if time is not None]
    return min(due) if due else None


def _signers_checked(draft: Draft, step: Step) -> datetime | None:
    """Return when those who sign are looked at again: they may leave a user group, or the workspace, without an event."""
    teams = draft.facts.membership.directory.teams
    signed = {each.team for each in step.unspent}
    awaited = {rule.team for rule in draft.release.rules(step)}
    if any(teams[name].usergroup for name in awaited | signed if name in teams):
        return draft.now + ROTATION_CHECK
    return draft.now + ACCOUNT_CHECK if signed else None


def _somebody_back(draft: Draft) -> datetime | None:
    """Return when the next absence of the service ends: they are awaited again, and nobody stands in for them."""
    absences = draft.facts.membership.absences.values()
    return min((each.until for each in absences if each.lasts(draft.now)), default=None)


def _closing(draft: Draft) -> datetime | None:
    """Return when those who are missing are called, shortly before the window closes; later only if they were not missing."""
    closes = closes_at(draft)
    return None if closes is None or draft.now >= closes - BEFORE else closes - BEFORE


def _expiries(draft: Draft, step: Step) -> list[datetime | None]:
    """Return when sign-offs stop counting because of their age."""
    rules = draft.release.rules(step)
    return [expires_at(rule, each) for rule in rules for each in step.unspent if each.team == rule.team]


def _limit(draft: Draft, step: Step) -> datetime | None:
    if step.state is StepState.GRANTED and step.intent is not None:
        return step.intent.granted_at + GRANT_LASTS
    if step.state is StepState.RUNNING:
        times = (deadline(draft.release, step), queue_told_at(draft.release, step))
        return min((time for time in times if time is not None), default=None)
    if step.state is StepState.CANCELLING and step.cancel is not None:
        return min(filter(None, (step.cancel.at + CANCEL_LASTS, lease_end(step))))
    if step.state is StepState.SENT:
        return lease_end(step)
    if step.state is StepState.UNKNOWN and step.intent is not None and not step.intent.alerted:
        return grace_end(draft, step.intent)
    return None


def deadline(release: Release, step: Step) -> datetime | None:
    """Return the end of a running step's time limit.

    The limit of the policy counts from when the run really runs. In a queue it has a longer one, and none while it waits for a
    person at the CI.
    """
    run = step.run
    begun = None if run is None else run.started_at or run.seen_at
    if run is None or begun is None or run.state == "waits":
        return None
    if run.state == "queued":
        return (run.idle_since or begun) + max(QUEUE_LASTS, 2 * _timeout(release, step))
    return begun + _timeout(release, step)


def queue_told_at(release: Release, step: Step) -> datetime | None:
    """Return when people are told that a run is still queued; None if it is not, or if they know."""
    run = step.run
    since = None if run is None else run.idle_since or run.seen_at
    if step.state is not StepState.RUNNING or run is None or since is None:
        return None
    return since + _timeout(release, step) if run.state == "queued" and not run.queue_told else None


def _timeout(release: Release, step: Step) -> timedelta:
    return timedelta(seconds=release.plan_of(step).deploy.timeout)


def lease_end(step: Step) -> datetime | None:
    """Return when the sender of a request is presumed dead.

    None if its answer is known, or its run is being searched for.
    """
    intent = step.intent
    if intent is None or intent.sent_at is None or intent.unclear_at is not None or step.run is not None:
        return None
    return intent.sent_at + LEASE


def grace_end(draft: Draft, intent: Intent) -> datetime:
    """Return when operators are called about an unclear deployment: its run would have shown up in a search by then."""
    grace = draft.facts.capabilities_of(draft.release.environment.deploy.ci).grace
    return (intent.unclear_at or draft.now) + timedelta(seconds=grace)
