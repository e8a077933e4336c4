"""`/release status [r42]`: show what is in progress and what it waits for."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, parse_release
from handlers.requests import Query, UsageError


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for all open releases of a service; for one, it is `why`.

    Without a service, the channel's own is meant.
    """
    if words and words[0] in context.services:
        return Query("status", context.actor, words[0])
    if not words:
        return Query("status", context.actor, context.here)
    found = parse_release(words, "status")
    if isinstance(found, UsageError):
        return found
    return Query("why", context.actor, context.here, found[0])


ACTION = Action("status", ("status", "status r42"), "show what is going on and what it waits for", parse)
