"""Who of a team cannot sign a release himself, so that nobody is named who would be refused."""

from handlers.people import Directory
from handlers.plan import SignOffRule
from handlers.release import Release


def barred(release: Release, rule: SignOffRule, directory: Directory) -> frozenset[str]:
    """Give the team's members who started the release, have signed it, or fill a slot of another team."""
    team = directory.teams.get(rule.team)
    out = {signed.user for signed in release.step.unspent if signed.team == rule.team or not rule.same_person}
    if not rule.requester_may_sign:
        out |= set(release.requesters)
    persons = {directory.person_of(user) for user in out}
    members = team.members if team is not None else ()
    return frozenset(user for user in members if directory.person_of(user) in persons)
