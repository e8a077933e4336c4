"""`/release notes r42`: show the release notes of a release, to be pasted where others read them."""

from dataclasses import replace

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, no_release
from handlers.requests import Query, UsageError
from handlers.subjects import query_about


def parse(words: tuple[str, ...], context: CommandContext) -> Query | UsageError:
    """Parse the query for the notes of one release, or of the newest one of a build; an environment says nothing more."""
    query = query_about("notes", words, context)
    if isinstance(query, UsageError):
        return query
    if not (query.release or query.version):
        return no_release((), "notes")
    return replace(query, environment="")


ACTION = Action(
    "notes",
    ("notes website 2.4.1", "notes r42"),
    "show release notes to paste: the changes, who asked, who signed, when it went live",
    parse,
)
