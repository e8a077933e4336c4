"""Records an event in a release, or refuses it.

One small function per event, registered in one table.
"""

from collections.abc import Callable
from typing import Any

from handlers import reports
from handlers.actions import RULES
from handlers.draft import Draft
from handlers.events import ReleaseAction, ReleaseEvent, StartsRelease
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.record import claiming, emergencies, reporting, restoring, sending, superseding
from handlers.rights import refuse_absent

RECORD: dict[type[Any], Callable[[Draft, Any], Reply | Refusal]] = {
    **RULES,
    reports.NewerRequested: superseding.newer_requested,
    reports.NewerSucceeded: superseding.newer_succeeded,
    reports.Displaced: superseding.displaced,
    reports.RecordsLost: sending.records_lost,
    reports.Restored: restoring.restored,
    reports.Reevaluated: superseding.reevaluated,
    reports.SendRequested: sending.send_requested,
    reports.SendAccepted: sending.send_accepted,
    reports.SendRefused: sending.send_refused,
    reports.SendUnclear: sending.send_unclear,
    reports.SearchEnded: sending.search_ended,
    reports.RunReported: reporting.run_reported,
    reports.StopRefused: reporting.stop_refused,
    reports.Claimed: claiming.claimed,
    reports.CallAccepted: emergencies.call_accepted,
    reports.ReviewDue: emergencies.review_due,
}

COUNTS_AFTER_THE_END = (reports.RunReported, reports.StopRefused, reports.ReviewDue)
"""Events that still count when a release has ended."""

IGNORED_AFTER_THE_END = (
    reports.NewerRequested,
    reports.NewerSucceeded,
    reports.Displaced,
    reports.RecordsLost,
    reports.Restored,
    reports.Reevaluated,
    reports.SendAccepted,
    reports.SendRefused,
    reports.SendUnclear,
    reports.SearchEnded,
    reports.CallAccepted,
)
"""Events not sent by people, which an ended release ignores without a refusal."""


def record(draft: Draft, event: StartsRelease | ReleaseEvent) -> Reply | Refusal:
    """Record an event, or refuse it; after a final state every change is refused.

    So is what people ask of a release that the policy has no place for any more, unless it brings the release to its end.
    """
    if draft.release.ending is not None:
        if isinstance(event, IGNORED_AFTER_THE_END):
            return Reply("nothing_new")
        if not (isinstance(event, COUNTS_AFTER_THE_END) or getattr(event, "after_the_end", False)):
            ending = draft.release.ending
            replaced_by = f"r{ending.replaced_by}" if ending.replaced_by else ""
            values = {"release": f"r{draft.release.number}", "state": ending.state.value, "by": ending.by}
            plan = draft.release.plan
            who = unique(plan.starters + plan.operators)
            return Refusal("finished", {**values, "replaced_by": replaced_by}, who)
    refusal = refuse_absent(draft) if isinstance(event, ReleaseAction) and not event.when_absent else None
    return refusal or RECORD[type(event)](draft, event)
