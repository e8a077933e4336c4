"""`/release where [service]`: show which build is live in each environment."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the live builds."""
    if words and words[0] not in context.services:
        return UsageError("unknown_service", words[0], tuple(context.services))
    return Query("where", context.actor, words[0] if words else context.here)


ACTION = Action("where", ("where",), "show which build is live in each environment", parse)
