"""Answers `/release help`: every command."""

from bot.blocks.block_kit import Message, message
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryWords
from bot.blocks.text import escape
from handlers.actions import COMMANDS


def help() -> Message:  # noqa: A001 - the word is the command
    """Return every command of `/release`, its usage and what it does."""
    lines = [f"`/release {command.usage[0]}`  {escape(command.summary)}" for command in COMMANDS.values()]
    return message("The words of /release", *paragraphs(["`/release`  open a form", *lines]))


WORDS = QueryWords(lambda _: help())
