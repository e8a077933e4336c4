"""What operators are told of connections: that one does not answer, that it answers again, that its token ends."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.effects import PostToChannel
from handlers.plan import Plan, unique

DAYS_BEFORE = (1, 7)
"""How many days before its end a token is spoken of."""


def silence_posts(plans: Iterable[Plan], name: str, refusal: str, since: datetime) -> list[PostToChannel]:
    """Return what is told of a connection that has not answered for a while."""
    values = {"ci": name, "refusal": refusal, "since": since.isoformat()}
    return [
        PostToChannel(service, "connection_silent", values, teams=teams)
        for service, teams in _channels(plans)
    ]


def recovery_posts(
    plans: Iterable[Plan], names: tuple[str, str], since: datetime, at: datetime
) -> list[PostToChannel]:
    """Return what is told of a connection that answers again; `names` are its name in the policy and what people call it."""
    ci, product = names
    values = {"ci": ci, "product": product, "since": since.isoformat(), "at": at.isoformat()}
    return [
        PostToChannel(service, "connection_back", values, teams=teams) for service, teams in _channels(plans)
    ]


def expiry_posts(
    plans: Iterable[Plan], names: tuple[str, str], at: datetime, now: datetime
) -> list[PostToChannel]:
    """Return what is told of a token that ends soon."""
    (ci, product), left = names, str(int((at - now).total_seconds()))
    values = {"ci": ci, "product": product, "at": at.isoformat(), "seconds": left}
    return [PostToChannel(service, "token_ends", values, teams=teams) for service, teams in _channels(plans)]


def _channels(plans: Iterable[Plan]) -> list[tuple[str, tuple[str, ...]]]:
    """Return for each channel one of its services, and the operators of all of them."""
    channels: dict[str, list[Plan]] = {}
    for plan in plans:
        channels.setdefault(plan.channel, []).append(plan)
    return [
        (those[0].service, unique(tuple(team for plan in those for team in plan.operators)))
        for those in channels.values()
    ]


def users_of(plans: Iterable[Plan], name: str, place: str) -> list[Plan]:
    """Return the services that use a connection; if only a place of it is refused, those that it names, as far as it does."""
    using = [plan for plan in plans if name in _connections_of(plan)]
    return [plan for plan in using if place and _is_about(plan, place.casefold())] or using


def _connections_of(plan: Plan) -> set[str]:
    return {plan.builds.ci, plan.changes_source, *(each.deploy.ci for each in plan.environments)}


def _is_about(plan: Plan, place: str) -> bool:
    """Return whether a place of a CI's API is of a service: it names its repository, or one of its workflows."""
    workflows = (plan.builds.workflow, *(each.deploy.workflow for each in plan.environments))
    named = (plan.repository,) if plan.repository else workflows
    return any(each and each.strip("/").casefold() in place for each in named)


def days_left(at: datetime | None, now: datetime) -> int | None:
    """Return the stage of the warning that a token ends: at most so many days before; None if it is early or over."""
    if at is None or at <= now:
        return None
    return next((days for days in DAYS_BEFORE if at - now <= timedelta(days=days)), None)
