"""Records what nobody did about an emergency: that Slack took the call for its signers, and that its review is overdue."""

from handlers.draft import Draft
from handlers.outcome import Reply
from handlers.reports import CallAccepted, ReviewDue
from handlers.reviews import owed_by, remind_of_review


def call_accepted(draft: Draft, event: CallAccepted) -> Reply:
    """Note since when the signers of an emergency know that they are wanted; a repeated report changes nothing."""
    step = draft.step
    noted = step.environment != event.environment or step.call_accepted_at is not None
    if noted or draft.release.lane(step) is None:
        return Reply("nothing_new")
    draft.change(call_accepted_at=event.at)
    draft.show()
    return Reply("call_accepted")


def review_due(draft: Draft, _event: ReviewDue) -> Reply:
    """Call once more for a review that is overdue."""
    owed = owed_by(draft)
    if owed is None or owed.told or not owed.is_overdue(draft.now):
        return Reply("nothing_new")
    remind_of_review(draft, owed)
    return Reply("review_overdue")
