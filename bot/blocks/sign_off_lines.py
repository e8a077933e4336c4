"""Renders a card's lines about sign-offs, one per team.

Each is about who has signed, who is testing, and who is awaited.
"""

from bot.blocks.card_view import CardView
from bot.blocks.names import MOST_ON_CALL, Names, listing
from bot.blocks.text import escape, quoted
from handlers.people import Directory
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Testing
from handlers.slots import Awaited

LONGEST_NOTE = 40


def sign_off_lines(view: CardView) -> list[str]:
    """Return a line for each team that signs for the step, the missing ones first."""
    rules = view.release.rules(view.step)
    lines = [(rule.team not in view.missing, _line(view, rule)) for rule in rules]
    return [line for _, line in sorted(lines, key=lambda each: each[0])]


def signed_line(view: CardView) -> str:
    """Return in one line who has signed for the step, once no sign-off is missing."""
    signed = [_signed(view, each) for each in view.step.sign_offs if each.counts]
    return f"Signed by {listing(signed)}" if signed else ""


def _line(view: CardView, rule: SignOffRule) -> str:
    # That a sign-off counts no more is known before it is saved.
    lost = {
        each.values["user"] for each in view.reasons if (each.code, each.who) == ("signer_lost", (rule.team,))
    }
    given = (each for each in view.step.unspent if each.team == rule.team)
    signed = [each for each in given if not each.lost and each.user not in lost]
    team = escape(rule.team, 40)
    signatures = ", ".join(_signed(view, each, note=True) for each in signed[-2:])
    if rule.team not in view.missing:
        removed = any(
            each.code == "team_removed" and each.values["team"] == rule.team for each in view.reasons
        )
        return f"{team}: {signatures or ('not in the policy any more' if removed else 'signed off')}"
    if view.blocking is not None:
        return f"{team}: {signatures or 'not signed off'}"
    count = f" ({_counted(view, rule)} of {rule.needs})" if rule.needs > 1 else ""
    return f"{team}{count}: {signatures + '; ' if signatures else ''}{_awaited(view, rule)}"


def _counted(view: CardView, rule: SignOffRule) -> int:
    reasons = (each for each in view.reasons if each.code == "sign_off_missing")
    missing = next((int(each.values["missing"]) for each in reasons if each.values["team"] == rule.team), 0)
    return max(rule.needs - missing, 0)


def _signed(view: CardView, signed: SignOff, *, note: bool = False) -> str:
    note_text = quoted(signed.note, LONGEST_NOTE) if note else ""
    verb = "signed " if note else ""
    at = view.names.dated(signed.at) if view.release.ended else view.names.when(signed.at)
    place = f" for {view.names.user(signed.stands_for)}" if signed.stands_for else ""
    alone = " alone" if signed.alone else ""
    return f"{view.names.user(signed.user)}{place} {verb}{at}{alone}" + (f" {note_text}" if note_text else "")


def _awaited(view: CardView, rule: SignOffRule) -> str:
    testing = [each for each in view.step.still_testing if _belongs(view.directory, rule.team, each.user)]
    if testing:
        return _testing(view, testing)
    found = view.awaited.get(rule.team, Awaited())
    awaited, absent = _people(view, rule.team, found), away_line(found, view.names)
    since = view.step.waiting_since
    waits = f" since {view.names.when(since)}" if since is not None else ""
    if awaited.startswith("nobody ") or not (awaited or absent):
        return awaited or "nobody can sign yet"
    return "; ".join(filter(None, (f"waits for {awaited}{waits}" if awaited else "", absent)))


def _people(view: CardView, name: str, found: Awaited) -> str:
    """Return who is awaited and there; who is on call is named if all of them are known by name."""
    excluded, names = view.cannot_sign.get(name, frozenset[str]()) | found.gone, view.names
    team, on_call = view.directory.teams.get(name), [each for each in found.on_call if each not in excluded]
    known = 0 < len(on_call) <= MOST_ON_CALL and all(names.users.get(each) for each in on_call)
    if team is None or not known:
        return names.members(view.directory, (name,), excluded)
    members = [each for each in team.members if each not in {*excluded, *on_call}]
    people = listing(names.each_once((*members, *on_call)), "or")
    if found.empty:
        return f"{people}, as nobody is on call"
    return people if members else f"{people}, on call,"


def away_line(found: Awaited, names: Names) -> str:
    """Return who is away until when, and who stands in for them; empty if nobody is away."""
    until: dict[str, list[str]] = {}
    for each in found.away:
        until.setdefault(names.dated(each.until), []).append(each.user)
    ends = {at: names.each_once(users) for at, users in until.items()}
    away = listing(
        [
            f"{listing(people)} {'is' if len(people) == 1 else 'are'} away until {at}"
            for at, people in ends.items()
        ]
    )
    instead = names.each_once(user for user, _ in found.stand_ins)
    verb = "stands" if len(instead) <= 1 else "stand"
    return f"{away}; {listing(instead) or 'nobody'} {verb} in" if away else ""


def _testing(view: CardView, testing: list[Testing]) -> str:
    first = min(each.at for each in testing)
    people = listing(view.names.each_once(each.user for each in testing))
    return f"{people}, testing since {view.names.when(first)}"


def _belongs(directory: Directory, name: str, user: str) -> bool:
    """Return whether a tester is shown under a team.

    They are if they are a member, or if the team has a Slack user group and they are a member of no team.
    """
    team = directory.teams.get(name)
    if team is None or user in team.members:
        return True
    named_elsewhere = any(user in each.members for each in directory.teams.values())
    return bool(team.usergroup) and not named_elsewhere
