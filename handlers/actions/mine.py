"""`/release mine`: show what waits for you, your releases, and how those of yours ended in the last day."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query


def parse(_words: tuple[str, ...], context: CommandContext) -> Query:
    """Parse the query; further words are ignored, and it is about all services."""
    return Query("mine", context.actor)


ACTION = Action("mine", ("mine",), "show what waits for you, your releases, and how yours ended today", parse)
