"""Answers `/release builds`: the newest builds."""

from collections.abc import Sequence

from bot.blocks.block_kit import Message, message
from bot.blocks.names import Names
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryWords
from bot.blocks.text import escape
from handlers.build import Build

NEWEST = 10


def builds(newest: Sequence[Build], names: Names) -> Message:
    """Return a list of builds, newest first."""
    head = "The newest builds" if newest else "There is no build yet."
    return message(head, *paragraphs([_build(each, names) for each in newest] or [head]))


def _build(build: Build, names: Names) -> str:
    ready = f" · {names.clock(build.ready_at)}" if build.ready_at is not None else ""
    named = f"{escape(build.service, 24)} {escape(build.version, 40)}"
    return f"*{named}* · {escape(build.branch, 40)} {escape(build.sha[:7], 7)}{ready}"


WORDS = QueryWords(
    lambda found: builds([build for service in found.services for build in service.builds], found.names),
    QueryReads(services=True, builds=NEWEST),
)
