"""`/release settle r42 deployed|not-deployed [reason]`: record how a step ended.

An operator states it for a deployment that is unknown or failed; `settle website lost REASON` for a service of which the
database has lost what was confirmed.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ReasonForm
from handlers.command_parsing import AND, JOINING, CommandContext, free_text, parse_release, second_release
from handlers.confirming import confirmed, is_doubtful, likely_line, places_of
from handlers.draft import Draft
from handlers.effects import NotifyOpen, PostToChannel
from handlers.events import LossSettled, ReleaseAction
from handlers.facts import Facts
from handlers.live_words import Named, live_named
from handlers.outcome import Decision, Refusal, Reply
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import EnvironmentRequest, UsageError
from handlers.rights import first_refusal, refuse_stale, refuse_unless, refuse_unless_operator
from handlers.scopes import OF
from handlers.step import StepState
from handlers.success import succeed
from handlers.transitions import fail, mark_unsent, stopped, void_intent
from handlers.typed_words import OPENING, bare, nearest
from handlers.vocabulary import BROKEN

ENDINGS = {"deployed": True, "not-deployed": False}
LOST = "lost"
_UNCLEAR = frozenset(
    {
        *(("deployed", word) for word in ("not", "nicht")),
        *((ending, word) for ending in ENDINGS for word in ("or", "oder")),
    }
)
"""Endings with what makes them unclear behind them."""


@dataclass(frozen=True, slots=True)
class Settled(ReleaseAction):
    """An operator stated how an unknown or failed deployment ended."""

    event_name: ClassVar[str] = "settled"
    when_absent: ClassVar[bool] = True

    deployed: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LossRequest(EnvironmentRequest):
    """Asks to go on with a service of which the database has lost what was confirmed; `live` is what is live where."""

    reason: str
    live: Named = ()

    def event(self, service: str, environments: tuple[str, ...]) -> LossSettled:
        """Return the event; it concerns the service as a whole."""
        del environments
        return LossSettled(service, (), self.actor, self.reason, self.live)


def parse(words: tuple[str, ...], context: CommandContext) -> Settled | LossRequest | UsageError:
    """Parse the release, how its deployment ended, and how that is known; or the service that lost records."""
    lost = _parse_loss(words, context)
    if lost is not None:
        return lost
    found = parse_release(words, "settle")
    if isinstance(found, UsageError):
        return found
    number, rest = found
    ending = bare(rest[0]) if rest else ""
    if ending == "not" and bare("".join(rest[1:2])) == "deployed":
        ending, rest = "not-deployed", rest[1:]
    if ending not in ENDINGS:
        word = rest[0] if rest else ""
        return UsageError("ending_needed", word, tuple(ENDINGS), _likely(number, word))
    if (ending, bare("".join(rest[1:2]))) in _UNCLEAR:
        return UsageError("ending_needed", " ".join(rest[:2]), tuple(ENDINGS))
    second = second_release(rest[1:])
    if second:
        return UsageError("one_release", second, ("settle",))
    return Settled(number, context.actor, ENDINGS[ending], free_text(rest[1:]))


def _likely(number: int, word: str) -> tuple[str, ...]:
    """Return the lines that say how it ended, first the one that a word is near to; a failure is nearer to no deployment."""
    near = ("not-deployed",) if bare(word) in BROKEN else nearest(word, ENDINGS)
    return tuple(f"settle r{number} {each}" for each in sorted(ENDINGS, key=lambda each: each not in near))


def _parse_loss(words: tuple[str, ...], context: CommandContext) -> LossRequest | UsageError | None:
    """Parse `[service] lost [production=2.4.1 ...] [reason]` and `lost of service`; None if it is something else."""
    before = next((at for at, word in enumerate(words) if bare(word) == LOST), len(words))
    services = [context.service_named(word) for word in words[:before] if bare(word) not in AND]
    if before == len(words) or not all(services):
        return None
    rest = words[before + 1 :]
    joined, after = "".join(rest[:1]), "".join(rest[1:2])
    if bare(joined) in OF | JOINING and context.service_named(after):
        services, rest = [*services, context.service_named(after)], rest[2:]
    elif not services and context.service_named(joined) not in {"", context.service}:
        return _service_or_reason(rest, context)
    service, *others = dict.fromkeys(services or [context.service])
    if others:
        return UsageError("one_service", others[0], ("settle",))
    if not service:
        return UsageError("which_service", "", tuple(context.services))
    live, rest = live_named(rest, context, service)
    elsewhere, sign, _ = "".join(rest[:1]).partition("=")
    if sign and elsewhere:
        return UsageError("unknown_environment", elsewhere, context.environments(service))
    return LossRequest(service, "", context.actor, free_text(rest), live)


def _service_or_reason(rest: tuple[str, ...], context: CommandContext) -> LossRequest | UsageError:
    """Return what a service behind `lost` means: it is asked about, unless it stands in quotation marks."""
    word, *after = rest
    if word[0] in OPENING and context.service:
        return LossRequest(context.service, "", context.actor, free_text(rest))
    name = context.service_named(word)
    return UsageError("service_or_reason", name, ("settle",), (" ".join(("settle", name, LOST, *after)),))


def record_loss(plan: Plan, event: LossSettled, facts: Facts, now: datetime) -> Decision | Refusal:
    """Go on with what the database has; what may be running is followed, everything else that is open ends.

    What else was attempted in an environment is not known any more. After a restore everything has ended, and what is live has
    to be named everywhere.
    """
    refusal = refuse_unless_operator(plan, event.actor, "settle", facts, now)
    if refusal is not None:
        return refusal
    loss, values = facts.loss, {"service": plan.service, "by": event.actor, "reason": event.reason}
    if loss is None:
        return Refusal("nothing_lost", {"service": plan.service})
    missing = any(each.name not in facts.named for each in plan.environments)
    if loss.backup_at is not None and (missing or (not event.reason and is_doubtful(facts))):
        places, line = places_of(plan, facts), likely_line(plan, facts)
        asked = {"service": plan.service, "backup": loss.backup, "places": places, "offered": line}
        return Refusal("live_needed", asked, incomplete=True)
    if loss.backup_at is None and not event.reason:
        return Refusal("reason_needed", {"action": "settle"})
    live = ", ".join(
        f"{name} has {build.version if build else 'nothing'}" for name, build in facts.named.items()
    )
    values |= {"lost": loss.lost, "found": str(loss.found), "backup": loss.backup, "live": live}
    told = PostToChannel(plan.service, "loss_settled", values)
    effects = (told, NotifyOpen(plan.service, "reevaluate"))
    names = dict.fromkeys((*facts.environments, *facts.named))
    return Decision(
        Reply("loss_settled", values), None, effects, {name: confirmed(name, facts, now) for name in names}
    )


def record(draft: Draft, event: Settled) -> Reply | Refusal:
    """Record an operator's statement of how an unknown or failed deployment ended."""
    release, step = draft.release, draft.step
    operators = release.plan.operators
    refusal = first_refusal(
        refuse_unless(draft, event.actor, operators, "settle"), refuse_stale(draft, event.precondition)
    )
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "environment": step.environment}
    if step.state not in {StepState.UNKNOWN, StepState.FAILED}:
        return Refusal("nothing_to_settle", {**values, "state": step.state.value})
    if not event.deployed and not event.reason:
        return Refusal("reason_needed", {"action": "settle"})
    if event.deployed and not step.holding:
        other = draft.environment_state(step.environment).went_on_since(step.ended_at)
        if other:
            return Refusal("went_on", {**values, "other": other})
        draft.hold()
    draft.post(
        "settled", {"by": event.actor, "deployed": "yes" if event.deployed else "no", "reason": event.reason}
    )
    if event.deployed:
        draft.change(settled_by=event.actor)
        succeed(draft)
        return Reply("settled_deployed", values)
    _not_deployed(draft, event)
    return Reply("settled_not_deployed", values)


def _not_deployed(draft: Draft, event: Settled) -> None:
    """Record that the attempt deployed nothing; then the environment is free, unless an earlier attempt changed it."""
    step = draft.step
    if step.intent is not None:
        mark_unsent(draft, step.intent)
    void_intent(draft)
    if step.cancel is not None and step.cancel.code == "asked":
        stopped(draft, step.cancel, event.reason)
        return
    fail(draft, "not_sent", event.reason, event.actor)
    if not draft.step.may_have_deployed:
        draft.leave(draft.release.position)


def may_need_form(event: Settled, _plan: Plan) -> bool:
    """Return whether the reason is missing, which `not-deployed` needs."""
    return not event.deployed and not event.reason


def form(event: Settled, release: Release, _facts: Facts, _now: datetime) -> ReasonForm:
    """Return the form that asks how it is known."""
    return ReasonForm(replace(event, reason="?"), f"settle r{release.number} not-deployed")


ACTION = Action(
    "settle",
    (
        "settle r42 deployed",
        "settle website lost 2.4.1 is live, nothing runs",
        "settle r42 not-deployed the server was down",
    ),
    "say how an unknown or failed deployment ended, or that the database lost rows and what is live (operators)",
    parse,
    {Settled: record},
    {LossSettled: record_loss},
    may_need_form=may_need_form,
    form=form,
)
