"""Finds the modal that asks before a build goes somewhere: for a rollback, an emergency, and an entry of a menu."""

from functools import partial

from bot.blocks import forms
from bot.blocks.announcement import announcement_offers
from bot.blocks.block_kit import View
from bot.blocks.card_buttons import card_offers
from bot.blocks.confirmations import RollbackChoice, confirmation_form, rollback_form
from bot.blocks.emergency_form import EmergencyChoice, emergency_form
from bot.blocks.message_actions import Offer
from bot.blocks.words import ACTION_WORDS
from bot.engine import Engine
from bot.freshness import Freshness
from bot.snapshots import Snapshots
from handlers.actions.action import Action, ReasonForm
from handlers.decide import decide
from handlers.events import ReleaseAction, StartsRelease
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import BuildRequest, Confirmation, ResolutionContext
from handlers.rights import current_precondition, refuse_changed
from storage import lineage, releases
from storage.reading import ReleaseSnapshot


class Confirmations:
    """Renders what a person has to confirm, or says why there is nothing to confirm for them now."""

    def __init__(self, engine: Engine, freshness: Freshness, snapshots: Snapshots) -> None:
        self._engine = engine
        self._freshness = freshness
        self._snapshots = snapshots

    async def before_build(
        self, request: BuildRequest, event: StartsRelease, context: ResolutionContext
    ) -> View | Refusal | None:
        """Return the modal to confirm a request, or why there is none for this person now.

        None if no confirmation is needed, or the person may not do it; the engine then records the refusal. Nothing goes
        there without a form while it is unknown whether they may, or after a click on what is shown no more.
        """
        confirmation = request.confirm(event, context)
        if confirmation is None:
            return None
        await self._freshness.refresh_person(request.actor)
        now = self._engine.clock.now()
        eligible = self._freshness.membership().eligible_in_any(request.actor, confirmation.teams, now)
        if eligible is Eligibility.UNKNOWN:
            return Refusal(eligible.value, {"action": confirmation.action}, confirmation.teams)
        if eligible is not Eligibility.YES:
            return None
        changed = refuse_changed(event, context.environment_state)
        if changed is not None:
            return changed
        planned = context.plan.environment(request.environment)
        if confirmation.action == "emergency" and planned is not None and planned.emergency is not None:
            return emergency_form(await self._emergency(confirmation, context.plan), planned.emergency)
        return await self._rollback_form(request, confirmation)

    async def _rollback_form(self, request: BuildRequest, confirmation: Confirmation) -> View:
        holder = await self._holder(confirmation.state.holder)
        choice = RollbackChoice(
            service=request.service,
            target=confirmation.target,
            state=confirmation.state,
            names=self._snapshots.names(),
            holder=holder,
            reason=confirmation.reason,
        )
        return rollback_form(choice)

    async def _emergency(self, confirmation: Confirmation, plan: Plan) -> EmergencyChoice:
        state, target = confirmation.state, confirmation.target
        find = partial(lineage.marks, plan=plan, build=target, state=state)
        return EmergencyChoice(
            plan=plan,
            target=target,
            state=state,
            names=self._snapshots.names(),
            directory=self._engine.policy.directory,
            holder=await self._holder(state.holder),
            marks=await self._engine.database.read(find),
            reason=confirmation.reason,
        )

    async def _holder(self, number: int) -> Release | None:
        return await self._engine.database.read(partial(releases.get, number=number)) if number else None

    async def before_menu(self, event: StartsRelease | ReleaseAction, value: str) -> View | Refusal | None:
        """Return the modal that asks before an entry of a menu is done; None if it needs no question.

        What is not offered any more is refused: its menu is of a message that has changed since. Who may not do it is asked
        nothing: the engine refuses, and records that. While it is unknown whether they may, nothing is done.
        """
        refusal = await self._rehearsed(event) if isinstance(event, ReleaseAction) else None
        if refusal is not None:
            return refusal if refusal.code == Eligibility.UNKNOWN.value else None
        offer = await self._offer(event, value)
        if offer is None:
            return Refusal("old_card", {"release": "", "now": "", "state": ""})
        return confirmation_form(offer.ask, value) if offer.ask is not None else None

    async def _rehearsed(self, event: ReleaseAction) -> Refusal | None:
        """Return why an action would be refused now; None if it would not be."""
        await self._freshness.refresh_person(event.actor)
        snapshot = await self._snapshots.snapshot(event.release)
        if snapshot is None:
            return Refusal("no_such_release", {"release": f"r{event.release}"})
        outcome = decide(snapshot.release, event, snapshot.facts, self._engine.clock.now(), seed="")
        return outcome if isinstance(outcome, Refusal) else None

    async def _offer(self, event: StartsRelease | ReleaseAction, value: str) -> Offer | None:
        if isinstance(event, ReleaseAction):
            return await self._offer_of_card(event.release, value)
        build = event.build
        announced = await self._snapshots.announcement(build.service, build.version)
        if announced is None:
            return None
        offer = announcement_offers(announced).find(value)
        if offer is not None or announced.release is None:
            return offer
        return await self._offer_of_card(announced.release.number, value)

    async def _offer_of_card(self, number: int, value: str) -> Offer | None:
        view = await self._snapshots.card(number)
        return card_offers(view).find(value) if view is not None else None


def reason_form(action: Action, form: ReasonForm, snapshot: ReleaseSnapshot) -> View | None:
    """Return the modal that asks for the reason of an action; None if the action has no words for one."""
    prompt = ACTION_WORDS[action.name].reason_prompt
    if prompt is None:
        return None
    title = prompt.title.format(release=f"r{snapshot.release.number}")
    shown = current_precondition(snapshot.release)
    return forms.reason_form(title, form.line, shown, prompt.label, know=prompt.know)
