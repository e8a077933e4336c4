"""Counts the sign-offs of a rule: who counts for it now, and who may never sign under it."""

from dataclasses import dataclass
from itertools import takewhile

from handlers.gate import GateContext
from handlers.people import Eligibility
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.stand_ins import filled_by, still_signs


@dataclass(frozen=True, slots=True)
class Tally:
    """Who counts for a rule now, and who does not.

    `counted` are distinct persons; `unknown` and `lost` are the signers who do not count.
    """

    counted: frozenset[str]
    unknown: tuple[str, ...]
    lost: tuple[str, ...]


def count(rule: SignOffRule, context: GateContext) -> Tally:
    """Count a rule's sign-offs as of now.

    Signers who have left the team no longer count, nor does anybody whose membership is unknown. A person and who stands in
    for them fill one slot, and nobody fills two.
    """
    counted: set[str] = set()
    signers: set[str] = set()
    directory = context.membership.directory
    unknown: list[str] = []
    lost: list[str] = []
    for signed in context.step.unspent:
        if signed.team != rule.team:
            continue
        eligible = still_signs(context.membership, signed, context.now)
        if eligible is Eligibility.UNKNOWN:
            unknown.append(signed.user)
        elif eligible is not Eligibility.YES or _is_barred(rule, signed, context):
            lost.append(signed.user)
        elif directory.person_of(signed.user) not in signers and not _elsewhere(rule, signed, context):
            signers.add(directory.person_of(signed.user))
            counted.add(directory.person_of(signed.slot))
    return Tally(frozenset(counted), tuple(unknown), tuple(lost))


def _is_barred(rule: SignOffRule, signed: SignOff, context: GateContext) -> bool:
    return any(barred(rule, user, context) for user in (signed.user, signed.slot))


def barred(rule: SignOffRule, user: str, context: GateContext) -> str:
    """Return why a person may never sign this build under the rule.

    That is `requester`, `author`, `waiver`, or empty if they may. Whoever waived something of this step does not sign it.
    """
    directory = context.membership.directory
    person = directory.person_of(user)
    if not rule.requester_may_sign and person in _requesters(context):
        return "requester"
    if not rule.authors_may_sign:
        authors = {directory.person_of_author(each) for each in context.authorship.authors}
        if person in authors:
            return "author"
    if person in {directory.person_of(waiver.by) for waiver in context.step.waivers}:
        return "waiver"
    return ""


def _requesters(context: GateContext) -> set[str]:
    """Return the persons who requested the release; of one that started by itself, the known authors of its build."""
    directory = context.membership.directory
    persons = {directory.person_of(each) for each in context.requesters}
    own = context.authorship.own if context.automatic else ()
    return persons | {person for each in own or () if (person := directory.person_of_author(each))}


def _elsewhere(rule: SignOffRule, signed: SignOff, context: GateContext) -> bool:
    """Return whether the same person signed earlier for another team of the step, or was stood in for.

    One person fills one slot only.
    """
    if rule.same_person:
        return False
    directory = context.membership.directory
    persons = filled_by(directory, signed)
    earlier = takewhile(lambda other: other is not signed, context.step.unspent)
    return any(other.team != rule.team and persons & filled_by(directory, other) for other in earlier)
