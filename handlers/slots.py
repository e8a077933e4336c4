"""Whose slot a person may fill who wants to sign, and who is awaited for a team."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.absence import Absence
from handlers.draft import Draft
from handlers.facts import Facts
from handlers.people import Eligibility
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.stand_ins import filled_by, may_sign, stands_in_for
from handlers.tally import barred


@dataclass(frozen=True, slots=True)
class Slot:
    """Whose slot it would be: one's own, or that of whom one stands for; `why` says why there is none."""

    stands_for: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Awaited:
    """Who is not there of those who may sign for a team, and who may stand in, each with the person whom they stand for.

    `on_call` are those in the team's user group, or who count instead of it while it is `empty`, as Slack said last.
    `deserted` means that nobody is there who may sign.
    """

    away: tuple[Absence, ...] = ()
    stand_ins: tuple[tuple[str, str], ...] = ()
    on_call: tuple[str, ...] = ()
    empty: bool = False
    deserted: bool = False

    @property
    def gone(self) -> frozenset[str]:
        """The accounts of those who are away."""
        return frozenset(each.user for each in self.away)


def eligible_to_sign(draft: Draft, user: str, rule: SignOffRule) -> Eligibility:
    """Return whether a person may sign for a team now as far as the team goes, for themselves or for somebody."""
    escalated = rule.team in draft.step.escalated
    return may_sign(draft.facts.membership, user, rule.team, draft.now, escalated=escalated)


def slot_of(draft: Draft, user: str, rule: SignOffRule) -> Slot:
    """Return whose slot a person would fill: their own if they are in the team, else the first that they may stand in for.

    What bars a person bars whoever stands in for them. `why` is as `barred` says, or `signed`, or for another team,
    `elsewhere`; `person_barred` if it bars only whom they would stand for.
    """
    context, membership = draft.gate_context(), draft.facts.membership
    why = barred(rule, user, context)
    if why:
        return Slot(why=why)
    own = membership.belongs(user, rule.team, draft.now) is not Eligibility.NOT_IN_TEAM
    refused = [Slot(why=_taken(draft, rule, user, user))] if own else []
    if refused and not refused[0].why:
        return refused[0]
    escalated = rule.team in draft.step.escalated
    for each in stands_in_for(membership, user, rule.team, draft.now, escalated=escalated):
        why = "person_barred" if barred(rule, each, context) else _taken(draft, rule, user, each)
        if not why:
            return Slot(each)
        refused.append(Slot(each, why))
    return refused[0] if refused else Slot(why=_taken(draft, rule, user, user))


def _taken(draft: Draft, rule: SignOffRule, user: str, slot: str) -> str:
    """Return whether one of both persons has signed, or is stood in for: for the team, or for another one of the step."""
    directory = draft.facts.membership.directory
    signer, place = directory.person_of(user), directory.person_of(slot)
    found = ""
    for signed in draft.step.unspent:
        own = directory.person_of(signed.user) == signer or directory.person_of(signed.slot) == place
        if signed.team == rule.team and own:
            return "signed"
        if signed.team != rule.team and filled_by(directory, signed) & {signer, place}:
            found = "elsewhere"
    return "" if rule.same_person else found


def signed_by(draft: Draft, user: str) -> list[SignOff]:
    """Return the sign-offs of a person that still count for the step, also those that others gave in their place."""
    directory = draft.facts.membership.directory
    person = directory.person_of(user)
    return [signed for signed in draft.step.unspent if person in filled_by(directory, signed)]


def cannot_sign(release: Release, facts: Facts, now: datetime) -> dict[str, frozenset[str]]:
    """Return by team which of its people may not sign for the current step, so that nobody awaits them.

    Of whom Slack says nothing now is awaited.
    """
    draft, absent = Draft(release, facts, now, ""), facts.absent(release.environment)
    return {
        rule.team: frozenset(
            user for user in facts.membership.people_of(rule.team) if absent or _is_out(draft, user, rule)
        )
        for rule in release.rules(release.step)
    }


def _is_out(draft: Draft, user: str, rule: SignOffRule) -> bool:
    eligible = draft.facts.membership.eligible(user, rule.team, draft.now)
    return eligible not in {Eligibility.YES, Eligibility.UNKNOWN} or bool(slot_of(draft, user, rule).why)


def awaited(release: Release, facts: Facts, now: datetime) -> dict[str, Awaited]:
    """Return by team who is away of those who could sign for the current step, and who may stand in for them."""
    draft = Draft(release, facts, now, "")
    return {rule.team: awaited_for(draft, rule) for rule in release.rules(release.step)}


def awaited_for(draft: Draft, rule: SignOffRule) -> Awaited:
    """Return who is away of those who could sign for a team, and who may stand in for them."""
    membership, now = draft.facts.membership, draft.now
    able = [user for user in membership.people_of(rule.team) if not _is_out(draft, user, rule)]
    absences = ((user, membership.absence_of(user, now)) for user in able)
    away = tuple(replace(absence, user=user) for user, absence in absences if absence is not None)
    stand_ins = tuple(_stand_ins(draft, rule))
    gone = bool(away) and len(away) == len(able) and not stand_ins
    team = membership.directory.teams.get(rule.team)
    group = membership.groups.get(team.usergroup) if team is not None else None
    there = sorted(group.members) or team.fallback if group is not None and team is not None else ()
    return Awaited(
        away,
        stand_ins,
        tuple(user for user in there if user in able),
        empty=group is not None and not group.members,
        deserted=gone and membership.knows_all_of(rule.team),
    )


def _stand_ins(draft: Draft, rule: SignOffRule) -> Iterator[tuple[str, str]]:
    membership = draft.facts.membership
    team = membership.directory.teams.get(rule.team)
    for user in team.stand_ins if team is not None else ():
        found = slot_of(draft, user, rule)
        gone = membership.account_status(user, draft.now) is Eligibility.NOT_FULL_MEMBER
        if found.stands_for and not found.why and not gone:
            yield user, found.stands_for
