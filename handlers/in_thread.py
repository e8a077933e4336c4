"""Reads what is typed in the thread of a release's card: it means that release where no other one is named."""

from handlers.actions import read_command
from handlers.command_parsing import CommandContext
from handlers.named_release import named_release
from handlers.preparation import courteous
from handlers.requests import Query, UsageError
from handlers.typed_words import bare, split


def about_release(line: str, release: int, context: CommandContext) -> str:
    """Return a line with the number of the thread's release, if it needs one and names nothing itself.

    A line without words asks what the release waits for.
    """
    words = courteous(tuple(split(line)), context)
    if not words:
        return f"why r{release}"
    request = read_command(line, context)
    if isinstance(request, Query):
        return _read(request, line, release, context)
    if isinstance(request, UsageError) and request.code == "release_needed" and not request.meant:
        return _done(request.choices[0], words, release, context) or line
    return line


def _read(query: Query, line: str, release: int, context: CommandContext) -> str:
    named = (query.release, query.version, query.environment, query.everything, query.since)
    if any(named) or query.service not in {"", context.service}:
        return line
    about = f"{query.kind} r{release}"
    request = read_command(about, context)
    return about if isinstance(request, Query) and request.release == release else line


def _done(command: str, words: tuple[str, ...], release: int, context: CommandContext) -> str:
    """Return the line of a command with the release; empty if another one may be meant."""
    named = named_release(words[1:], context)
    if bare(words[0]) != command or named.elsewhere or named.said:
        return ""
    return " ".join((command, f"r{release}", *named.rest))
