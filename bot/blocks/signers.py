"""Finds team members who cannot sign a release, so that messages do not name them."""

from handlers.people import Directory
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule


def ineligible_signers(release: Release, rule: SignOffRule, directory: Directory) -> frozenset[str]:
    """Return the team's members who cannot sign a release."""
    team, persons = directory.teams.get(rule.team), barred_persons(release, rule, directory)
    members = team.members if team is not None else ()
    return frozenset(user for user in members if directory.person_of(user) in persons)


def barred_persons(release: Release, rule: SignOffRule, directory: Directory) -> frozenset[str]:
    """Return the persons who cannot sign a release.

    They stand for it or have come to do so twice, have signed it, signed for another team, or waived what is not known of it.
    """
    out = {signed.user for signed in release.step.unspent if signed.team == rule.team or not rule.same_person}
    out |= {waiver.by for waiver in release.step.waivers}
    if rule.bars_requester:
        out |= {*release.requesters, *release.bars}
    if "asker" in rule.apart_from and release.step.requested_by:
        out.add(release.step.requested_by)
    if "waiver" in rule.apart_from:
        out |= {waiver.by for step in release.steps for waiver in step.waivers}
    taken = [directory.person_of(each) for each in release.takes]
    out |= {each for each in taken if taken.count(each) > 1}
    return frozenset(directory.person_of(user) for user in out)
