"""`/release why [r42]`: list what a release waits for, and who can clear it."""

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from handlers.subjects import query_about


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for one release, or for all open ones of a service, an environment or a build."""
    return query_about("why", words, context)


ACTION = Action(
    "why",
    ("why", "why r42", "why production", "why 2.4.1"),
    "say what a release waits for, and whom to ask",
    parse,
)
