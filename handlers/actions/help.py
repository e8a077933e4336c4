"""`/release help`: list the commands."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query


def parse(_words: tuple[str, ...], context: CommandContext) -> Query:
    """Parse the query; further words are ignored."""
    return Query("help", context.actor, context.here)


ACTION = Action("help", ("help",), "show these words", parse)
