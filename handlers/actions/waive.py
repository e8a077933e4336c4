"""`/release waive r42 reason`: let the gates pass although something is not known of the build."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, free_text, parse_release
from handlers.doubt import doubt
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.gates import contains_live
from handlers.outcome import Refusal, Reply
from handlers.plan import unique
from handlers.requests import UsageError
from handlers.rights import refuse_unless
from handlers.sign_offs import Waiver
from handlers.slots import signed_by
from handlers.step import StepState


@dataclass(frozen=True, slots=True)
class AuthorsWaived(ReleaseAction):
    """An operator let the gates pass although it is not known who wrote the changes, or what is in the build."""

    event_name: ClassVar[str] = "authors_waived"

    reason: str


def parse(words: tuple[str, ...], context: CommandContext) -> AuthorsWaived | UsageError:
    """Parse the release and the reason."""
    found = parse_release(words, "waive")
    if isinstance(found, UsageError):
        return found
    return AuthorsWaived(found[0], context.actor, free_text(found[1]))


def record(draft: Draft, event: AuthorsWaived) -> Reply | Refusal:
    """Let the gates pass although something is not known; whoever signs this step does not waive it."""
    release, step = draft.release, draft.step
    refusal = refuse_unless(draft, event.actor, release.plan.waiving_teams, "waive")
    if refusal is not None:
        return refusal
    if not event.reason:
        return Refusal("reason_needed", {"action": "waive"})
    named = f"r{release.number}"
    waiver = _waiver(draft, event)
    if step.state is not StepState.WAITING or waiver is None:
        return Refusal("nothing_to_waive", {"release": named})
    person_of = draft.facts.membership.directory.person_of
    own = [each for each in step.waivers if person_of(each.by) == person_of(event.actor)]
    if any(_covers_all(each, waiver) for each in own):
        return Refusal("waived_already", {"release": named}, release.plan.waiving_teams)
    if signed_by(draft, event.actor):
        return Refusal("signer_may_not_waive", {"release": named}, release.plan.waiving_teams)
    draft.change(waivers=(*step.waivers, waiver), window_key="")
    what = ", ".join((*(name or "somebody" for name in waiver.authors), *waiver.versions))
    live = draft.facts.environment_state(step.environment).live
    lacks = {"lacks": live.build.version} if waiver.lacks and live is not None else {}
    more = _missing(draft, waiver)
    draft.post("waived", {"by": event.actor, "reason": event.reason, "what": what, **lacks, **more})
    draft.show()
    return Reply("waived", {"release": named, **more})


def _covers_all(given: Waiver, wanted: Waiver) -> bool:
    """Return whether a waiver covers everything of another one."""
    return (
        set(wanted.authors) <= set(given.authors)
        and set(wanted.versions) <= set(given.versions)
        and wanted.lacks in {"", given.lacks}
    )


def _missing(draft: Draft, waiver: Waiver) -> dict[str, str]:
    """Return how many people have waived all of it and how many have to, as long as more have to."""
    person_of, needs = draft.facts.membership.directory.person_of, draft.release.plan.waiving.needs
    persons = {person_of(each.by) for each in draft.step.waivers if _covers_all(each, waiver)}
    return {"waived": str(len(persons)), "needs": str(needs)} if len(persons) < needs else {}


def _waiver(draft: Draft, event: AuthorsWaived) -> Waiver | None:
    """Return a waiver of everything that is in doubt now; None if nothing is."""
    context = draft.gate_context()
    doubts = [doubt(rule, context) for rule in draft.release.rules(draft.step)]
    authors = unique(tuple(name for each in doubts for name in each.authors))
    versions = unique(tuple(version for each in doubts for version in each.versions))
    lacks = "" if context.rollback else contains_live.doubt(context)
    if not (authors or versions or lacks):
        return None
    return Waiver(event.actor, draft.now, event.reason, authors, versions, lacks)


ACTION = Action(
    "waive",
    ("waive r42 Bob left, Mara checked the change",),
    "let the gate pass although an author or the changes are unknown (operators)",
    parse,
    {AuthorsWaived: record},
)
