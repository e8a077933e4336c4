"""Counts the sign-offs of a rule: who counts for it now, and who may never sign under it."""

from dataclasses import dataclass
from itertools import takewhile

from handlers.gate import GateContext
from handlers.people import Eligibility
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff


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

    Signers who have left the team no longer count, nor does anybody whose membership is unknown.
    """
    counted: set[str] = set()
    unknown: list[str] = []
    lost: list[str] = []
    for signed in context.step.unspent:
        if signed.team != rule.team:
            continue
        eligible = _eligible(signed, context)
        if eligible is Eligibility.UNKNOWN:
            unknown.append(signed.user)
        elif eligible is not Eligibility.YES or barred(rule, signed.user, context):
            lost.append(signed.user)
        elif not _elsewhere(rule, signed, context):
            counted.add(context.membership.directory.person_of(signed.user))
    return Tally(frozenset(counted), tuple(unknown), tuple(lost))


def _eligible(signed: SignOff, context: GateContext) -> Eligibility:
    """Return whether a signer is in the team now; whoever signed alone has to be an operator too."""
    eligible = context.membership.eligible(signed.user, signed.team, context.now)
    if not signed.alone or eligible is not Eligibility.YES:
        return eligible
    return context.membership.eligible_in_any(signed.user, context.operators, context.now)


def barred(rule: SignOffRule, user: str, context: GateContext) -> str:
    """Return why a person may never sign this build under the rule.

    That is `requester`, `author`, `waiver`, or empty if they may. Whoever waived something of this step does not sign it.
    """
    directory = context.membership.directory
    person = directory.person_of(user)
    if signs_alone(rule, user, context) and not may_sign_alone(user, context):
        return "requester"
    if not rule.authors_may_sign:
        authors = {directory.person_of_author(each) for each in context.authorship.authors}
        if person in authors:
            return "author"
    if person in {directory.person_of(waiver.by) for waiver in context.step.waivers}:
        return "waiver"
    return ""


def signs_alone(rule: SignOffRule, user: str, context: GateContext) -> bool:
    """Return whether a person asked for what they would sign, which the rule leaves to others."""
    person = context.membership.directory.person_of(user)
    return not rule.requester_may_sign and person in _requesters(context)


def may_sign_alone(user: str, context: GateContext) -> bool:
    """Return whether a person may sign an emergency although they started it: an operator, once its signers had their time."""
    if context.alone_from is None or context.now < context.alone_from:
        return False
    return context.membership.eligible_in_any(user, context.operators, context.now) is Eligibility.YES


def _requesters(context: GateContext) -> set[str]:
    """Return the persons who requested the release; of one that started by itself, the known authors of its build."""
    directory = context.membership.directory
    persons = {directory.person_of(each) for each in context.requesters}
    own = context.authorship.own if context.automatic else ()
    return persons | {person for each in own or () if (person := directory.person_of_author(each))}


def _elsewhere(rule: SignOffRule, signed: SignOff, context: GateContext) -> bool:
    """Return whether the same person signed earlier for another team of the step.

    One person fills one slot only.
    """
    if rule.same_person:
        return False
    person_of = context.membership.directory.person_of
    earlier = takewhile(lambda other: other is not signed, context.step.unspent)
    return any(
        other.team != rule.team and person_of(other.user) == person_of(signed.user) for other in earlier
    )
