"""The reviews that emergencies owe: written down as one ends, and struck out by whoever reviewed or waived it."""

from dataclasses import replace
from datetime import timedelta

from handlers.draft import Draft
from handlers.effects import NotifyOpen
from handlers.environments import ReviewOwed
from handlers.people import Directory
from handlers.plan import unique
from handlers.sign_offs import Review


def owe_review(draft: Draft) -> None:
    """Note that an emergency which may have deployed something has to be reviewed, and call those who can."""
    release = draft.release
    step = release.step
    lane = release.lane(step)
    if lane is None or lane.review is None or not step.may_have_deployed:
        return
    users = (each.user for each in step.sign_offs if each.verdict == "yes")
    took_part = unique((*release.requesters, *release.takes, *users, *(each.by for each in step.waivers)))
    written = draft.facts.authorship.get(step.environment)
    authors = tuple(filter(None, written.authors)) if written is not None else ()
    due = draft.now + timedelta(seconds=lane.review.within)
    owed = ReviewOwed(release.number, lane.review.by, draft.now, due, took_part, authors)
    state = draft.environment_state(step.environment)
    draft.change_environment(step.environment, reviews=(*state.reviews, owed))
    values = {"environment": step.environment, "due": due.isoformat()}
    draft.warn("review_owed", values, (lane.review.by,))


def owed_by(draft: Draft) -> ReviewOwed | None:
    """Return the review that a release owes; None if it owes none."""
    state = draft.environment_state(draft.step.environment)
    return next((each for each in state.reviews if each.release == draft.release.number), None)


def took_part(owed: ReviewOwed, user: str, directory: Directory) -> bool:
    """Return whether a person started, signed or wrote what is to be reviewed, or waived something of it."""
    person = directory.person_of(user)
    wrote = {directory.person_of_author(each) for each in owed.authors}
    return person in {directory.person_of(each) for each in owed.took_part} | wrote


def settle_review(draft: Draft, review: Review) -> None:
    """Strike out the review that a release owes: what waited because it was overdue is looked at again."""
    where, number = draft.step.environment, draft.release.number
    rest = tuple(each for each in draft.environment_state(where).reviews if each.release != number)
    draft.change_environment(where, reviews=rest)
    draft.release = replace(draft.release, review=review)
    draft.emit(NotifyOpen(draft.release.service, "reevaluate", where))
    draft.show()


def remind_of_review(draft: Draft, owed: ReviewOwed) -> None:
    """Call for a review that is overdue, and note that: once is enough."""
    where = draft.step.environment
    state = draft.environment_state(where)
    told = tuple(replace(each, told=True) if each == owed else each for each in state.reviews)
    draft.change_environment(where, reviews=told)
    draft.warn("review_overdue", {"environment": where, "due": owed.due.isoformat()}, (owed.by,))
    draft.emit(NotifyOpen(draft.release.service, "reevaluate", where))
    draft.show()
