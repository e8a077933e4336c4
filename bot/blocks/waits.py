"""Everything that a release waits for, one line per reason, wherever it is shown at length."""

from collections.abc import Sequence

from bot.blocks.names import Names
from bot.blocks.signers import barred
from bot.blocks.text import escape
from bot.blocks.words import REASONS, Scope
from bot.blocks.words.scope import state
from handlers.gates.verdict import Reason
from handlers.people import Directory
from handlers.release import Release


def wait_lines(release: Release, reasons: Sequence[Reason], names: Names, directory: Directory) -> list[str]:
    """Say each reason: what for, who can clear it, and when it clears by itself."""
    return [f"• {wait_line(release, reason, names, directory)}" for reason in reasons]


def wait_line(release: Release, reason: Reason, names: Names, directory: Directory) -> str:
    """Say one reason; for a sign-off only those are named who may give it."""
    besides: frozenset[str] = frozenset()
    if reason.code == "sign_off_missing":
        rules = (rule for rule in release.rules(release.step) if rule.team in reason.who)
        besides = besides.union(*(barred(release, rule, directory) for rule in rules))
    scope = Scope(reason.values, names, directory, reason.who, (), reason.until, besides)
    return scope.say(REASONS[reason.code])


def standing(release: Release) -> str:
    """Say in a line which release it is and where it stands."""
    named = f"*r{release.number} {escape(release.service, 24)} {escape(release.build.version, 24)}*"
    if release.ending is not None:
        replaced = f" by r{release.ending.replaced_by}" if release.ending.replaced_by else ""
        return f"{named}: {state(release.state.value)}{replaced}"
    return f"{named}: {state(release.step.state.value)} ({escape(release.step.environment, 24)})"
