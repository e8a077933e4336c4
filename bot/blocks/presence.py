"""Who is away of those whom a refusal names, and who stands in for them: nobody is told to ask somebody who is not there."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from bot.blocks.names import Names
from bot.blocks.words import ACTION_WORDS
from handlers.facts import Facts
from handlers.outcome import Refusal
from handlers.people import Membership
from handlers.release import Release
from handlers.slots import awaited

_OTHERS_SIGN = frozenset(ACTION_WORDS["approve"].refusals)
"""Codes of refusals that name who else can sign."""


def knowing_who_is_away(names: Names, facts: Facts | None, teams: Iterable[str]) -> Names:
    """Return names that know who of some teams is away now, as far as that is known for the service."""
    if facts is None or not facts.membership.absences:
        return names
    membership = facts.membership
    users = dict.fromkeys(user for name in teams for user in _accounts(membership, name))
    found = ((user, membership.absence_of(user, names.now)) for user in users)
    return replace(names, away={user: absence.until for user, absence in found if absence is not None})


def _accounts(membership: Membership, name: str) -> tuple[str, ...]:
    """Return the accounts of a team, or the account that stands in the place of one."""
    return membership.people_of(name) if name in membership.directory.teams else (name,)


def with_stand_ins(refusal: Refusal, release: Release, facts: Facts | None, now: datetime) -> Refusal:
    """Return a refusal that says who else can sign, with those who stand in for somebody who is away."""
    if refusal.code not in _OTHERS_SIGN or facts is None or release.ended:
        return refusal
    found = awaited(release, facts, now)
    instead = (user for name in refusal.who if name in found for user, _ in found[name].stand_ins)
    return replace(refusal, who=tuple(dict.fromkeys((*refusal.who, *instead))))


def told_of_release(refusal: Refusal, release: Release | None, facts: Facts | None, now: datetime) -> Refusal:
    """Return a refusal of an event with the release that it is about, if it is about one, and with stand-ins."""
    if release is None:
        return refusal
    named = replace(refusal, values={"release": f"r{release.number}", **refusal.values})
    return with_stand_ins(named, release, facts, now)
