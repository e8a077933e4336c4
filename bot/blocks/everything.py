"""Renders which services a word about `everything` left out, and who can say it there."""

from collections.abc import Sequence

from bot.blocks.names import Names, listing
from bot.blocks.text import escape
from handlers.people import Directory
from handlers.plan import Plan

MOST_SERVICES = 6
MOST_LINES = 8


def left_out(plans: Sequence[Plan], names: Names, directory: Directory) -> list[str]:
    """Return a line for the services of each set of operators, as they are not the person's."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for plan in plans:
        groups.setdefault(plan.operators, []).append(plan.service)
    lines = [
        f"Left as it is: {named(services)}. {names.members(directory, teams) or 'Nobody yet'} can do it there."
        for teams, services in groups.items()
    ]
    if len(lines) <= MOST_LINES:
        return lines
    rest = [service for services in list(groups.values())[MOST_LINES:] for service in services]
    return [*lines[:MOST_LINES], f"Left as it is too: {named(rest)}."]


def named(services: Sequence[str]) -> str:
    """Return services by name; those beyond a few are counted."""
    return listing([escape(each, 40) for each in services], most=MOST_SERVICES)
