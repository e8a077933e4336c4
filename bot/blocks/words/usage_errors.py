"""Sentences about commands that could not be parsed.

They come with what was probably meant, and the usage.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.registry import ACTION_WORDS, of_actions
from handlers.actions import COMMANDS
from handlers.requests import UsageError

_SHARED = {
    "release_needed": "Which release? Name it by its number, as in r42.",
    "which_service": "Which service? Name it before the environment.",
    "environment_needed": "Which environment?",
    "unknown_environment": "There is no environment called {word}.",
    "number_needed": "{word} is not a number that I can use here.",
    "unknown_subject": "{word} is no service, environment, version or release that I know.",
    "range_unreadable": "I cannot read {word} as a time. Say when, as in yesterday, last week, last 3 days, since mon 09:00, "
    "2026-11-20 or 2026-11-20 to 2026-11-23.",
}
_SENTENCES = of_actions(lambda words: words.usage_errors, _SHARED)
USAGE_ERRORS: frozenset[str] = frozenset(_SENTENCES)
_USAGE = {
    "which_service": "journey",
    "number_needed": "history",
    "range_unreadable": "history",
    **{code: name for name, words in ACTION_WORDS.items() for code in words.usage_errors},
}
_WITHOUT_EXAMPLE = frozenset({"unknown_words"})
_COMMANDS_NAMED = frozenset({"release_needed"})
"""Codes whose choices are the parsed command, and not alternatives."""


def usage_error_lines(usage_error: UsageError) -> list[str]:
    """Return the lines of a usage error: the error, a suggestion, and the usage."""
    lines = [_SENTENCES[usage_error.code].format(word=escape(usage_error.word, 80))]
    meant = _meant(usage_error)
    choices = () if usage_error.code in _COMMANDS_NAMED else usage_error.choices
    if meant:
        lines.append(f"Did you mean {escape(meant, 80)}?")
    elif choices:
        lines.append(f"There is {listing([escape(each, 40) for each in choices], most=8)}.")
    return [*lines, _usage(usage_error)]


def _meant(usage_error: UsageError) -> str:
    first, _, rest = usage_error.word.partition(" ")
    if usage_error.code == "unknown_words":
        word = _closest(first, [name for name in COMMANDS if name != "journey"])
        return f"/release {word} {rest}".strip() if word else ""
    if usage_error.code in {"unknown_environment", "unknown_subject", "ending_needed"}:
        return _closest(first, usage_error.choices)
    return ""


def _closest(word: str, known: Iterable[str]) -> str:
    return next(iter(get_close_matches(word.lower(), list(known), 1, 0.6)), "") if word else ""


def _usage(usage_error: UsageError) -> str:
    named = usage_error.choices[0] if usage_error.code in _COMMANDS_NAMED and usage_error.choices else ""
    command = COMMANDS.get(named or _USAGE.get(usage_error.code, ""))
    if command is None or usage_error.code in _WITHOUT_EXAMPLE:
        return "/release help shows all words."
    return f"For example: /release {command.usage[-1]}"
