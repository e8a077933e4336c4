"""Opens the modal to start a release, for those who may start something."""

from functools import partial

from bot.blocks import forms
from bot.blocks.block_kit import View
from bot.blocks.form_input import SERVICE
from bot.blocks.forms import StartChoices
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.actions import Actions, Origin
from bot.slack.reply import SlackReply
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan, unique
from handlers.requests import StartForm
from storage import reading

OUT_OF_DATE = "This form is out of date. Close it and begin again."


class StartForms:
    """Opens and updates the modal that starts a release."""

    def __init__(self, engine: Engine, freshness: Freshness, actions: Actions) -> None:
        self._engine = engine
        self._freshness = freshness
        self._actions = actions

    async def open(self, request: StartForm, origin: Origin) -> SlackReply:
        """Open the modal; whoever may start nothing at all is told so at once, and who can.

        It lists builds, so only full members may read it.
        """
        await self._freshness.refresh_person(request.actor)
        now, plans = self._engine.clock.now(), self._engine.policy.plans
        account_status = self._freshness.membership().account_status(request.actor, now)
        if account_status is not Eligibility.YES:
            return self._actions.refused(Refusal(account_status.value, {"action": "start"}))
        refusals = {name: self._refusal(plan, request.actor) for name, plan in plans.items()}
        if refusals and all(refusals.values()):
            shown = plans.get(request.service) or next(iter(plans.values()))
            refusal = refusals[shown.service]
            if refusal is not None:
                return self._actions.refused(refusal, shown, request.actor)
        return await self._actions.open_form(await self.view(request.service, request.actor), origin)

    def _refusal(self, plan: Plan, actor: str) -> Refusal | None:
        teams = unique(plan.starters + plan.operators)
        eligible = self._freshness.membership().eligible_in_any(actor, teams, self._engine.clock.now())
        return None if eligible is Eligibility.YES else Refusal(eligible.value, {"action": "start"}, teams)

    async def view(self, service: str, actor: str) -> View:
        """Return the modal to start a release of a service, with who can instead if the person may not.

        Without a known service it asks for one.
        """
        return forms.start_form(await self._choices(service, actor))

    async def why_not(self, service: str, actor: str) -> SlackReply:
        """Return why the modal for a service could not start anything, as an error that keeps it open."""
        why = forms.cannot_start(await self._choices(service, actor))
        return SlackReply(error=why or OUT_OF_DATE, at=SERVICE)

    async def _choices(self, service: str, actor: str) -> StartChoices:
        plans = self._engine.policy.plans
        plan = plans.get(service) or (next(iter(plans.values())) if len(plans) == 1 else None)
        if plan is None:
            return StartChoices(tuple(plans), "")
        snapshot = await self._engine.database.read(
            partial(reading.service, plan=plan, parts=reading.ServiceParts(builds=25))
        )
        environments = tuple(each.name for each in plan.environments)
        refusal = self._refusal(plan, actor)
        words = self._actions.refused(refusal, plan, actor).message if refusal is not None else None
        known = words.text if words is not None else ""
        return StartChoices(tuple(plans), plan.service, snapshot.builds, environments, known)
