"""`/release whoami`: show what you may do and which teams you are in."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query


def parse(_words: tuple[str, ...], context: CommandContext) -> Query:
    """Parse the query; further words are ignored."""
    return Query("whoami", context.actor, context.here)


ACTION = Action("whoami", ("whoami",), "show what you may do and which teams you are in", parse)
