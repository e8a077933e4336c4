"""What a release waits for: one line per reason where it is shown at length, a few words where it is one of many."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.names import Names, listing
from bot.blocks.signers import barred
from bot.blocks.text import escape
from bot.blocks.words import REASONS, Scope
from bot.blocks.words.holders import in_the_way
from bot.blocks.words.scope import Sentence
from handlers.gates.verdict import Reason
from handlers.people import Directory
from handlers.release import Release


@dataclass(frozen=True, slots=True)
class Waiting:
    """A release, what it waits for, and the release whose turn it is where it waits for that ("holder")."""

    release: Release
    reasons: Sequence[Reason]
    holder: Release | None = None


def wait_lines(waiting: Waiting, names: Names, directory: Directory) -> list[str]:
    """Say each reason: what for, who can clear it, and when it clears by itself."""
    return [wait_line(waiting, reason, names, directory) for reason in waiting.reasons]


def wait_line(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> str:
    """Say one reason; for a sign-off only those are named who may give it."""
    return _scope(waiting, reason, names, directory).say(REASONS[reason.code])


def _scope(waiting: Waiting, reason: Reason, names: Names, directory: Directory) -> Scope:
    besides, release = frozenset[str](), waiting.release
    if reason.code == "sign_off_missing":
        rules = (rule for rule in release.rules(release.step) if rule.team in reason.who)
        besides = besides.union(*(barred(release, rule, directory) for rule in rules))
    scope = Scope(
        reason.values, names, directory, reason.who, (), reason.until, besides, release, waiting.holder
    )
    return scope.also(release=f"r{release.number}")


def in_short(waiting: Waiting, names: Names, directory: Directory) -> str:
    """Say in a few words what a release waits for; nothing where its first line says it all."""
    missing = [reason for reason in waiting.reasons if reason.code == "sign_off_missing"]
    teams = listing([escape(reason.values["team"], 24) for reason in missing])
    parts = [f"{'a sign-off' if len(missing) == 1 else 'sign-offs'} of {teams}"] if teams else []
    for reason in waiting.reasons:
        if reason.code in _SHORT and not (parts and reason.code == "not_asked"):
            parts.append(_scope(waiting, reason, names, directory).say(_SHORT[reason.code]))
    return "; ".join(parts)


_SHORT: dict[str, Sentence] = {
    "signer_unknown": "Slack has yet to confirm {user:user}",
    "signer_lost": "{user:user} may no longer sign for {team}",
    "author_unknown": "nobody knows the author {authors:long}",
    "wrong_branch": "its branch {branch} may not go there",
    "locked": "{environment} is locked by {by:user}{until:until}",
    "turn": in_the_way,
    "not_asked": "{people} can start it",
}
"""In the order of the gates; what is not here is in the first line of the release already."""
