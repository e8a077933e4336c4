"""Sentences about commands that could not be parsed.

They come with what was probably meant, and the usage.
"""

from collections.abc import Iterable

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.not_yet import NOT_YET
from bot.blocks.words.registry import ACTION_WORDS, of_actions
from handlers.actions import COMMANDS
from handlers.actions.action import Action
from handlers.requests import UsageError
from handlers.typed_words import abbreviated, nearest

_SHARED = {
    "release_needed": "Which release? Name it by its number, as in r42.",
    "which_service": "Which service? Name it before the environment.",
    "environment_needed": "Which environment?",
    "unknown_environment": "There is no environment called {word}.",
    "service_alone": "{word} is a service: name its environment too.",
    "every_environment": "{word} is no environment. For all that you operate, in every service, the word is everything.",
    "one_or_both": "Is {word} meant too? Nothing was done. Put and between environments, or the reason in quotation marks.",
    "number_needed": "{word} is not a number that I can use here.",
    "unknown_subject": "{word} is no service, environment, version or release that I know.",
    "not_a_service": "A report is on services, and {word} is none: name one, or all.",
    "range_unreadable": "I cannot read {word} as a time. Say when, as in yesterday, last week, last 3 days, since mon 09:00, "
    "2026-11-20 or 2026-11-20 to 2026-11-23.",
    "other_word": "I do not know the word {word}.",
    "not_yet": "I do not know the word {word}.",
    "instead": '"{word}" did nothing.',
    "environment_alone": "I do not know the word {word}: name the environment alone to release there, with a build or a "
    "release before it if you mean one.",
    "a_question": "{word} ends with a question mark, so nothing was done.",
    "a_condition": '"{word}" puts it off, or takes it back, so nothing was done. If it is only a note, put it in quotation '
    "marks.",
    "put_off": '"{word}" puts it off, so nothing was done. A start is planned by its time: at mon 09:00.',
    "other_text": '"{word}" is nothing that I can use here, so nothing was done.',
    "one_release": "{word} would be a second release, and this is done to one at a time. A reason that begins with one stands "
    "in quotation marks.",
    "name_each": "{word} was not read as releases, so nothing was done. Name each by its number before a note, as in r1 r2 r3. "
    "A note that begins with one stands in quotation marks.",
    "one_team": "{word} would be a second team, and one person signs for one at a time.",
    "one_service": "{word} would be a second service, and this is done to one at a time. Nothing was done.",
    "one_environment": "{word} would be a second environment, and this is done to one at a time. Nothing was done.",
    "no_such_service": "There is no service called {word}. Nothing was done.",
    "one_subject": "{word} would be a second one: ask about one at a time.",
    "service_or_reason": "{word} is a service: name it first if you mean it. A reason that begins with it "
    "stands in quotation marks. Nothing was done.",
    "everything_of_all": "everything is every environment that you operate, of all services, and not of {word} alone: name an "
    "environment of it, with {word} before it. Nothing was done.",
    "build_needed": "Which build? For {word} name it by its version or its release: nothing is guessed there.",
}
_SENTENCES = of_actions(lambda words: words.usage_errors, _SHARED)
USAGE_ERRORS: frozenset[str] = frozenset(_SENTENCES)
_USAGE = {
    "which_service": "journey",
    "number_needed": "history",
    "range_unreadable": "history",
    "not_a_service": "report",
    "environment_alone": "journey",
    "build_needed": "journey",
    **{code: name for name, words in ACTION_WORDS.items() for code in words.usage_errors},
    **dict.fromkeys(("at_alone", "start_unreadable", "start_past"), "journey"),
}
_WITHOUT_EXAMPLE = frozenset(
    {
        "one_subject",
        "everything_of_all",
        "unknown_words",
        "other_word",
        "not_yet",
        "a_question",
        "a_condition",
        "put_off",
        "other_text",
    }
)
_BY_TOPIC = frozenset({"not_yet", "instead"})
_NAMED = "r42"
_COMMANDS_NAMED = frozenset(
    {
        "release_needed",
        "one_release",
        "name_each",
        "one_team",
        "one_service",
        "one_environment",
        "service_or_reason",
        "no_such_service",
    }
)
"""Codes whose choices are the parsed command, and not alternatives."""
_EXAMPLES = {
    "environment_alone": 0,
    "which_service": 1,
    "build_needed": 4,
    "time_unreadable": 0,
    "time_past": 1,
    "time_or_reason": 2,
    "unlock_later": 0,
}
"""Which usage line of the command is the example, where it is not the last one."""


def usage_error_lines(usage_error: UsageError) -> list[str]:
    """Return the lines of a usage error: the error, a suggestion, and the usage."""
    return [sentence(usage_error), *_suggested(usage_error), _usage(usage_error)]


def sentence(usage_error: UsageError) -> str:
    """Return what was not understood."""
    return _SENTENCES[usage_error.code].format(word=escape(usage_error.word, 80))


def unknown_word(word: str) -> str:
    """Return that a word is not one of ours."""
    return sentence(UsageError("other_word", word))


def _suggested(usage_error: UsageError) -> list[str]:
    if usage_error.code in _BY_TOPIC:
        topic, named = (*usage_error.choices, "", "")[:2]
        return [NOT_YET[topic].format(named=escape(named or _NAMED, 40))] if topic in NOT_YET else []
    choices = () if usage_error.code in _COMMANDS_NAMED else usage_error.choices
    meant = [f"/release {escape(each, 80)}" for each in usage_error.meant]
    name = _closest(usage_error.word, choices) if usage_error.code in _BY_CHOICE else ""
    if name:
        return [f"Did you mean {escape(name, 80)}?", *(f"Type {each}" for each in meant[:1])]
    if meant:
        return [f"Did you mean {listing(meant, 'or')}?"]
    if usage_error.code == "unknown_words":
        return _like_a_command(usage_error.word) or _choices(choices)
    return _choices(choices)


def _like_a_command(word: str) -> list[str]:
    first, _, rest = word.partition(" ")
    name = _closest(first, [each for each in COMMANDS if each != "journey"])
    return [f"Did you mean {escape(f'/release {name} {rest}'.strip(), 80)}?"] if name else []


def _choices(choices: Iterable[str]) -> list[str]:
    return [f"There is {listing([escape(each, 40) for each in choices], most=8)}."] if choices else []


_BY_CHOICE = frozenset({"unknown_environment", "unknown_subject", "not_a_service", "ending_needed"})


def _closest(word: str, known: Iterable[str]) -> str:
    names = tuple(known)
    return next(iter(nearest(word, names) or abbreviated(word, names)), "")


def _usage(usage_error: UsageError) -> str:
    named = usage_error.choices[0] if usage_error.code in _COMMANDS_NAMED and usage_error.choices else ""
    command = COMMANDS.get(named or _USAGE.get(usage_error.code, ""))
    if command is None or usage_error.code in _WITHOUT_EXAMPLE:
        return "/release help shows all words."
    return f"For example: /release {example(usage_error.code, command)}"


def example(code: str, command: Action) -> str:
    """Return the usage line of a command that shows what was missing."""
    at = _EXAMPLES.get(code, -1)
    return command.usage[at if at < len(command.usage) else -1]
