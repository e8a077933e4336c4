"""`/release builds [what]`: list the newest builds, or show what became of one."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the newest builds, or for one of them."""
    return query_about("builds", words, context)


ACTION = Action(
    "builds",
    ("builds", "builds website", "builds 2.4.1"),
    "list the newest builds, or show what is in one and what became of it",
    parse,
)
