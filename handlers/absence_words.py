"""Parses who is meant by `away` and `back`, and until when: `until mon for @amita`, `for @amita 3d`."""

from dataclasses import dataclass
from datetime import datetime

from handlers.command_parsing import CommandContext
from handlers.preparation import courteous, is_courtesy
from handlers.requests import UsageError
from handlers.time_spellings import as_typed, spelled
from handlers.time_words import UnreadableTime, duration, few, read_ending
from handlers.typed_words import bare

_FOR = frozenset({"for", "of"})
_UNTIL = frozenset({"until", "till", "til", "bis"})
_ONESELF = frozenset({"me", "myself"})


@dataclass(frozen=True, slots=True)
class Whom:
    """The person who is named, as typed and without `@`; empty for oneself. `rest` are the other words."""

    name: str
    rest: tuple[str, ...]


def read_whom(words: tuple[str, ...], context: CommandContext) -> Whom:
    """Read a person behind `for`, or one that is mentioned; `for 2h` is a time."""
    words = tuple(word for word in courteous(words, context) if not is_courtesy(word, context))
    for at, word in enumerate(words):
        if bare(word) in _FOR and words[at + 1 :] and duration(spelled(words[at + 1 :])) is None:
            return _named(words[:at], words[at + 1 :])
        if word.startswith(("@", "<@")):
            return _named(words[:at], words[at:])
    return Whom("", words)


def _named(before: tuple[str, ...], words: tuple[str, ...]) -> Whom:
    """Return the person whose name ends before a time."""
    end = next(
        (at for at, word in enumerate(words) if at and (bare(word) in _UNTIL | _FOR or duration((word,)))),
        len(words),
    )
    name = " ".join(words[:end]).strip(",;")
    return Whom("" if name.lower() in _ONESELF else name.removeprefix("@"), (*before, *words[end:]))


def read_until(words: tuple[str, ...], context: CommandContext) -> datetime | UsageError:
    """Read until when somebody is away; there is no absence without an end."""
    if not words:
        return UsageError("away_without_end")
    ending = read_ending(spelled(words), context.now, context.zone)
    if isinstance(ending, UnreadableTime):
        past = ending.moment is not None
        return UsageError("away_time_past" if past else "away_time_unreadable", few(words))
    if ending.until is None or ending.rest:
        return UsageError("away_time_unreadable", few(as_typed(ending.rest)))
    return ending.until
