"""`/release history [n]`: show the latest events, refused ones too."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError

SHOWN = 10
MOST = 50


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the latest rows of the history."""
    count = words[0] if words else str(SHOWN)
    if not (count.isascii() and count.isdigit()) or not 1 <= int(count) <= MOST:
        return UsageError("number_needed", count, (f"1 to {MOST}",))
    return Query("history", context.actor, context.here, count=int(count))


ACTION = Action("history", ("history", "history 20"), "show what happened last, refusals too", parse)
