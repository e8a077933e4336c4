"""Counts the sign-offs of a rule: who counts for it now, and who may never sign under it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile

from handlers.gate import GateContext
from handlers.people import Eligibility
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.stand_ins import filled_by, still_signs


@dataclass(frozen=True, slots=True)
class Tally:
    """Who counts for a rule now, and who does not.

    `counted` are distinct persons; `unknown` and `lost` are the signers who do not count, `expired` are sign-offs
    that are too old.
    """

    counted: frozenset[str]
    unknown: tuple[str, ...]
    lost: tuple[str, ...]
    expired: tuple[SignOff, ...] = ()


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
    expired: list[SignOff] = []
    for signed in context.step.unspent:
        if signed.team != rule.team:
            continue
        if is_expired(rule, signed, context):
            expired.append(signed)
            continue
        eligible = _eligible(signed, context)
        if eligible is Eligibility.UNKNOWN:
            unknown.append(signed.user)
        elif eligible is not Eligibility.YES or _is_barred(rule, signed, context):
            lost.append(signed.user)
        elif directory.person_of(signed.user) not in signers and not _elsewhere(rule, signed, context):
            signers.add(directory.person_of(signed.user))
            counted.add(directory.person_of(signed.slot))
    return Tally(frozenset(counted), tuple(unknown), tuple(lost), tuple(expired))


def expires_at(rule: SignOffRule, signed: SignOff) -> datetime | None:
    """Return when a sign-off stops counting because of its age; None if it never does."""
    return signed.at + timedelta(seconds=rule.signed_for) if rule.signed_for else None


def is_expired(rule: SignOffRule, signed: SignOff, context: GateContext) -> bool:
    """Return whether a sign-off is too old; of what was sent, whether it was at that time."""
    end, intent = expires_at(rule, signed), context.step.intent
    sent = intent.sent_at if intent is not None and context.step.in_flight else None
    return end is not None and end <= (sent or context.now)


def _is_barred(rule: SignOffRule, signed: SignOff, context: GateContext) -> bool:
    return any(barred(rule, user, context) for user in (signed.user, signed.slot))


def _eligible(signed: SignOff, context: GateContext) -> Eligibility:
    """Return whether a signer is in the team now; whoever signed alone has to be an operator too."""
    eligible = still_signs(context.membership, signed, context.now)
    if not signed.alone or eligible is not Eligibility.YES:
        return eligible
    return context.membership.eligible_in_any(signed.user, context.operators, context.now)


def barred(rule: SignOffRule, user: str, context: GateContext) -> str:
    """Return why a person may never sign this build under the rule.

    That is `took_twice`, `requester`, `author`, `waiver`, `asker`, or empty if they may. Whoever waived something of this step
    does not sign it, nor does anybody who has come to stand for the release twice: two could pass it to and fro otherwise.
    """
    directory = context.membership.directory
    person_of, person = directory.person_of, directory.person_of(user)
    asker, apart = context.step.requested_by, rule.apart_from
    waivers = context.waived_by if "waiver" in apart else tuple(each.by for each in context.step.waivers)
    authors = context.authorship.authors if rule.bars_authors else ()
    found = {
        "took_twice": [person_of(each) for each in context.takes].count(person) > 1,
        "requester": signs_alone(rule, user, context) and not may_sign_alone(user, context),
        "author": person in {directory.person_of_author(each) for each in authors},
        "waiver": person in map(person_of, waivers),
        "asker": "asker" in apart and bool(asker) and person == person_of(asker),
    }
    return next((why for why, holds in found.items() if holds), "")


def signs_alone(rule: SignOffRule, user: str, context: GateContext) -> bool:
    """Return whether a person asked for what they would sign, which the rule leaves to others."""
    person = context.membership.directory.person_of(user)
    return rule.bars_requester and person in _requesters(context)


def may_sign_alone(user: str, context: GateContext) -> bool:
    """Return whether a person may sign an emergency although they started it: an operator, once its signers had their time."""
    if context.alone_from is None or context.now < context.alone_from:
        return False
    return context.membership.eligible_in_any(user, context.operators, context.now) is Eligibility.YES


def _requesters(context: GateContext) -> set[str]:
    """Return the persons who requested the release; of one that started by itself, the known authors of its build."""
    directory = context.membership.directory
    persons = {directory.person_of(each) for each in (*context.requesters, *context.bars)}
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
