"""The `sign_off` gate: enough distinct eligible people of a team have signed exactly this build."""

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from handlers.facts import Facts
from handlers.gates.verdict import LOOK_AGAIN, Asked, Reason, opened, waiting
from handlers.people import Eligibility
from handlers.plan import SignOffRule
from handlers.release import Release
from handlers.step import SignOff, Step

GATE = "sign_off"


@dataclass(frozen=True, slots=True)
class Tally:
    """How a rule's sign-offs count now: distinct persons that do, and the signers that do not, with the reason."""

    counted: frozenset[str]
    unknown: tuple[str, ...]
    lost: tuple[str, ...]


def check(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[Asked, ...]:
    """Ask every sign-off rule of the step."""
    return tuple(ask(rule, release, step, facts, now) for rule in release.rules(step))


def ask(rule: SignOffRule, release: Release, step: Step, facts: Facts, now: datetime) -> Asked:
    """Open once the rule's quorum of distinct eligible people has signed and no author is in doubt."""
    tally = count(rule, release, step, facts, now)
    reasons = _authors_in_doubt(rule, release, step, facts, now)
    missing = rule.needs - len(tally.counted)
    if missing > 0:
        reasons += _missing(rule, tally, missing, now)
    if not reasons:
        return opened(GATE, rule.team)
    return waiting(GATE, *reasons, name=rule.team)


def count(rule: SignOffRule, release: Release, step: Step, facts: Facts, now: datetime) -> Tally:
    """Count a rule's sign-offs as they stand now: who left the team since no longer counts, unknown is no."""
    counted: set[str] = set()
    unknown: list[str] = []
    lost: list[str] = []
    for signed in step.unspent:
        if signed.team != rule.team:
            continue
        answer = facts.roll.eligible(signed.user, rule.team, now)
        if answer is Eligibility.UNKNOWN:
            unknown.append(signed.user)
        elif answer is not Eligibility.YES or barred(rule, release, step, signed.user, facts):
            lost.append(signed.user)
        elif not _elsewhere(rule, step, signed, facts):
            counted.add(facts.roll.directory.person_of(signed.user))
    return Tally(frozenset(counted), tuple(unknown), tuple(lost))


def barred(rule: SignOffRule, release: Release, step: Step, user: str, facts: Facts) -> str:
    """Say why a person may never sign this build under the rule: `requester`, `author`, or nothing."""
    directory = facts.roll.directory
    person = directory.person_of(user)
    requesters = {directory.person_of(each) for each in release.requesters}
    if not rule.requester_may_sign and person in requesters:
        return "requester"
    if not rule.authors_may_sign:
        authors = {directory.person_of_author(each) for each in facts.authors.get(step.environment, ())}
        if person in authors:
            return "author"
    return ""


def _elsewhere(rule: SignOffRule, step: Step, signed: SignOff, facts: Facts) -> bool:
    """Say whether the same person signed earlier for another team of the step and so fills that slot."""
    if rule.same_person:
        return False
    person_of = facts.roll.directory.person_of
    earlier = takewhile(lambda other: other is not signed, step.unspent)
    return any(
        other.team != rule.team and person_of(other.user) == person_of(signed.user) for other in earlier
    )


def _authors_in_doubt(
    rule: SignOffRule, release: Release, step: Step, facts: Facts, now: datetime
) -> tuple[Reason, ...]:
    """Name authors whom nobody knows; a changed policy or another live build may clear that without a word to us."""
    if rule.authors_may_sign or step.waived_authors:
        return ()
    directory = facts.roll.directory
    strangers = [
        name for name in facts.authors.get(step.environment, ()) if directory.person_of_author(name) is None
    ]
    if not strangers:
        return ()
    values = {"authors": ", ".join(strangers), "team": rule.team}
    return (Reason("author_unknown", values, release.plan.operators, now + LOOK_AGAIN, "waive"),)


def _missing(rule: SignOffRule, tally: Tally, missing: int, now: datetime) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    for user in tally.unknown:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_unknown", values, (), now + LOOK_AGAIN, "Slack answers"))
    for user in tally.lost:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_lost", values, (rule.team,), now + LOOK_AGAIN, "they count again"))
    values = {"team": rule.team, "missing": str(missing), "needs": str(rule.needs)}
    reasons.append(Reason("sign_off_missing", values, (rule.team,), None, "a sign-off"))
    return tuple(reasons)
