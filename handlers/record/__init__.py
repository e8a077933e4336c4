"""What an event changes, or why it is refused: one small function per event, found in one table."""

from collections.abc import Callable
from typing import Any

from handlers import events, reports
from handlers.draft import Draft
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.record import asking, hearing, reporting, sending, signing, starting

RECORD: dict[type[Any], Callable[[Draft, Any], Reply | Refusal]] = {
    events.Started: starting.started,
    events.RollbackStarted: starting.rollback_started,
    events.StepAsked: asking.step_asked,
    events.TestingStarted: asking.testing_started,
    events.SignedOff: signing.signed_off,
    events.Withdrawn: signing.withdrawn,
    events.Rejected: signing.rejected,
    events.CancelAsked: asking.cancel_asked,
    events.RetryAsked: asking.retry_asked,
    events.Settled: asking.settled,
    events.AuthorsWaived: asking.authors_waived,
    reports.NewerAsked: hearing.newer_asked,
    reports.NewerSucceeded: hearing.newer_succeeded,
    reports.Displaced: hearing.displaced,
    reports.Looked: hearing.looked,
    reports.SendWanted: sending.send_wanted,
    reports.SendAccepted: sending.send_accepted,
    reports.SendRefused: sending.send_refused,
    reports.SendUnclear: sending.send_unclear,
    reports.SearchEnded: sending.search_ended,
    reports.RunReported: reporting.run_reported,
    reports.Claimed: sending.claimed,
}

HEARD_AFTER_THE_END = (reports.RunReported,)
"""Events that still mean something when a release has ended."""

QUIET_AFTER_THE_END = (
    reports.NewerAsked,
    reports.NewerSucceeded,
    reports.Displaced,
    reports.Looked,
    reports.SendAccepted,
    reports.SendRefused,
    reports.SendUnclear,
    reports.SearchEnded,
)
"""Events that nobody sent and that an ended release lets pass without a refusal."""


def record(draft: Draft, event: events.Starting | events.ReleaseEvent) -> Reply | Refusal:
    """Write down what happened, or refuse; after a final state every change is refused."""
    if draft.release.ending is not None:
        if isinstance(event, QUIET_AFTER_THE_END):
            return Reply("nothing_new")
        if not isinstance(event, HEARD_AFTER_THE_END):
            ending = draft.release.ending
            replaced_by = f"r{ending.replaced_by}" if ending.replaced_by else ""
            values = {"release": f"r{draft.release.number}", "state": ending.state.value, "by": ending.by}
            plan = draft.release.plan
            who = unique(plan.starters + plan.operators)
            return Refusal("finished", {**values, "replaced_by": replaced_by}, who)
    return RECORD[type(event)](draft, event)
