"""The `sign_off` gate: enough eligible people of a team signed this exact build."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import takewhile

from handlers.gates.gate import (
    RECHECK_AFTER,
    Gate,
    GateContext,
    GateResult,
    GateSettings,
    Reason,
    opened,
    waiting,
)
from handlers.people import Eligibility
from handlers.step import SignOff

MOST_ITEMS = 10
MOST_LETTERS = 75
"""Slack's limits for check boxes: ten options of 75 characters.

Source: docs.slack.dev/reference/block-kit/composition-objects
"""


@dataclass(frozen=True, slots=True)
class SignOffRule(GateSettings):
    """`needs` distinct people of `team` have to sign this exact build.

    The policy's reader is derived from these fields and their metadata, as bot/policy/gates.py documents.
    """

    team: str = field(metadata={"own_value": True, "team": True, "what": "the team that signs"})
    needs: int = field(
        default=1,
        metadata={"least": 1, "most": 99, "what": "how many of the team have to sign; 1 by default"},
    )
    checklist: tuple[str, ...] = field(
        default=(),
        metadata={
            "most_items": MOST_ITEMS,
            "most_letters": MOST_LETTERS,
            "what": "what whoever signs has to tick, like `[Log in works]`",
        },
    )
    requester_may_sign: bool = field(
        default=False, metadata={"what": "whether whoever asked for the release may sign it"}
    )
    same_person: bool = field(
        default=False, metadata={"what": "whether one person may sign for several teams of the step"}
    )
    authors_may_sign: bool = field(
        default=True, metadata={"what": "false keeps those who wrote the changes from signing them"}
    )

    def teams(self) -> tuple[str, ...]:
        """Return the team that signs."""
        return (self.team,)


@dataclass(frozen=True, slots=True)
class Tally:
    """Who counts for a rule now, and who does not.

    `counted` are distinct persons; `unknown` and `lost` are the signers who do not count.
    """

    counted: frozenset[str]
    unknown: tuple[str, ...]
    lost: tuple[str, ...]


def sign_off_rules(settings: Iterable[GateSettings]) -> tuple[SignOffRule, ...]:
    """Return the settings that belong to sign-off gates."""
    return tuple(each for each in settings if isinstance(each, SignOffRule))


def check(context: GateContext) -> tuple[GateResult, ...]:
    """Evaluate every sign-off rule of the step."""
    return tuple(check_rule(rule, context) for rule in sign_off_rules(context.settings))


def check_rule(rule: SignOffRule, context: GateContext) -> GateResult:
    """Open once enough distinct eligible people signed and no author is in doubt."""
    tally = count(rule, context)
    reasons = _in_doubt(rule, context)
    missing = rule.needs - len(tally.counted)
    if missing > 0:
        reasons += _missing(rule, tally, missing, context)
    if not reasons:
        return opened("sign_off", rule.team, rule.team)
    return waiting("sign_off", *reasons, name=rule.team, team=rule.team)


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
        eligible = context.membership.eligible(signed.user, rule.team, context.now)
        if eligible is Eligibility.UNKNOWN:
            unknown.append(signed.user)
        elif eligible is not Eligibility.YES or barred(rule, signed.user, context):
            lost.append(signed.user)
        elif not _elsewhere(rule, signed, context):
            counted.add(context.membership.directory.person_of(signed.user))
    return Tally(frozenset(counted), tuple(unknown), tuple(lost))


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


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is not known of those who wrote a build.

    `authors` are names that no person has, an empty one for somebody whom nobody has named; nobody has told the changes of
    the `versions`.
    """

    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()


def doubt(rule: SignOffRule, context: GateContext) -> Doubt:
    """Return what a rule has to know of the authors and does not, without what was waived."""
    authorship, directory = context.authorship, context.membership.directory
    authors: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    if not rule.authors_may_sign:
        authors = tuple(name for name in authorship.authors if directory.person_of_author(name) is None)
        versions = authorship.unknown
    elif context.automatic and not rule.requester_may_sign and authorship.own is None:
        versions = (context.build.version,)
    waived = {name for waiver in context.step.waivers for name in waiver.authors}
    known = {version for waiver in context.step.waivers for version in waiver.versions}
    return Doubt(
        tuple(name for name in authors if name not in waived),
        tuple(version for version in versions if version not in known),
    )


def _in_doubt(rule: SignOffRule, context: GateContext) -> tuple[Reason, ...]:
    """Return reasons that list unknown authors, and builds whose changes are unknown.

    They are checked again by time: a changed policy, another live build or a CI's answer may clear them without an event.
    """
    found, recheck = doubt(rule, context), context.now + RECHECK_AFTER
    reasons: list[Reason] = []
    if found.authors:
        values = {"authors": ", ".join(name or "somebody" for name in found.authors), "team": rule.team}
        reasons.append(Reason("author_unknown", values, context.operators, recheck, "waive"))
    if found.versions:
        values = {"versions": ", ".join(found.versions), "team": rule.team}
        reasons.append(Reason("changes_unknown", values, context.operators, recheck, "waive"))
    return tuple(reasons)


def _missing(rule: SignOffRule, tally: Tally, missing: int, context: GateContext) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    recheck = context.now + RECHECK_AFTER
    for user in tally.unknown:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_unknown", values, (), recheck, "Slack answers"))
    for user in tally.lost:
        values = {"user": user, "team": rule.team}
        reasons.append(Reason("signer_lost", values, (rule.team,), recheck, "they count again"))
    values = {"team": rule.team, "missing": str(missing), "needs": str(rule.needs)}
    if rule.team in context.membership.directory.teams:
        reasons.append(Reason("sign_off_missing", values, (rule.team,), None, "a sign-off"))
    else:
        reasons.append(
            Reason("team_removed", values, context.operators, recheck, "the policy has the team again")
        )
    return tuple(reasons)


GATE = Gate("sign_off", check, SignOffRule)
