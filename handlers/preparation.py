"""Prepares typed words for a parser: names as the policy has them, without emoji and courtesies.

It is for commands whose every word means something. Where free text follows, as a reason or a note, parsers read the words
before it themselves and leave the text as it was typed.
"""

import re

from handlers.command_parsing import JOINING, CommandContext, parse_release
from handlers.requests import EVERYTHING, UsageError
from handlers.typed_words import bare, is_emoji, release_named, stripped
from handlers.vocabulary import LIVE

_BETWEEN_NAMES = re.compile(r"[,;/&+|]")
_COURTESIES = frozenset(
    {
        "please",
        "pls",
        "plz",
        "now",
        "thanks",
        "thx",
        "asap",
        "quickly",
        "kindly",
        "bitte",
        "jetzt",
        "danke",
        "sofort",
        "mal",
    }
)


_ONCE_MORE = frozenset({"", "again", "once", "one", "more", "time", "nochmal", "erneut", "it"})
"""What may follow the release of a command without a reason."""

_POINTING = frozenset({"it", "this", "that", "these", "them", LIVE, "with", "das", "es", "mit"})
"""What stands between the word for a start and what it starts, and names nothing."""

_SMALL_WORDS = frozenset(
    {"is", "are", "was", "it", "the", "of", "about", "in", "on", "a", "waiting", "still"}
)
"""What a question has besides the words that say what it is about."""


def asked(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return the prepared words of a question, without those that say nothing."""
    every = () if is_only_courtesy(words, context) else prepared(words, context)
    return tuple(
        each for each in every if each.lower() not in _SMALL_WORDS or context.environment_named(each)
    )


def prepared(words: tuple[str, ...], context: CommandContext, *, exact: bool = False) -> tuple[str, ...]:
    """Return words with every name as it is spelled in the policy; with `exact` what is no name stays as it was typed."""
    every = (part for word in words if not is_emoji(word) for part in _apart(word, context))
    kept = list(courteous(tuple(every), context))
    while len(kept) > 1 and is_courtesy(kept[-1], context):
        kept.pop()
    return tuple(_named(word, context) or (word if exact else stripped(word) or word) for word in kept)


def _apart(word: str, context: CommandContext) -> tuple[str, ...]:
    """Return the names that were typed in one word, as in `cart,search`."""
    parts = tuple(each for each in _BETWEEN_NAMES.split(word) if each)
    return parts if len(parts) > 1 and all(is_named(each, context) for each in parts) else (word,)


def courteous(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return words without the courtesies before them."""
    begin = 0
    while begin < len(words) - 1 and is_courtesy(words[begin], context):
        begin += 1
    return words[begin:]


def is_only_courtesy(words: tuple[str, ...], context: CommandContext) -> bool:
    """Return whether nothing is left without courtesies and emoji."""
    return all(is_emoji(word) or is_courtesy(word, context) for word in words)


def parse_only_release(words: tuple[str, ...], command: str, context: CommandContext) -> int | UsageError:
    """Parse a release that nothing but courtesies follow: the command takes no reason, so other words may change it."""
    found = parse_release(words, command)
    if isinstance(found, UsageError):
        return found
    number, rest = found
    if is_only_courtesy(tuple(word for word in rest if bare(word) not in _ONCE_MORE), context):
        return number
    return UsageError("other_text", " ".join(rest), meant=(f"{command} r{number}",))


def pointing(words: tuple[str, ...], context: CommandContext) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the words at the front that name nothing, as in `it live to production`, and those behind them."""
    count = 0
    while count < len(words) and bare(words[count]) in _POINTING and not is_named(words[count], context):
        count += 1
    rest = words[count:]
    return words[:count], rest[1:] if rest and bare(rest[0]) in JOINING else rest


def is_courtesy(word: str, context: CommandContext) -> bool:
    """Return whether a word is only polite."""
    return bare(word) in _COURTESIES and not _named(word, context)


def is_named(word: str, context: CommandContext) -> bool:
    """Return whether a word names a release, a service or an environment."""
    return bool(release_named(word) or context.service_named(word) or context.environment_named(word))


def _named(word: str, context: CommandContext) -> str:
    """Return the name that a word spells in some way; empty if it is none."""
    name = bare(word)
    if name in JOINING or name == EVERYTHING:
        return name
    number = release_named(word)
    service, at, token = stripped(word).partition("@")
    if at and service.lower() in context.services:
        return f"{service.lower()}@{_token(word, token)}"
    named = context.service_named(word) or context.environment_named(word)
    return named or (f"r{number}" if number else "")


def _token(word: str, stripped_token: str) -> str:
    """Return the version after an `@` as it was typed, where nothing stood around the whole."""
    _, _, typed = word.partition("@")
    return (
        f"r{number}" if (number := release_named(typed)) else (typed if word[0].isalnum() else stripped_token)
    )
