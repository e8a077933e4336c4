"""`/release status [what]`: show what waits for whom, what is in progress, what is locked, and what ended last."""

from dataclasses import replace

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for a service, an environment, a build, or everything here; for one release it is `why`."""
    query = query_about("status", words, context)
    return replace(query, kind="why") if isinstance(query, Query) and query.release else query


ACTION = Action(
    "status",
    ("status", "status website", "status staging", "status 2.4.1", "status r42", "status all"),
    "show what waits for you, what else is going on, what is locked, and what ended last",
    parse,
)
