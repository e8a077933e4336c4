"""`/release where [what]`: show which build is live in each environment."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the live builds of services, in an environment, or for where one build is."""
    return query_about("where", words, context)


ACTION = Action(
    "where",
    ("where", "where website", "where production", "where 2.4.1", "where all"),
    "show which build is live in each environment, what holds it, and what is locked",
    parse,
)
