"""`/release review r42 what we found`: look at an emergency afterwards, for those who had no part in it."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ReasonForm
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.environments import ReviewOwed
from handlers.events import ReleaseAction
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import UsageError
from handlers.reviews import owed_by, settle_review, took_part
from handlers.rights import refuse_unless
from handlers.sign_offs import Review
from handlers.typed_words import bare

WAIVE = "waive"


@dataclass(frozen=True, slots=True)
class Reviewed(ReleaseAction):
    """Somebody reviewed an emergency; `reason` is what they found."""

    event_name: ClassVar[str] = "reviewed"
    after_the_end: ClassVar[bool] = True
    when_absent: ClassVar[bool] = True

    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReviewWaived(ReleaseAction):
    """An operator who had no part in an emergency says that nobody has to review it."""

    event_name: ClassVar[str] = "review_waived"
    after_the_end: ClassVar[bool] = True
    when_absent: ClassVar[bool] = True

    reason: str = ""


def parse(words: tuple[str, ...], context: CommandContext) -> Reviewed | ReviewWaived | UsageError:
    """Parse the release and what was found; behind `waive` stands why nobody has to."""
    found = parse_release(words, "review")
    if isinstance(found, UsageError):
        return found
    number, rest = found
    if rest and bare(rest[0]) == WAIVE:
        return ReviewWaived(number, context.actor, free_text(rest[1:]))
    return Reviewed(number, context.actor, free_text(rest))


def record(draft: Draft, event: Reviewed) -> Reply | Refusal:
    """Note what the review found: the environment is open again, as far as it was closed for that."""
    owed = _owed(draft)
    if isinstance(owed, Refusal):
        return owed
    refusal = refuse_unless(draft, event.actor, (owed.by,), "review") or _refuse_part(draft, event, owed)
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "review"})
    settle_review(draft, Review(event.actor, draft.now, event.reason))
    draft.post("reviewed", {"by": event.actor, "reason": event.reason})
    return Reply("reviewed", {"release": f"r{draft.release.number}"})


def record_waiver(draft: Draft, event: ReviewWaived) -> Reply | Refusal:
    """Note why nobody has to review it."""
    owed = _owed(draft)
    if isinstance(owed, Refusal):
        return owed
    operators = draft.release.plan.operators
    refusal = refuse_unless(draft, event.actor, operators, "waive_review") or _refuse_part(draft, event, owed)
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "waive_review"})
    settle_review(draft, Review(event.actor, draft.now, event.reason, waived=True))
    draft.post("review_waived", {"by": event.actor, "reason": event.reason})
    return Reply("review_waived", {"release": f"r{draft.release.number}"})


def _owed(draft: Draft) -> ReviewOwed | Refusal:
    """Return the review that a release owes, or why there is nothing to review."""
    owed, release = owed_by(draft), draft.release
    if owed is not None:
        return owed
    lane, done = release.lane(release.step), release.review
    by = done.by if done is not None else ""
    early = "yes" if lane is not None and not release.ended else ""
    return Refusal("no_review_owed", {"release": f"r{release.number}", "by": by, "early": early})


def _refuse_part(draft: Draft, event: ReleaseAction, owed: ReviewOwed) -> Refusal | None:
    if not took_part(owed, event.actor, draft.facts.membership.directory):
        return None
    return Refusal("took_part", {"release": f"r{draft.release.number}"}, (owed.by,))


def may_need_form(event: Reviewed | ReviewWaived, plan: Plan) -> bool:
    """Return whether what was found has to be asked for."""
    del plan
    return isinstance(event, Reviewed) and not event.reason


def form(event: Reviewed, release: Release, facts: Facts, now: datetime) -> ReasonForm:
    """Return the modal that asks what was found."""
    del facts, now
    return ReasonForm(Reviewed(release.number, event.actor, "seen"), f"review r{release.number}")


ACTION = Action(
    "review",
    ("review r42 the fix holds, a test is added", "review r42 waive nobody of testers is left"),
    "say what you found in an emergency, afterwards; operators waive that",
    parse,
    {Reviewed: record, ReviewWaived: record_waiver},
    may_need_form=may_need_form,
    form=form,
)
