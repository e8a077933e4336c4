"""Renders what a release waits for, at length or in a few words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.blocks.names import Names, listing
from bot.blocks.text import escape
from bot.blocks.words import REASONS, SHORT, RenderContext
from handlers.gate import Reason
from handlers.people import Directory
from handlers.release import Release
from handlers.slots import Awaited


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release and the reasons why it waits.

    `holder` is the release that holds its environment, if it waits for its turn; `cannot_sign` are by team those of its people
    who may not sign, `awaited` who is away of the others, and who stands in.
    """

    release: Release
    reasons: Sequence[Reason]
    holder: Release | None = None
    cannot_sign: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    awaited: Mapping[str, Awaited] = field(default_factory=dict[str, Awaited])


def wait_lines(waiting: Waiting, names: Names, directory: Directory) -> list[str]:
    """Return a line for each reason: what it is, who or what clears it; what two teams have to know alike is said once."""
    lines = (wait_line(waiting, reason, names, directory) for reason in waiting.reasons)
    return list(dict.fromkeys(lines))


def wait_line(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> str:
    """Return the line of one reason.

    For a sign-off only people who may give it are named.
    """
    return _context(waiting, reason, names, directory).render(REASONS[reason.code])


def in_words(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> str:
    """Return one reason in a few words; a reason without any is said at length."""
    return _context(waiting, reason, names, directory).render(SHORT.get(reason.code) or REASONS[reason.code])


def askable(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> str:
    """Return who can clear a reason, as text."""
    return _context(waiting, reason, names, directory).people()


def _context(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> RenderContext:
    excluded, release, instead = frozenset[str](), waiting.release, list[str]()
    if reason.code == "sign_off_missing":
        excluded = excluded.union(*(waiting.cannot_sign.get(team, ()) for team in reason.who))
        found = [waiting.awaited.get(team, Awaited()) for team in reason.who]
        names = replace(names, away={each.user: each.until for there in found for each in there.away})
        instead = [user for each in found for user, _ in each.stand_ins]
    elif reason.event == "waive":
        # Who waives does not sign the step, in either order.
        excluded = frozenset(each.user for each in release.step.unspent)
    context = RenderContext(
        reason.values, names, directory, reason.who, (), reason.until, excluded, release, waiting.holder
    )
    context = replace(context, instead=tuple(instead))
    return context.also(release=f"r{release.number}")


def in_short(waiting: Waiting, names: Names, directory: Directory) -> str:
    """Return in a few words what a release waits for.

    Empty if its headline says it all.
    """
    missing = [reason for reason in waiting.reasons if reason.code == "sign_off_missing"]
    teams = listing([escape(reason.values["team"], 24) for reason in missing])
    parts = [f"{teams} have to sign"] if teams else []
    for reason in waiting.reasons:
        if reason.code in SHORT and not (parts and reason.code == "not_asked"):
            parts.append(_context(waiting, reason, names, directory).render(SHORT[reason.code]))
    return "; ".join(dict.fromkeys(parts))
