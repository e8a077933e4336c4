"""Why a release has to wait for another one: what that one is doing where it stands in the way, and whom it waits for."""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.scope import Scope
from handlers.release import Kind, Release, ReleaseState


def may_be_replaced(scope: Scope) -> bool:
    """Whether the holder may have made room by now: an idle one of an older build does when it hears of a newer one."""
    holder, waits = scope.holder, scope.waits
    if holder is None or waits is None or waits.kind is Kind.ROLLBACK or scope["held"] != "yes":
        return False
    older = holder.kind is Kind.NORMAL and holder.build.order < waits.build.order
    at_work = holder.in_flight or holder.step.testing or any(step.signed for step in holder.steps)
    decided_by_operators = holder.state is ReleaseState.FAILED and holder.environment.protected
    return older and not (at_work or decided_by_operators or holder.ended)


def in_the_way(scope: Scope) -> str:
    """Say what the holder is still there for, as far as it is known; who is not there yet only comes first."""
    holder = scope.holder
    if scope["held"] != "yes":
        return scope.say("{holder} comes first")
    if holder is None or holder.ended:
        return scope.say("{holder} holds it" if holder is None else "{holder} has just left it")
    if holder.step.environment == scope["environment"]:
        return scope.say(_BUSY.get(holder.state, "{holder} holds it"))
    return _kept(holder, scope)


def _kept(holder: Release, scope: Scope) -> str:
    """It was deployed there and stays until the teams that it is kept for have signed."""
    testing = [scope.names.user(each.user) for each in holder.step.testing]
    if testing:
        return f"{listing(testing)} {'are' if len(testing) > 1 else 'is'} testing r{holder.number}"
    teams = listing([escape(team, 24) for team in _unsigned(holder, scope["environment"])])
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
