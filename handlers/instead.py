"""Answers lines that are near to a command and mean something else: with what there is for that, and no command near to it."""

from handlers.command_parsing import PRODUCTION, CommandContext, is_joining
from handlers.requests import EVERYTHING, UsageError
from handlers.typed_words import bare, release_named
from handlers.vocabulary import ASKED, BROKEN, EVERY, INSTEAD, LIVE, REVERSED, found_in

_ALL = frozenset({"all", EVERYTHING, "every", "each", "alle", "alles"})
_SERVICES = frozenset({"services", "service", "of", "them", "dienste"})
_OF_RELEASES = frozenset({"go", "hold"})
"""Commands about releases that people type behind them."""
_ON_PHRASES = frozenset(
    {"broken", "not", "fail", "help", "no", "deploy", "release", "rollout", "start", "all", "build", "ship"}
)
"""Words for something else, which say what is broken where that follows."""
MOST_SERVICES = 8


def instead(words: tuple[str, ...], context: CommandContext, *, acts: bool) -> UsageError | None:
    """Return what there is instead of what a line would do by its first words alone; None if they say it all.

    With `acts` the first word is a command that changes something.
    """
    about = release_named(words[0])
    said = words[1:] if about and len(words) > 1 else words
    found = found_in(INSTEAD, said)
    if found is not None:
        topic, count = found
        named = (PRODUCTION,) if topic == "incident" else _named(words)
        return UsageError("instead", " ".join(said[:count]), (topic, *named))
    reversed_by = found_in(REVERSED, words)
    if reversed_by is not None:
        command, count = reversed_by
        line = " ".join((command, *words[count:]))
        return UsageError("other_word", " ".join(words[:count]), meant=(line,))
    if acts:
        return None
    return _of_a_release(words) or _everywhere(words, context) or _incident(words, context)


def _named(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first release among some words."""
    return tuple(f"r{number}" for word in words if (number := release_named(word)))[:1]


def _of_a_release(words: tuple[str, ...]) -> UsageError | None:
    """Return what is meant by `r1 go`, `pause r1` and `unblock r1`, which name a release and no environment."""
    first, *rest = tuple(word for word in words if bare(word) != "for") or words
    if bare("".join(rest[:1])) in _OF_RELEASES and release_named(first):
        if bare("".join(rest[1:2])) == LIVE:
            return UsageError("environment_alone", " ".join(rest[:2]))
        first, rest[0] = rest[0], first
        return UsageError("other_word", first, meant=(" ".join((bare(first), *rest)),))
    word = bare(first)
    if not rest or not release_named(rest[0]):
        return None
    if word == "reopen":
        return UsageError("instead", first, ("ended", *_named(words)))
    return {
        "lock": UsageError("other_word", first, meant=(" ".join(("hold", *rest)),)),
        "unlock": UsageError("other_word", first, meant=(f"go {bare(rest[0])}",)),
    }.get(ASKED.get(word, ""))


def _everywhere(words: tuple[str, ...], context: CommandContext) -> UsageError | None:
    """Return the line that means `all to staging`: every service by its name."""
    if bare(words[0]) not in _ALL or len(words) == 1:
        return None
    rest = [each for each in words[1:] if bare(each) not in _SERVICES and not is_joining(each)]
    if len(rest) != 1:
        return None
    services = (context.here,) if context.here else context.nearby or tuple(context.services)
    able = [each for each in services if context.environment_named(rest[0], each)]
    if not able:
        return None
    environment = context.environment_named(rest[0], able[0])
    if environment != context.environments(able[0])[0]:
        return UsageError("build_needed", rest[0])
    if len(able) > MOST_SERVICES:
        return UsageError("which_service", "", tuple(able))
    return UsageError("other_word", words[0], meant=(" ".join((*able, "to", environment)),))


def _incident(words: tuple[str, ...], context: CommandContext) -> UsageError | None:
    """Return what there is in an incident for a line that says of no release that something is broken."""
    if not _says_broken(words, context) or any(release_named(word) for word in words):
        return None
    known = found_in({phrase: phrase for table in EVERY for phrase in table}, words)
    named = _is_name(words[0], context)
    if len(words) == 1 or (known is not None and not named and known[0] not in _ON_PHRASES):
        return None
    where = next((name for word in words if (name := context.environment_named(word))), PRODUCTION)
    return UsageError("instead", " ".join(words), ("incident", where))


def _says_broken(words: tuple[str, ...], context: CommandContext) -> bool:
    """Return whether something is said to be broken; names do not say it, and neither do numbers before an environment."""
    said = [bare(word) for word in words if bare(word) in BROKEN and not _is_name(word, context)]
    version = bool(context.environment_named(words[-1])) and all(each.isdigit() for each in said)
    return bool(said) and not version


def _is_name(word: str, context: CommandContext) -> bool:
    return bool(context.environment_named(word) or context.service_named(word))
