"""Ends what was open when the database was restored from a backup: nobody knows what became of it since."""

from handlers.draft import Draft
from handlers.outcome import Reply
from handlers.release import Ending, ReleaseState
from handlers.reports import Restored
from handlers.step import StepState
from handlers.transitions import finish, void_intent

WHY = "the database was restored from a backup"


def restored(draft: Draft, event: Restored) -> Reply:
    """End the release: its grant is void, and its sign-offs serve nothing any more.

    Its correlation ids are kept, so that a run of it is known when a CI shows it. What was granted may have been sent since.
    """
    step = draft.step
    if step.in_flight or step.state is StepState.GRANTED:
        draft.change(may_have_deployed=True)
        draft.change_environment(step.environment, touched=True)
    void_intent(draft)
    draft.post("restored", {"backup": event.backup_at})
    finish(draft, Ending(ReleaseState.CANCELLED, event.actor, draft.now, WHY, restored=True))
    return Reply("restored")
