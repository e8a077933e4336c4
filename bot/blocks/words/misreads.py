"""What could not be read, one sentence per code, with what was probably meant and how it is written."""

from collections.abc import Iterable
from difflib import get_close_matches

from bot.blocks.names import listing
from bot.blocks.text import escape
from handlers.commands import COMMANDS
from handlers.wishes import Misread

_SENTENCES = {
    "unknown_words": 'I could not read "{word}".',
    "release_needed": "Which release? Name it by its number, as in r42.",
    "team_needed": "For which team? Name it after the word as.",
    "unknown_service": "There is no service called {word}.",
    "which_service": "Which service? Name it before the environment.",
    "environment_needed": "Which environment?",
    "unknown_environment": "There is no environment called {word}.",
    "number_needed": "{word} is not a number that I can use here.",
    "duration_needed": "For how long? Write it after the word for.",
    "version_needed": "To which version? Name it after the word to.",
    "ending_needed": "How did it end?",
}
MISREADS: frozenset[str] = frozenset(_SENTENCES)
_USAGE = {
    "team_needed": "approve",
    "which_service": "journey",
    "number_needed": "history",
    "duration_needed": "lock",
    "version_needed": "rollback",
    "ending_needed": "settle",
}
_COMMANDS_NAMED = frozenset({"release_needed"})
"""Codes whose choices are the command that was read, and nothing to choose from."""


def misread_lines(misread: Misread) -> list[str]:
    """Say what could not be read, what was probably meant, what there is, and how it is written."""
    lines = [_SENTENCES[misread.code].format(word=escape(misread.word, 80))]
    meant = _meant(misread)
    choices = () if misread.code in _COMMANDS_NAMED else misread.choices
    if meant:
        lines.append(f"Did you mean {escape(meant, 80)}?")
    elif choices:
        lines.append(f"There is {listing([escape(each, 40) for each in choices], most=8)}.")
    return [*lines, _usage(misread)]


def _meant(misread: Misread) -> str:
    first, _, rest = misread.word.partition(" ")
    if misread.code == "unknown_words":
        word = _closest(first, [name for name in COMMANDS if name != "journey"])
        return f"/release {word} {rest}".strip() if word else ""
    if misread.code in {"unknown_service", "unknown_environment", "ending_needed"}:
        return _closest(first, misread.choices)
    return ""


def _closest(word: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(word.lower(), list(known), 1, 0.6)), "") if word else ""


def _usage(misread: Misread) -> str:
    named = misread.choices[0] if misread.code in _COMMANDS_NAMED and misread.choices else ""
    command = COMMANDS.get(named or _USAGE.get(misread.code, ""))
    if command is None:
        return "/release help shows all words."
    return f"For example: /release {command.usage[-1]}"
