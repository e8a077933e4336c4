"""From a wish to an event through the door, and from what came of it to words; forms are opened where one is needed."""

from dataclasses import dataclass, replace
from functools import partial

from bot.blocks import forms, replies
from bot.blocks.forms import RollbackChoice, StartChoices
from bot.blocks.parts import View, message, section
from bot.engine import Engine
from bot.slack.incoming import Sender
from bot.slack.shown import OPENED, Shown, joined
from bot.slack.views import Views
from bot.slack_api.web import Said, SlackWeb
from handlers.decide import decide
from handlers.events import (
    Bound,
    CancelAsked,
    LockAsked,
    Rejected,
    RetryAsked,
    Settled,
    SignedOff,
    StepAsked,
    TestingStarted,
    UnlockAsked,
)
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan, SignOffRule
from handlers.record.rights import bound_to
from handlers.resolve import Ledger, resolve_journey, resolve_rollback
from handlers.wishes import EVERYTHING, Deed, Journey, LockWanted, RollbackWanted, StartForm, UnlockWanted
from storage import reading, releases
from storage.arrival import Outcome
from storage.reading import Picture

LATE_RUN = (
    "The environment is free for others then. If a run of this start shows up all the same, it is cancelled and you are "
    "told, but it is not prevented."
)
_BOUND = (StepAsked, TestingStarted, SignedOff, Rejected, CancelAsked, RetryAsked, Settled)


@dataclass(frozen=True, slots=True)
class Context:
    """What comes with a wish: who sent it, what its button was drawn for, whether a form was filled in, or it was a click."""

    sender: Sender
    bound: Bound | None = None
    filled: bool = False
    quiet: bool = False
    cancel_holder: bool = False


class Deeds:
    """What people do."""

    def __init__(self, engine: Engine, slack: SlackWeb, views: Views) -> None:
        self._engine = engine
        self._slack = slack
        self._views = views

    async def deed(self, event: Deed, context: Context) -> Shown:
        """Do something to a release; a checklist or a missing reason opens a form first."""
        if context.bound is not None and isinstance(event, _BOUND):
            event = replace(event, bound=context.bound)
        if not context.filled:
            form = await self._form(event)
            if form is not None:
                return await self._open(form, context)
        outcome = await self._engine.handle(event, context.sender.delivery)
        return await self._told(outcome, event.actor, quiet=context.quiet)

    async def _form(self, event: Deed) -> View | None:
        """Give the form that a deed needs; none where the deed would be refused anyhow, which then is said and written down."""
        if not _wants_form(event) or (isinstance(event, SignedOff) and not await self._has_checklist(event)):
            return None
        await self._engine.roster.fresh([event.actor], self._groups())
        picture = await self._views.picture(event.release)
        if picture is None or picture.release.ended:
            return None
        if isinstance(event, SignedOff):
            return self._checklist(event, picture)
        tried = replace(event, reason="?")
        if self._would_refuse(picture, tried):
            return None
        number = picture.release.number
        if isinstance(event, Rejected):
            return forms.reason_form(
                f"Reject r{number}", f"reject r{number}", bound_to(picture.release), "Why not?"
            )
        line = f"settle r{number} not-deployed"
        label = "How do you know that it was not deployed?"
        bound = bound_to(picture.release)
        return forms.reason_form(f"r{number} was not deployed", line, bound, label, know=LATE_RUN)

    async def _has_checklist(self, event: SignedOff) -> bool:
        plan = await self._engine.plan_of_release(event.release)
        rules = (
            [rule for each in plan.environments for rule in each.gates + each.rollback_gates] if plan else []
        )
        return any(rule.checklist for rule in rules if not event.team or rule.team == event.team)

    def _checklist(self, event: SignedOff, picture: Picture) -> View | None:
        release = picture.release
        rule = self._rule(event, picture)
        if rule is None or not rule.checklist:
            return None
        if self._would_refuse(picture, replace(event, team=rule.team, ticks=rule.checklist)):
            return None
        card = self._views.card_of(picture)
        signing = forms.Signing(event.note, card.starts_after_sign_offs, card.changes, card.since)
        return forms.sign_off_form(release, rule, bound_to(release), signing)

    def _rule(self, event: SignedOff, picture: Picture) -> SignOffRule | None:
        release, facts, now = picture.release, picture.facts, self._engine.clock.now()
        rules = release.rules(release.step)
        if event.team:
            return next((rule for rule in rules if rule.team == event.team), None)
        own = [rule for rule in rules if facts.roll.eligible(event.actor, rule.team, now) is Eligibility.YES]
        return own[0] if len(own) == 1 else None

    def _would_refuse(self, picture: Picture, event: Deed) -> bool:
        outcome = decide(picture.release, event, picture.facts, self._engine.clock.now(), seed="")
        return isinstance(outcome, Refusal)

    def _groups(self) -> list[str]:
        return [team.usergroup for team in self._engine.policy.directory.teams.values()]

    async def journey(self, wish: Journey, context: Context) -> Shown:
        """Start a build's journey or ask for a step."""
        plan = self._engine.policy.plans.get(wish.service)
        if plan is None:
            return self._refused(Refusal("unknown_service", {"service": wish.service}))
        event = resolve_journey(wish, await self._ledger(plan, wish.environment, wish.token))
        if isinstance(event, Refusal):
            return self._refused(event, plan, wish.actor)
        if isinstance(event, StepAsked) and context.bound is not None:
            event = replace(event, bound=context.bound)
        outcome = await self._engine.handle(event, context.sender.delivery)
        return await self._told(outcome, wish.actor, plan)

    async def _ledger(self, plan: Plan, environment: str, token: str = "") -> Ledger:
        return await self._engine.database.read(
            partial(reading.ledger, plan=plan, environment=environment, token=token)
        )

    async def rollback(self, wish: RollbackWanted, context: Context) -> Shown:
        """Roll back; a form names the version first, and what is in the way."""
        plan = self._engine.policy.plans.get(wish.service)
        if plan is None:
            return self._refused(Refusal("unknown_service", {"service": wish.service}))
        ledger = await self._ledger(plan, wish.environment)
        event = resolve_rollback(wish, ledger, cancel_holder=context.cancel_holder)
        if isinstance(event, Refusal):
            return self._refused(event, plan, wish.actor)
        await self._engine.roster.fresh([wish.actor], self._groups())
        roll = self._engine.roster.roll(self._engine.policy.directory)
        operator = roll.eligible_in_any(wish.actor, plan.operators, self._engine.clock.now())
        live = ledger.ground.live
        is_live = live is not None and live.build.version == event.build.version and not ledger.ground.failed
        if context.filled or is_live or operator is not Eligibility.YES:
            outcome = await self._engine.handle(event, context.sender.delivery)
            return await self._told(outcome, wish.actor, plan)
        number = ledger.ground.holder
        holder = await self._engine.database.read(partial(releases.get, number=number)) if number else None
        choice = RollbackChoice(
            service=wish.service,
            environment=wish.environment,
            target=event.build,
            live=live.build if live is not None else None,
            holder=number,
            holder_in_flight=holder is not None and holder.in_flight,
            reason=wish.reason,
        )
        return await self._open(forms.rollback_form(choice), context)

    async def lock(self, wish: LockWanted | UnlockWanted, context: Context) -> Shown:
        """Lock or unlock one environment, or every environment of the services that the person operates."""
        await self._engine.roster.fresh([wish.actor], self._groups())
        plans = self._engine.policy.plans
        chosen = list(plans.values()) if wish.environment == EVERYTHING else [plans[wish.service]]
        roll, now = self._engine.roster.roll(self._engine.policy.directory), self._engine.clock.now()
        operated = [
            p for p in chosen if roll.eligible_in_any(wish.actor, p.operators, now) is Eligibility.YES
        ]
        answers: list[Shown] = []
        for plan in operated or chosen[:1]:
            names = tuple(each.name for each in plan.environments)
            where = names if wish.environment == EVERYTHING else (wish.environment,)
            delivery = f"{context.sender.delivery}:{plan.service}" if context.sender.delivery else ""
            if isinstance(wish, LockWanted):
                until = now + wish.lasts if wish.lasts is not None else None
                event = LockAsked(plan.service, where, wish.actor, wish.reason, until)
            else:
                event = UnlockAsked(plan.service, where, wish.actor)
            answers.append(await self._told(await self._engine.handle(event, delivery), wish.actor, plan))
        return joined(answers)

    async def start_form(self, wish: StartForm, context: Context) -> Shown:
        """Open the form to start a release with."""
        return await self._open(await self.choices(wish.service), context)

    async def choices(self, service: str) -> View:
        """Draw the form to start a release with, for a service."""
        plans = self._engine.policy.plans
        plan = plans.get(service)
        if plan is None:
            return forms.start_form(StartChoices(tuple(plans), ""))
        picture = await self._engine.database.read(partial(reading.service, plan=plan, newest=25))
        environments = tuple(each.name for each in plan.environments)
        return forms.start_form(StartChoices(tuple(plans), service, picture.builds, environments))

    async def _open(self, view: View, context: Context) -> Shown:
        called = await self._slack.call("views.open", {"trigger_id": context.sender.trigger, "view": view})
        if isinstance(called, Said):
            return OPENED
        line = "Slack did not open the form in time. Try again, or type the whole command; `/release help` shows how."
        return Shown(message(line, section(line)), error=line)

    async def _told(
        self, outcome: Outcome, actor: str, plan: Plan | None = None, *, quiet: bool = False
    ) -> Shown:
        """Say what came of it; `quiet` says nothing where the card will show it."""
        result, release = outcome.result, outcome.release
        if quiet and (outcome.repeated or (outcome.effects and not isinstance(result, Refusal))):
            return OPENED
        if isinstance(result, Refusal):
            if release is None:
                return self._refused(result, plan, actor)
            named = replace(result, values={"release": f"r{release.number}", **result.values})
            return self._refused(named, release.plan, actor)
        waiting = await self._views.waiting(outcome)
        said = replies.replied(result, waiting, self._views.names(), self._engine.policy.directory)
        return Shown(said, done=bool(outcome.effects))

    def _refused(self, refusal: Refusal, plan: Plan | None = None, actor: str = "") -> Shown:
        names, directory = self._views.names(), self._engine.policy.directory
        keepers = plan.operators if plan is not None else ()
        line = replies.refusal_line(refusal, names, directory, keepers, actor)
        return Shown(replies.refused(refusal, names, directory, keepers, actor), error=line)


def _wants_form(event: Deed) -> bool:
    if isinstance(event, SignedOff):
        return not event.ticks
    if isinstance(event, Settled):
        return not event.deployed and not event.reason
    return isinstance(event, Rejected) and not event.reason
