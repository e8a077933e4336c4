"""Who may sign for a team: its people, and those who stand in for one of them who is away."""

from datetime import datetime, timedelta

from handlers.people import NOBODY, Directory, Eligibility, Membership
from handlers.sign_offs import SignOff


def is_stand_in(directory: Directory, user: str, team_name: str) -> bool:
    """Return whether the policy lists a person as a stand-in of a team."""
    team, person = directory.teams.get(team_name), directory.person_of(user)
    return team is not None and person in map(directory.person_of, team.stand_ins)


def stands_in_for(
    membership: Membership, user: str, team_name: str, now: datetime, *, escalated: bool = False
) -> tuple[str, ...]:
    """Return the people of a team whom a person stands in for now: those who are away, then all others if it is `escalated`.

    Whoever is away stands in for nobody, and nobody for a person whom they set away. A stand-in of a stand-in is none.
    """
    directory = membership.directory
    person = directory.person_of(user)
    if not is_stand_in(directory, user, team_name) or membership.is_away(user, now):
        return ()
    found: dict[str, str] = {}
    for each in membership.people_of(team_name):
        absence = membership.absence_of(each, now)
        wanted = escalated if absence is None else directory.person_of(absence.by) != person
        other = directory.person_of(each)
        if wanted and other != person and membership.belongs(each, team_name, now) is Eligibility.YES:
            found.setdefault(other, each)
    return tuple(sorted(found.values(), key=lambda each: not membership.is_away(each, now)))


def may_sign(
    membership: Membership, user: str, team_name: str, now: datetime, *, escalated: bool = False
) -> Eligibility:
    """Return whether an account may sign for a team now, for itself or for somebody who is away."""
    eligible = membership.eligible(user, team_name, now)
    if eligible is Eligibility.NOT_IN_TEAM and stands_in_for(
        membership, user, team_name, now, escalated=escalated
    ):
        return membership.account_status(user, now)
    return eligible


def still_signs(membership: Membership, signed: SignOff, now: datetime) -> Eligibility:
    """Return whether who signed still counts: a stand-in as long as they are listed, others as long as they are in the team.

    Who has left the team's user group counts for the handover after the last moment that Slack showed them in it.
    """
    if signed.stands_for:
        status = membership.account_status(signed.user, now)
        listed = is_stand_in(membership.directory, signed.user, signed.team)
        return status if listed or status is Eligibility.NOT_FULL_MEMBER else Eligibility.NOT_IN_TEAM
    eligible = membership.eligible(signed.user, signed.team, now)
    if eligible is Eligibility.NOT_IN_TEAM and _hands_over(membership, signed, now):
        return membership.account_status(signed.user, now)
    return eligible


def handover_ends(membership: Membership, signed: SignOff) -> datetime | None:
    """Return until when what was signed on call counts at least; None where nothing is handed over."""
    team = membership.directory.teams.get(signed.team)
    group = membership.groups.get(team.usergroup) if team is not None and team.handover else None
    if team is None or group is None:
        return None
    seen = group.seen.get(NOBODY if signed.user in team.fallback else signed.user)
    return None if seen is None else seen + timedelta(seconds=team.handover)


def _hands_over(membership: Membership, signed: SignOff, now: datetime) -> bool:
    ends = handover_ends(membership, signed)
    return ends is not None and now <= ends


def filled_by(directory: Directory, signed: SignOff) -> frozenset[str]:
    """Return the persons of a sign-off: who signed, and whom they stand for."""
    return frozenset(map(directory.person_of, (signed.user, signed.slot)))
