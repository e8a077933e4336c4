"""`/release why [r42]`: list what a release waits for, and who can clear it."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, parse_release
from handlers.requests import Query, UsageError


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for one release, or for all open ones of a service.

    Without a service, the channel's own is meant.
    """
    if words and words[0] in context.services:
        return Query("why", context.actor, words[0])
    if not words:
        return Query("why", context.actor, context.here)
    found = parse_release(words, "why")
    if isinstance(found, UsageError):
        return found
    return Query("why", context.actor, context.here, found[0])


ACTION = Action(
    "why", ("why", "why r42"), "list everything that a release waits for, and who can clear it", parse
)
