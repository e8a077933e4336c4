"""`/release builds [service]`: list the newest builds."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the newest builds."""
    if words and words[0] not in context.services:
        return UsageError("unknown_service", words[0], tuple(context.services))
    return Query("builds", context.actor, words[0] if words else context.here)


ACTION = Action("builds", ("builds",), "list the newest builds", parse)
