"""`/release history [what] [when] [n]`: show what happened, refused attempts too."""

import re
from dataclasses import replace

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about
from handlers.time_ranges import range_among
from handlers.time_words import UnreadableTime

SHOWN = 10
MOST = 50
_ALL = "all"
_NUMBER = re.compile(r"[+-]?\d+\Z", re.ASCII)


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the latest rows: how many, of what, of which time; `all` asks for refusals of others too."""
    found, rest = range_among(words, context.services, context.now, context.zone)
    if isinstance(found, UnreadableTime):
        return UsageError("range_unreadable", found.words)
    everything = any(word.lower() == _ALL for word in rest)
    rest = tuple(word for word in rest if word.lower() != _ALL)
    numbers = [word for word in rest if _NUMBER.match(word)]
    wrong = next((word for word in numbers if not 1 <= int(word) <= MOST), "".join(numbers[1:]))
    if wrong:
        return UsageError("number_needed", wrong, (f"1 to {MOST}",))
    query = query_about("history", tuple(word for word in rest if word not in numbers), context)
    if isinstance(query, UsageError):
        return query
    ranged = found is not None or query.release
    count = int(numbers[0]) if numbers else MOST if ranged else SHOWN
    since, until = (found.since, found.until) if found is not None else (None, None)
    return replace(query, count=count, everything=everything, since=since, until=until)


ACTION = Action(
    "history",
    ("history", "history 20", "history r42", "history website last week", "history since mon", "history all"),
    "show what happened last, or of a release, a service or a time; all shows refusals of others too",
    parse,
)
