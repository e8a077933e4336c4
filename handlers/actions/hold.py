"""`/release hold r42 [until thu 09:00] reason`: keep a release from starting anything, until it is let go on."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ReasonForm
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.facts import Facts
from handlers.hold import Hold
from handlers.holding import refuse_unless_holder
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.plan import Plan, unique
from handlers.preparation import courteous
from handlers.reason_times import TimeInReason, read_end_and_reason, with_end_first
from handlers.release import Kind, Release
from handlers.requests import UsageError
from handlers.rights import current_precondition, first_refusal, refuse_stale, refuse_unless
from handlers.step import StepState
from handlers.time_words import UnreadableTime, time_like
from handlers.transitions import call_back, concerned
from handlers.typed_words import bare

_TO_COME = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED})
"""States in which nothing of a step has been sent."""
_UNTIL = frozenset({"until", "till", "til", "bis"})
"""What begins an end, and joins releases elsewhere."""


@dataclass(frozen=True, slots=True)
class Held(ReleaseAction):
    """A person holds a release; `until` None means until somebody lets it go on."""

    event_name: ClassVar[str] = "held"

    reason: str
    until: datetime | None = None


def parse(words: tuple[str, ...], context: CommandContext) -> Held | UsageError:
    """Parse the release, the end if one is given, and the reason, as a lock does.

    Words that may be a time are never the reason without being asked about.
    """
    found = _parse_release(words)
    if isinstance(found, UsageError):
        return found
    number, rest = found[0], courteous(found[1], context)
    ending = read_end_and_reason(rest, context.now, context.zone)
    if isinstance(ending, TimeInReason):
        meant = tuple(" ".join(("hold", f"r{number}", *each)) for each in with_end_first(rest))
        return UsageError("hold_time_or_reason", ending.words, meant=meant)
    if isinstance(ending, UnreadableTime):
        return UsageError("hold_unreadable" if ending.moment is None else "hold_past", ending.words)
    return Held(number, context.actor, free_text(ending.rest), ending.until)


def _parse_release(words: tuple[str, ...]) -> tuple[int, tuple[str, ...]] | UsageError:
    """Parse the release; an end behind it is no second release, as in `hold r42 until 18:00`."""
    second = bare("".join(words[1:2]))
    if second not in _UNTIL and not time_like(second):
        return parse_release(words, "hold")
    found = parse_release(words[:1], "hold")
    return found if isinstance(found, UsageError) else (found[0], words[1:])


def record(draft: Draft, event: Held) -> Reply | Refusal:
    """Hold the release: its sign-offs stay, and a start that was not sent yet is called back."""
    release, step = draft.release, draft.step
    refusal = first_refusal(_refuse_person(draft, event), refuse_stale(draft, event.precondition))
    refusal = refusal or _refuse_kind_or_state(release)
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "hold"})
    if release.hold is not None:
        refusal = refuse_unless_holder(draft, release.hold, event.actor, "hold")
    if refusal is not None:
        return refusal
    called_back = step.state is StepState.GRANTED
    if called_back:
        call_back(draft, "held")
    replaced = release.hold is not None
    draft.release = replace(draft.release, hold=Hold(event.actor, draft.now, event.reason, event.until))
    until = event.until.isoformat() if event.until is not None else ""
    values = {"release": f"r{release.number}", "environment": step.environment, "until": until}
    back = {"called_back": "yes"} if called_back else {}
    told = concerned(draft, event.actor)
    draft.post("held", {"by": event.actor, "reason": event.reason, "until": until, **back}, told)
    draft.show()
    return Reply("hold_changed" if replaced else "held", {**values, **back})


def _refuse_person(draft: Draft, event: Held) -> Refusal | None:
    """Refuse who belongs to none of the release's teams, unless every full member may hold it."""
    plan = draft.release.plan
    if plan.may_hold:
        eligible = draft.facts.membership.account_status(event.actor, draft.now)
        return None if eligible is Eligibility.YES else Refusal(eligible.value, {"action": "hold"})
    signing = tuple(rule.team for step in draft.release.steps for rule in draft.release.rules(step))
    return refuse_unless(draft, event.actor, unique((*signing, *plan.starters, *plan.operators)), "hold")


def _refuse_kind_or_state(release: Release) -> Refusal | None:
    """Refuse to hold a rollback, and what is sent already or has failed."""
    step = release.step
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if release.kind is Kind.ROLLBACK:
        return Refusal("rollback_not_held", values)
    if step.in_flight:
        shown = current_precondition(release)
        bound = {"attempt": str(shown.attempt), "fingerprint": shown.fingerprint}
        return Refusal("too_late_to_hold", {**values, **bound})
    return None if step.state in _TO_COME else Refusal("nothing_to_hold", values)


def may_need_form(event: Held, _plan: Plan) -> bool:
    """Return whether the reason is missing; an end that was typed would not be kept by the form."""
    return not event.reason and event.until is None


def form(event: Held, release: Release, _facts: Facts, _now: datetime) -> ReasonForm:
    """Return the form that asks for the reason."""
    return ReasonForm(replace(event, reason="?"), f"hold r{release.number}")


ACTION = Action(
    "hold",
    ("hold r42 legal looks at it", "hold r42 until thu 09:00 legal looks at it"),
    "keep a release where it is until it is let go on; what is signed stays signed",
    parse,
    {Held: record},
    may_need_form=may_need_form,
    form=form,
)
