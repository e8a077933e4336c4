"""`/release take r5`: stand for a release in place of whoever started it, so that they may sign it."""

from dataclasses import dataclass, replace
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.plan import unique
from handlers.preparation import parse_only_release
from handlers.release import Kind, Release
from handlers.requests import UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless
from handlers.sign_offs import SignOff
from handlers.step import Step, StepState

_GOES = frozenset(
    {StepState.GRANTED, StepState.SENT, StepState.RUNNING, StepState.CANCELLING, StepState.UNKNOWN}
)
"""States in which the sign-offs of a step are being used."""


@dataclass(frozen=True, slots=True)
class Taken(ReleaseAction):
    """A starter stands for a release from now on."""

    event_name: ClassVar[str] = "taken"


def parse(words: tuple[str, ...], context: CommandContext) -> Taken | UsageError:
    """Parse the release."""
    found = parse_only_release(words, "take", context)
    return found if isinstance(found, UsageError) else Taken(found, context.actor)


def record(draft: Draft, event: Taken) -> Reply | Refusal:
    """Stand for the release: whoever stood for it may sign it, and the new one's own sign-offs of it are void.

    The authors of one that started by itself stay barred from it.
    """
    release = draft.release
    refusal = first_refusal(
        refuse_unless(draft, event.actor, release.plan.starters, "take"),
        refuse_stale(draft, event.precondition),
    )
    refusal = refusal or _refuse_now(draft, event.actor)
    if refusal is not None:
        return refusal
    before = release.requesters
    draft.release = replace(
        release,
        requesters=(event.actor,),
        takes=(*release.takes, event.actor),
        bars=unique((*release.bars, *before)) if release.automatic and not release.takes else release.bars,
        steps=tuple(_without_own(draft, step, event.actor) for step in release.steps),
    )
    _call_again(draft, release, before)
    told = tuple(user for user in before if not release.automatic)
    draft.post("taken", {"by": event.actor}, told)
    draft.show()
    values = {"release": f"r{release.number}", "void": "yes" if _own(draft, release, event.actor) else ""}
    twice = {"twice": "yes"} if _is_second(draft, release, event.actor) else {}
    return Reply("taken", {**values, **twice})


def _refuse_now(draft: Draft, actor: str) -> Refusal | None:
    release, step, person_of = draft.release, draft.step, draft.facts.membership.directory.person_of
    values = {"release": f"r{release.number}", "environment": step.environment, "state": step.state.value}
    if release.kind is Kind.ROLLBACK:
        return Refusal("rollback_not_taken", values)
    if step.state in _GOES:
        return Refusal("too_late_to_take", values)
    stands = {person_of(each) for each in release.requesters} == {person_of(actor)}
    if stands and (release.takes or not release.automatic):
        return Refusal("stands_already", values)
    return None


def _is_own(draft: Draft, signed: SignOff, actor: str) -> bool:
    person_of = draft.facts.membership.directory.person_of
    return person_of(signed.user) == person_of(actor) and signed.verdict == "yes" and not signed.void


def _own(draft: Draft, release: Release, actor: str) -> list[SignOff]:
    """Return the sign-offs of a person for any step, spent ones too."""
    return [each for step in release.steps for each in step.sign_offs if _is_own(draft, each, actor)]


def _without_own(draft: Draft, step: Step, actor: str) -> Step:
    given = tuple(
        replace(each, void=True) if _is_own(draft, each, actor) else each for each in step.sign_offs
    )
    return replace(step, sign_offs=given, offered=0)


def _is_second(draft: Draft, release: Release, actor: str) -> bool:
    person_of = draft.facts.membership.directory.person_of
    return person_of(actor) in {person_of(each) for each in release.takes}


def _call_again(draft: Draft, before: Release, former: tuple[str, ...]) -> None:
    """Have those teams called once more of which a sign-off is void now, or whose member stood for the release."""
    membership, taker = draft.facts.membership, draft.release.requesters[0]
    teams = {each.team for each in before.step.unspent if _is_own(draft, each, taker)}
    for team in draft.step.called:
        if any(membership.eligible(user, team, draft.now) is Eligibility.YES for user in former):
            teams.add(team)
    draft.change(called=tuple(team for team in draft.step.called if team not in teams))


ACTION = Action(
    "take",
    ("take r42",),
    "stand for a release, so that whoever started it may sign it; your own sign-offs of it are void",
    parse,
    {Taken: record},
)
