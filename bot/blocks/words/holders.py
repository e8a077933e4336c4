"""Sentences about the release that another one waits for."""

from bot.blocks.names import listing
from bot.blocks.testers import are_testing
from bot.blocks.text import escape
from bot.blocks.words.template import RenderContext
from handlers.lineage import Relation, is_newer
from handlers.release import Kind, Release, ReleaseState


def may_be_replaced(context: RenderContext) -> bool:
    """Return whether the holder may have been replaced by now.

    An idle holder of an older build is replaced by a newer build.
    """
    holder, waits = context.holder, context.waits
    if holder is None or waits is None or waits.kind is Kind.ROLLBACK or context["held"] != "yes":
        return False
    older = holder.kind is Kind.NORMAL and is_newer(waits.build, holder.build, Relation.UNKNOWN)
    stays = holder.in_flight or holder.worked_on or holder.held_for_operators
    return older and not (stays or holder.ended)


def blocked_by(context: RenderContext) -> str:
    """Return why the holder is still in the environment, if known.

    One that is not there yet "comes first".
    """
    holder = context.holder
    if context["held"] != "yes":
        return context.render("{holder} comes first")
    if holder is None or holder.ended:
        return context.render("{holder} holds it" if holder is None else "{holder} has just left it")
    if holder.step.environment == context["environment"]:
        return context.render(_BUSY.get(holder.state, "{holder} holds it"))
    return _kept(holder, context)


def _kept(holder: Release, context: RenderContext) -> str:
    """Return what a deployed holder waits for.

    It stays until the teams that it is kept for have signed.
    """
    testing = are_testing(holder.step, context.names)
    if testing:
        return f"{testing} testing r{holder.number}"
    teams = listing([escape(team, 24) for team in _unsigned(holder, context["environment"])])
    waits = f"r{holder.number} waits for sign-offs of {teams}"
    return waits if teams else f"r{holder.number} holds it"


def _unsigned(holder: Release, environment: str) -> list[str]:
    there = holder.step_in(environment)
    kept = holder.plan_of(there).kept if there is not None else ()
    signed = [each.team for each in holder.step.unspent]
    rules = (rule for rule in holder.rules(holder.step) if rule.team in kept)
    return [rule.team for rule in rules if signed.count(rule.team) < rule.needs]


_BUSY = {
    ReleaseState.DEPLOYING: "{holder} is being deployed",
    ReleaseState.CANCELLING: "{holder} is being stopped",
    ReleaseState.UNKNOWN: "nobody knows yet how {holder} ended there",
    ReleaseState.FAILED: "{holder} failed there and is not decided on",
}
