"""`/release approve r42 [as TEAM] [note]`: sign off this exact build for a team.

`approve r1 r2 r3` signs several, each decided for itself; `approve all` opens a form.
"""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import ClassVar

from handlers.actions.action import Action, ChecklistForm
from handlers.command_parsing import (
    AND,
    CommandContext,
    apart,
    free_text,
    is_range,
    joins_releases,
    no_release,
    parse_releases,
)
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.release import Release
from handlers.requests import ALL, Several, SignSeveralForm, UsageError
from handlers.rights import refuse_stale, refuse_unless_signable
from handlers.sign_off_rule import SignOffRule, sign_off_rules
from handlers.sign_offs import SignOff
from handlers.signers import note_expired
from handlers.slots import eligible_to_sign, signed_by, slot_of
from handlers.stand_ins import is_stand_in
from handlers.tally import signs_alone
from handlers.typed_words import bare, release_named

_BETWEEN_TEAMS = re.compile(r"[,;/&+|]")
_CONDITIONS = frozenset({"soon", "long"})
"""What makes a condition of `as`."""
MOST_AT_ONCE = 40
"""How many releases one line signs: each is an event of its own, and a person waits for the answer."""


@dataclass(frozen=True, slots=True)
class SignedOff(ReleaseAction):
    """A person signed off.

    `team` is empty if they named none; `ticks` are the checklist items that they ticked.
    """

    event_name: ClassVar[str] = "signed_off"

    team: str = ""
    note: str = ""
    ticks: tuple[str, ...] = ()


def parse(
    words: tuple[str, ...], context: CommandContext
) -> SignedOff | Several | SignSeveralForm | UsageError:
    """Parse a sign-off of one release or several; without a team, the one the person can sign for is meant.

    `all` opens the form with every release that waits for them.
    """
    for_all = bool(words) and bare(words[0]) == ALL
    numbers, rest = ((), words[1:]) if for_all else parse_releases(apart(words))
    wrong = None if for_all else _refuse_releases(words, numbers, rest, context)
    if wrong is not None:
        return wrong
    team, rest = _team(rest)
    second = _second_team(team, rest, context)
    if len(rest) == 1 and not team and bare(rest[0]) == "as":
        return UsageError("team_needed", "as")
    if second:
        return UsageError("one_team", second, ("approve",))
    if for_all:
        return SignSeveralForm(context.actor, context.here, team)
    signed = tuple(SignedOff(number, context.actor, team, free_text(rest)) for number in numbers)
    return signed[0] if len(signed) == 1 else Several(context.actor, signed)


def _refuse_releases(
    words: tuple[str, ...], numbers: tuple[int, ...], rest: tuple[str, ...], context: CommandContext
) -> UsageError | None:
    """Refuse a line of which not every release was read: one that stands apart is not taken for a part of the note."""
    if not numbers:
        return no_release(words, "approve")
    if len(numbers) > MOST_AT_ONCE:
        return UsageError("too_many", str(len(numbers)))
    first = "".join(rest[:1])
    if is_range(first):
        return UsageError("name_each", first, ("approve",))
    if not rest or not (joins_releases(first) or context.service_named(first)):
        return None
    apart_from_them = [number for each in rest if (number := release_named(each))]
    if not apart_from_them:
        return None
    every = dict.fromkeys((*numbers, *apart_from_them))
    names = all(release_named(each) or bare(each) in AND or context.service_named(each) for each in rest)
    meant = (" ".join(("approve", *(f"r{number}" for number in every))),) if names else ()
    return UsageError("name_each", " ".join(rest), ("approve",), meant)


def _team(rest: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the team behind `as`, and the words after it; `as soon as` begins a condition."""
    word, team = ("".join(rest[at : at + 1]) for at in range(2))
    named = bool(team) and bare(word) == "as" and bare(team) not in _CONDITIONS
    return (bare(team), rest[2:]) if named else ("", rest)


def _second_team(team: str, rest: tuple[str, ...], context: CommandContext) -> str:
    """Return a second team: another of the policy, or what a word, a sign or a second `as` joins to the first."""
    _, *others = _BETWEEN_TEAMS.split(team)
    first, second = ("".join(rest[at : at + 1]) for at in range(2))
    if any(others) or not team:
        return "".join(others[-1:])
    if bare(first) in set(context.teams) - {team}:
        return first
    joins = joins_releases(first) or bare(first) == "as"
    return (second or first) if joins else ""


def record(draft: Draft, event: SignedOff) -> Reply | Refusal:
    """Record a sign-off for this build, once, if the person may give it."""
    refusal = refuse_stale(draft, event.precondition) or refuse_unless_signable(draft)
    if refusal is not None:
        return refusal
    note_expired(draft)
    rule = _rule_for(draft, event)
    if isinstance(rule, Refusal):
        return rule
    refusal = _refuse_signer(draft, event, rule) or _refuse_ticks(event, rule)
    if refusal is not None:
        return refusal
    step = draft.step
    stands_for = slot_of(draft, event.actor, rule).stands_for
    alone = signs_alone(rule, event.actor, draft.gate_context())
    signed = SignOff(rule.team, event.actor, draft.now, event.note, stands_for=stands_for, alone=alone)
    draft.change(sign_offs=(*step.sign_offs, signed), window_key="")
    about = {"team": rule.team, **({"stands_for": stands_for} if stands_for else {})}
    said = {"by": event.actor, "note": event.note, **about}
    named = {"release": f"r{draft.release.number}", "environment": step.environment, **about}
    if alone:
        draft.post("signed_alone", said)
        draft.show()
        return Reply("signed_alone", named)
    draft.post("signed", said)
    draft.show()
    return Reply("signed", named)


def _rule_for(draft: Draft, event: SignedOff) -> SignOffRule | Refusal:
    rules = draft.release.rules(draft.step)
    teams = tuple(rule.team for rule in rules)
    if event.team:
        named = next((rule for rule in rules if rule.team == event.team), None)
        return named or Refusal(
            "no_such_gate", {"team": event.team, "environment": draft.step.environment}, teams
        )
    own = _own_rules(draft, event.actor)
    if len(own) == 1:
        return own[0]
    if own:
        may = any(not slot_of(draft, event.actor, rule).why for rule in own)
        return Refusal("which_team", {"teams": ", ".join(rule.team for rule in own)}, incomplete=may)
    return _refuse_stranger(draft, event.actor, teams)


def _own_rules(draft: Draft, user: str) -> list[SignOffRule]:
    """Return the rules of the teams that a person is in; without any, those of teams in which they stand in for somebody."""
    found = [
        rule
        for rule in draft.release.rules(draft.step)
        if eligible_to_sign(draft, user, rule) is Eligibility.YES
    ]
    eligible = draft.facts.membership.eligible
    return [rule for rule in found if eligible(user, rule.team, draft.now) is Eligibility.YES] or found


def _refuse_stranger(draft: Draft, user: str, teams: tuple[str, ...]) -> Refusal:
    """Refuse somebody who may sign for none of some teams; a stand-in is told when they could."""
    eligible = draft.facts.membership.eligible_in_any(user, teams, draft.now)
    directory = draft.facts.membership.directory
    listed = [team for team in teams if is_stand_in(directory, user, team)]
    if eligible is Eligibility.NOT_IN_TEAM and listed:
        away = "yes" if draft.facts.membership.is_away(user, draft.now) else ""
        return Refusal("stands_in_for_nobody", {"team": listed[0], **({"away": away} if away else {})}, teams)
    return Refusal(eligible.value, {"action": "approve"}, teams)


def _refuse_signer(draft: Draft, event: SignedOff, rule: SignOffRule) -> Refusal | None:
    if eligible_to_sign(draft, event.actor, rule) is not Eligibility.YES:
        return _refuse_stranger(draft, event.actor, (rule.team,))
    slot = slot_of(draft, event.actor, rule)
    why, values = slot.why, {"release": f"r{draft.release.number}", "team": rule.team}
    if slot.stands_for:
        values["stands_for"] = slot.stands_for
    own = signed_by(draft, event.actor)
    if why == "person_barred" or (why == "elsewhere" and not own):  # whom they stand for signed there
        return Refusal("stand_in_barred", values, (rule.team,))
    alone_from = draft.release.alone_from(draft.step)
    if why == "requester" and alone_from is not None and draft.now < alone_from:
        values["alone_from"] = alone_from.isoformat()
    if why == "signed":
        return Refusal("already_signed", values)
    if why == "elsewhere":
        return Refusal("one_person_one_slot", {**values, "signed_for": own[0].team}, (rule.team,))
    return Refusal(f"{why}_may_not_sign", values, (rule.team,)) if why else None


def _refuse_ticks(event: SignedOff, rule: SignOffRule) -> Refusal | None:
    missing = [item for item in rule.checklist if item not in event.ticks]
    if not missing:
        return None
    return Refusal("checklist_incomplete", {"missing": ", ".join(missing), "team": rule.team})


def may_need_form(event: SignedOff, plan: Plan) -> bool:
    """Return whether a gate that the person may sign for has a checklist."""
    rules = (rule for each in plan.environments for rule in sign_off_rules(each.all_gates))
    return not event.ticks and any(rule.checklist for rule in rules if event.team in {"", rule.team})


def form(event: SignedOff, release: Release, facts: Facts, now: datetime) -> ChecklistForm | None:
    """Return the checklist of the gate that is meant.

    None if the gate has no checklist, or if more than one gate could be meant.
    """
    if event.team:
        rules = [rule for rule in release.rules(release.step) if rule.team == event.team]
    else:
        rules = _own_rules(Draft(release, facts, now, ""), event.actor)
    if len(rules) != 1 or not rules[0].checklist:
        return None
    [rule] = rules
    line = f"approve r{release.number} as {rule.team}"
    return ChecklistForm(replace(event, team=rule.team, ticks=rule.checklist), line, rule, event.note)


ACTION = Action(
    "approve",
    ("approve r42", "approve r42 r43 r44", "approve all as testers", "approve r42 as testers looks good"),
    "sign off one release or several; all opens a form to tick them",
    parse,
    {SignedOff: record},
    may_need_form=may_need_form,
    form=form,
)
