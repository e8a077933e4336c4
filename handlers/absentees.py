"""Finds which person is meant by a typed name, and in which services they count for a team."""

import re
from collections.abc import Iterator, Mapping

from handlers.outcome import Refusal
from handlers.people import Directory, Membership
from handlers.plan import Plan
from handlers.sign_off_rule import sign_off_rules

_MENTION = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>\Z")
_ACCOUNT = re.compile(r"[UW][A-Z0-9]{3,}\Z")


def person_named(name: str, names: Mapping[str, str], directory: Directory) -> str | Refusal:
    """Return the account that is mentioned, or whose name it is: the whole of it, or its first word if only one has that.

    `names` are display names by account.
    """
    mentioned = _MENTION.match(name)
    if mentioned is not None or _ACCOUNT.match(name):
        return mentioned[1] if mentioned is not None else name
    wanted = name.casefold()
    called = {user: known.casefold() for user, known in names.items()}
    whole = {directory.person_of(user) for user, known in called.items() if known == wanted}
    first = {directory.person_of(user) for user, known in called.items() if known.split()[:1] == [wanted]}
    found = sorted(whole or first)
    if len(found) == 1:
        return found[0]
    return Refusal("which_person" if found else "unknown_person", {"name": name, "users": ", ".join(found)})


def services_of(plans: Mapping[str, Plan], membership: Membership, user: str) -> tuple[str, ...]:
    """Return the services in which a person counts for a team, as one of it, instead of it, or as a stand-in."""
    directory = membership.directory
    person = directory.person_of(user)
    own = {
        name
        for name, team in directory.teams.items()
        if person in map(directory.person_of, (*membership.people_of(name), *team.stand_ins, *team.fallback))
    }
    return tuple(name for name, plan in plans.items() if own.intersection(_teams(plan)))


def _teams(plan: Plan) -> Iterator[str]:
    yield from (*plan.starters, *plan.operators)
    for each in plan.environments:
        yield from (rule.team for rule in sign_off_rules(each.gates + each.rollback_gates))
