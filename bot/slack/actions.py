"""Carries out requests: resolves them to events, or opens a modal first."""

from dataclasses import dataclass, replace
from functools import partial

from bot.blocks import everything, forms, replies
from bot.blocks.block_kit import View, notice
from bot.blocks.card import card_links
from bot.blocks.card_changes import what_changes
from bot.blocks.marks import mark_lines
from bot.blocks.presence import knowing_who_is_away, told_of_release
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.confirming import Confirmations, reason_form
from bot.slack.going_on import with_what_goes_on
from bot.slack.payloads import Sender
from bot.slack.reply import NOTHING_TO_SAY, SlackReply, failure_reply
from bot.slack_client.results import CallSucceeded
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from handlers.absentees import person_named, services_of
from handlers.actions import action_of
from handlers.actions.action import ReasonForm
from handlers.decide import decide
from handlers.events import AnyPrecondition, Everywhere, Precondition, ReleaseAction, StartsRelease
from handlers.facts import Facts
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.requests import (
    EVERYTHING,
    AbsenceRequest,
    BuildRequest,
    EnvironmentRequest,
    ResolutionContext,
    bound,
)
from handlers.rights import current_precondition
from storage import reading
from storage.incoming import Outcome
from storage.reading import ReleaseSnapshot


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from.

    `precondition` is of the clicked button, `filled` requests come from a submitted modal. The reply to a `quiet` request
    leaves out what the card shows. `menu` is the value of the clicked entry of a menu, which Slack does not confirm. `line` is
    what was typed in a message, which can open no modal.
    """

    sender: Sender
    precondition: AnyPrecondition | None = None
    filled: bool = False
    quiet: bool = False
    menu: str = ""
    line: str = ""


class Actions:
    """Turns requests into events for the engine, and outcomes into replies."""

    def __init__(self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots) -> None:
        self._engine = engine
        self._freshness = freshness
        self._slack = slack
        self._snapshots = snapshots
        self._confirmations = Confirmations(engine, freshness, snapshots)

    async def on_release(self, event: ReleaseAction, origin: Origin) -> SlackReply:
        """Apply an action to a release.

        Opens a modal first for a checklist or a missing reason.
        """
        if isinstance(origin.precondition, Precondition):
            event = replace(event, precondition=origin.precondition)
        if not origin.filled:
            form = await self.form(event) or await self._question(event, origin)
            if isinstance(form, Refusal):
                return self.refused(form, actor=event.actor)
            if form is not None:
                return await self.open_form(form, origin)
        outcome = await self._engine.handle(event, origin.sender.delivery)
        return await self._reply(outcome, event.actor, quiet=origin.quiet)

    async def _question(self, event: StartsRelease | ReleaseAction, origin: Origin) -> View | Refusal | None:
        return await self._confirmations.before_menu(event, origin.menu) if origin.menu else None

    async def form(self, event: ReleaseAction) -> View | None:
        """Return the modal that an event needs.

        None if it needs none or would be refused; the engine then records the refusal.
        """
        action = action_of(event)
        if action.may_need_form is None or action.form is None:
            return None
        plan = await self._engine.plan_of_release(event.release)
        if plan is None or not action.may_need_form(event, plan):
            return None
        await self._freshness.refresh_person(event.actor)
        snapshot = await self._snapshots.snapshot(event.release)
        if snapshot is None or (snapshot.release.ended and not event.after_the_end):
            return None
        form = action.form(event, snapshot.release, snapshot.facts, self._engine.clock.now())
        if form is None or self._would_refuse(snapshot, form.rehearsal):
            return None
        if isinstance(form, ReasonForm):
            return reason_form(action, form, snapshot)
        release = snapshot.release
        card = self._snapshots.card_of(snapshot)
        marks = tuple(mark_lines(card.marks, card.names, card.release.build))
        signing = forms.Signing(
            form.note,
            card.starts_after_sign_offs,
            card.changes,
            "" if card.rolls_back else what_changes(card),
            marks,
            card.references,
            card_links(card),
        )
        return forms.sign_off_form(release, form.rule, current_precondition(release), signing)

    def _would_refuse(self, snapshot: ReleaseSnapshot, event: ReleaseAction) -> bool:
        outcome = decide(snapshot.release, event, snapshot.facts, self._engine.clock.now(), seed="")
        return isinstance(outcome, Refusal)

    async def on_build(self, request: BuildRequest, origin: Origin) -> SlackReply:
        """Resolve the build or release that a request means, and apply it.

        Opens a modal first to confirm a rollback.
        """
        plan = self._engine.policy.plans.get(request.service)
        if plan is None:
            return self.refused(Refusal("unknown_service", {"service": request.service}))
        context = await self._engine.database.read(
            partial(
                reading.resolution_context,
                plan=plan,
                environment=request.environment,
                token=request.named_build,
            )
        )
        resolved = request.resolve(context)
        event = resolved if isinstance(resolved, Refusal) else bound(resolved, origin.precondition)
        if isinstance(event, Refusal):
            return self.refused(event, plan, request.actor)
        if not origin.filled:
            form = await self._asked_first(request, event, context, origin)
            if isinstance(form, Refusal):
                return self.refused(form, plan, request.actor)
            if form is not None:
                return await self.open_form(form, origin)
        outcome = await self._engine.handle(event, origin.sender.delivery)
        return await self._reply(outcome, request.actor, plan)

    async def _asked_first(
        self,
        request: BuildRequest,
        event: StartsRelease | ReleaseAction,
        context: ResolutionContext,
        origin: Origin,
    ) -> View | Refusal | None:
        form = None
        if isinstance(event, StartsRelease):
            form = await self._confirmations.before_build(request, event, context)
        return form or await self._question(event, origin)

    async def on_environments(self, request: EnvironmentRequest, origin: Origin) -> SlackReply:
        """Apply a request to one environment, or to all that the person operates; there the reply names what is left out."""
        await self._freshness.refresh_person(request.actor)
        plans = self._engine.policy.plans
        if request.environment != EVERYTHING:
            plan = plans[request.service]
            event = request.event(plan.service, request.environments)
            outcome = await self._engine.handle(event, origin.sender.delivery)
            outcome = await with_what_goes_on(outcome, self._engine, self._snapshots)
            return await self._reply(outcome, request.actor, plan)
        membership, now = self._freshness.membership(), self._engine.clock.now()
        rights = {
            plan.service: membership.eligible_in_any(request.actor, plan.operators, now)
            for plan in plans.values()
        }
        operated = [plan for plan in plans.values() if rights[plan.service] is Eligibility.YES]
        chosen = operated or list(plans.values())[:1]
        events = tuple(
            request.event(plan.service, tuple(each.name for each in plan.environments)) for plan in chosen
        )
        outcome = await self._engine.handle(Everywhere(events, request.actor), origin.sender.delivery)
        outcome = await with_what_goes_on(outcome, self._engine, self._snapshots)
        reply = await self._reply(outcome, request.actor, chosen[0])
        left = [plan for plan in plans.values() if plan not in chosen]
        names, directory = self._snapshots.names(), self._engine.policy.directory
        return reply.with_lines(everything.left_out(left, names, directory) if operated else [])

    async def on_absence(self, request: AbsenceRequest, origin: Origin) -> SlackReply:
        """Apply that a person is away or back, in every service in which they count for a team."""
        await self._freshness.refresh_person(request.actor)
        plans, membership = self._engine.policy.plans, self._freshness.membership()
        names = self._freshness.names()
        named = person_named(request.whom, names, membership.directory) if request.whom else request.actor
        if isinstance(named, Refusal):
            return self.refused(named, actor=request.actor)
        services = services_of(plans, membership, named)
        if not services:
            return self.refused(Refusal("in_no_team", {"user": named}), actor=request.actor)
        events = tuple(request.event(service, named) for service in services)
        outcome = await self._engine.handle(Everywhere(events, request.actor), origin.sender.delivery)
        return await self._reply(outcome, request.actor, plans[services[0]])

    async def open_form(self, view: View, origin: Origin) -> SlackReply:
        """Open a modal; the reply says why it cannot be opened, or has a button that opens it."""
        if origin.line and not origin.sender.trigger:
            return SlackReply(replies.form_behind(origin.line))
        called = await self._slack.call("views.open", {"trigger_id": origin.sender.trigger, "view": view})
        if isinstance(called, CallSucceeded):
            return NOTHING_TO_SAY
        return failure_reply(replies.form_not_opened(self._slack.refusals.words("views.open")))

    async def _reply(
        self, outcome: Outcome, actor: str, plan: Plan | None = None, *, quiet: bool = False
    ) -> SlackReply:
        """Return the reply to an outcome; `quiet` leaves it out if the card will show it."""
        result, release = outcome.result, outcome.release
        if quiet and (outcome.repeated or (outcome.effects and not isinstance(result, Refusal))):
            return NOTHING_TO_SAY
        if isinstance(result, Refusal):
            told = told_of_release(result, release, outcome.facts, self._engine.clock.now())
            return self.refused(told, release.plan if release is not None else plan, actor, outcome.facts)
        waiting = await self._snapshots.waiting(outcome)
        words = replies.replied(result, waiting, self._snapshots.names(), self._engine.policy.directory)
        if result.values.get("short_of"):
            # It has a button of its own, so that a click and a form are answered with it too.
            return SlackReply(words, view=notice("It is started", words.blocks))
        return SlackReply(words, done=bool(outcome.effects))

    def refused(
        self, refusal: Refusal, plan: Plan | None = None, actor: str = "", facts: Facts | None = None
    ) -> SlackReply:
        """Return the reply to a refusal; by the facts that it was decided by, nobody is named who is away."""
        told, owners = self._freshness.explained(refusal), () if plan is None else plan.operators
        names, directory = self._snapshots.names(), self._engine.policy.directory
        names = knowing_who_is_away(names, facts, (*told.who, *owners))
        return failure_reply(replies.refused(told, names, directory, owners, actor), told.code)
