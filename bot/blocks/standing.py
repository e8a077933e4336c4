"""Says in one sentence what a release waits for, whom to ask, and what the reader can do about it."""

from collections.abc import Collection, Sequence

from bot.blocks.card_view import CardView
from bot.blocks.headline import headline, state
from bot.blocks.names import capital, listing
from bot.blocks.silence import silence_line
from bot.blocks.text import escape
from bot.blocks.waits import askable, in_short
from handlers.gate import Reason

_GOES_ON = frozenset(
    {"running", "queued_at_ci", "cancelling", "being_sent", "sent", "about_to_start", "searching"}
)
"""Reasons that end by themselves; who could stop it meanwhile need not be asked."""

_WAIVED = frozenset({"author_unknown", "changes_unknown", "lacks_live", "live_unrelated"})


_LASTS = {"held": "let it go on", "locked": "unlock"}
"""What ends by its time, unless somebody ends it before."""


def standing_line(view: CardView) -> str:
    """Return the state of a release, and in a few words what it waits for."""
    said_already = state(view).startswith(("waits: ", "held: "))
    waits = "" if said_already else in_short(view.waiting, view.names, view.directory)
    said = "; ".join(filter(None, (silence_line(view.silence, view.names), waits)))
    return headline(view) + (f": {said}" if said else "")


def whom_to_ask(view: CardView) -> str:
    """Return who can clear what a release waits for, or that nobody has to; empty for one that has ended."""
    if view.release.ended:
        return ""
    blocking = [each for each in view.reasons if each.code not in _GOES_ON]
    if len(blocking) > 1:
        blocking = [each for each in blocking if each.code != "not_asked"]
    said = _asked(view, [each for each in blocking if each.who])
    if said:
        return said
    if any(each.code == "turn" for each in blocking):
        return "Nobody has to do anything: it goes on when its turn comes."
    if any(each.code == "waits_at_ci" for each in blocking):
        return "Whoever may let it go on at the CI has to."
    return "Nobody has to do anything now."


def _asked(view: CardView, reasons: Sequence[Reason]) -> str:
    """Return whom to ask for what, each of them once, and for what there is nobody."""
    asked: dict[str, list[str]] = {}
    alone: list[str] = []
    for reason in reasons:
        people = askable(view.waiting, reason, view.names, view.directory)
        if people.startswith("nobody "):
            alone.append(f"{capital(people)} can {_what_they_do(reason)}.")
        else:
            asked.setdefault(people, []).extend(filter(None, [_for_what(view, reason)]))
    whom = [
        people + (f" ({listing(list(dict.fromkeys(what)))})" if what else "")
        for people, what in asked.items()
    ]
    return " ".join([*([f"Ask {listing(whom)}."] if whom else []), *dict.fromkeys(alone)])


def _for_what(view: CardView, reason: Reason) -> str:
    if reason.code == "sign_off_missing":
        return escape(reason.values["team"], 24)
    if reason.code not in _LASTS:
        return ""
    ends = f", or wait until {view.names.clock(reason.until)}" if reason.until is not None else ""
    return f"to {_LASTS[reason.code]}{ends}"


def _what_they_do(reason: Reason) -> str:
    if reason.code == "sign_off_missing":
        return f"sign for {escape(reason.values['team'], 24)}"
    if reason.event == "waive":
        return "waive what is not known"
    return {"held": "let it go on", "locked": "unlock it", "not_asked": "start it"}.get(
        reason.code, "decide on it"
    )


def can_do(view: CardView, user: str, teams: Collection[str]) -> list[str]:
    """Return what a person of some teams can do for a release now, each with the words to type; signing comes first."""
    return [
        said
        for reason in sorted(view.reasons, key=lambda reason: reason.code != "sign_off_missing")
        if _is_asked(view, reason, user, teams) and (said := _can_do(view, reason, user, teams))
    ]


def can_sign_for(view: CardView, user: str, teams: Collection[str]) -> frozenset[str]:
    """Return the teams whose sign-off is missing and that a person of some teams can sign for now."""
    missing = [each for each in view.reasons if each.code == "sign_off_missing"]
    return frozenset(
        team
        for reason in missing
        if _is_asked(view, reason, user, teams)
        and user not in view.cannot_sign.get(team := reason.values["team"], ())
    )


def _is_asked(view: CardView, reason: Reason, user: str, teams: Collection[str]) -> bool:
    """Return whether a reason is for a person of some teams to clear, or in the place of somebody who is away."""
    instead = {name for name, found in view.awaited.items() if user in {each for each, _ in found.stand_ins}}
    return bool(instead.union(teams, {user}).intersection(reason.who))


def _can_do(view: CardView, reason: Reason, user: str, teams: Collection[str]) -> str:
    number, where = f"r{view.release.number}", view.environment
    operators = set(view.release.plan.operators)
    if reason.code == "sign_off_missing":
        return _can_sign(view, reason, user)
    if reason.code == "not_asked":
        ready = not view.waits_for
        return f"start {where}: `/release {number} to {view.step.environment}`" if ready else ""
    if reason.code in _WAIVED and user in {each.user for each in view.step.unspent}:
        return f"take back your sign-off, then waive what is not known: `/release withdraw {number}`"
    if reason.code in _WAIVED:
        return f"waive what is not known: `/release waive {number}` and why"
    return {
        "held": f"let it go on: `/release go {number}`",
        "failed": f"decide on {where}: {_decisions(view, operates=bool(operators.intersection(teams)))}",
        "unknown": f"look, then say how it ended: `/release settle {number} deployed` or `not-deployed`",
    }.get(reason.code, "")


def _decisions(view: CardView, *, operates: bool) -> str:
    """Return the lines that decide on a failed deployment; operators may roll back and settle it too."""
    number = f"r{view.release.number}"
    back = operates and view.step.may_have_deployed and view.roll_back_to is not None
    lines = [f"rollback {escape(view.step.environment, 40)}"] if back else []
    lines += [f"retry {number}", f"cancel {number}", *([f"settle {number}"] if operates else [])]
    return listing([f"`/release {each}`" for each in lines], "or")


def _can_sign(view: CardView, reason: Reason, user: str) -> str:
    team = reason.values["team"]
    if user in view.cannot_sign.get(team, ()):
        return ""
    return f"sign for {escape(team, 24)}: `/release approve r{view.release.number} as {team}`"
