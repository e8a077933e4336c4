"""`/release report [when] [service]`: how often, how fast and how safely is released, and where releases wait."""

from dataclasses import replace
from datetime import timedelta

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about
from handlers.time_ranges import range_among
from handlers.time_words import UnreadableTime

USUAL = timedelta(days=7)
"""How long a report goes back if no time was named."""

_SERVICES_ONLY = ("release", "version", "environment")


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for a report: of which time, of which service; of all services of the channel if none was named."""
    found, rest = range_among(words, context.services, context.now, context.zone)
    if isinstance(found, UnreadableTime):
        return UsageError("range_unreadable", found.words)
    query = query_about("report", rest, context)
    if isinstance(query, UsageError):
        return query
    wrong = next((str(getattr(query, name)) for name in _SERVICES_ONLY if getattr(query, name)), "")
    if wrong:
        return UsageError("not_a_service", f"r{wrong}" if query.release else wrong, tuple(context.services))
    since = context.now - USUAL if found is None else found.since
    return replace(query, since=since, until=None if found is None else found.until)


ACTION = Action(
    "report",
    ("report", "report last week", "report 2026-Q4 website", "report since mon", "report all"),
    "show how often, how fast and how safely is released, and where releases wait: of the last seven days, or another time",
    parse,
)
