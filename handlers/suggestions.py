"""Finds what was meant by words that no parser understands.

A suggestion never does more harm than any other word that is as near to what was typed.
"""

from dataclasses import dataclass, replace

from handlers.actions import COMMANDS, read_command
from handlers.command_parsing import CommandContext, is_joining
from handlers.preparation import is_courtesy, is_named, prepared
from handlers.requests import EVERYTHING, UsageError
from handlers.typed_words import abbreviated, bare, nearest, same_version, split
from handlers.vocabulary import (
    ASKED,
    DECIDES,
    DONE,
    EVERY,
    MOST_HARM,
    READS,
    ROLLED_BACK,
    STARTS,
    command_named,
    found_in,
    harm,
)

_NOT_READ = frozenset({"unknown_words", "unknown_environment", "which_service"})
_ANSWERED = frozenset({"not_yet", "environment_alone"})
"""What has an answer of its own."""
_BETWEEN = frozenset({"is", "was", "looks"})
"""What stands between a release and what is said of it."""
_NAMED = DONE | ROLLED_BACK | ASKED
MOST = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the database: open releases by number, and each service's versions, newest first."""

    releases: tuple[int, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()


def explained(wrong: UsageError, line: str, context: CommandContext, known: Known) -> UsageError:
    """Return a usage error that names the word that was not understood, with what may have been meant."""
    words = tuple(split(line))
    if wrong.code == "other_word":
        return replace(wrong, meant=(*_corrected(wrong.meant[0], context, known), *wrong.meant[1:]))
    if wrong.meant or wrong.code not in _NOT_READ or not words:
        return wrong
    if bare(words[0]) in COMMANDS:
        return replace(wrong, meant=_with_another_environment(wrong, words, context))
    return _begun_otherwise(wrong, prepared(words, context), context, known)


def _begun_otherwise(
    wrong: UsageError, words: tuple[str, ...], context: CommandContext, known: Known
) -> UsageError:
    """Explain a line that begins with no command."""
    turned = _in_another_order(words, context)
    if turned:
        return replace(wrong, meant=_corrected(turned[0], context, known))
    at = next((at for at, word in enumerate(words) if not _is_known(word, context, known)), None)
    if at is None:
        return replace(wrong, meant=_of_version(words, context, known))
    if wrong.code == "unknown_environment" and bare(wrong.word) == bare(words[at]):
        return replace(wrong, meant=_lines(words, at, wrong.choices))
    return _by_spelling(words, at, context, known)


def _corrected(line: str, context: CommandContext, known: Known) -> tuple[str, ...]:
    """Return the line that another word stands for, with what follows it spelled right."""
    request = read_command(line, context)
    meant = explained(request, line, context, known).meant if isinstance(request, UsageError) else ()
    return meant or (line,)


def _is_known(word: str, context: CommandContext, known: Known) -> bool:
    named = is_named(word, context) or is_courtesy(word, context)
    spelled = any(same_version(word, version) for _, version in known.versions)
    looks_like_version = any(letter.isdigit() for letter in word) or "@" in word
    other = is_joining(word) or bare(word) in {EVERYTHING, *COMMANDS} or bool(command_named(word))
    return bool(named or spelled or looks_like_version or other)


def _with_another_environment(
    wrong: UsageError, words: tuple[str, ...], context: CommandContext
) -> tuple[str, ...]:
    """Return the line of a command with an environment that is spelled alike, or with the one that stands too late."""
    at = next((at for at, word in enumerate(words) if word == wrong.word), 0)
    alike = _lines(words, at, wrong.choices) if at else ()
    late = [each for each in words[at + 1 :] if context.environment_named(each, context.service)]
    if alike or not late or not at:
        return alike
    rest = (word for word in words[1:] if word != late[0])
    return (" ".join((words[0], context.environment_named(late[0], context.service), *rest)),)


def _lines(words: tuple[str, ...], at: int, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the line with each name that is spelled like the word at a place, or that it may stand for."""
    alike = nearest(words[at], names) or abbreviated(words[at], names)
    return tuple(" ".join((*words[:at], name, *words[at + 1 :])) for name in alike[:MOST])


def _in_another_order(words: tuple[str, ...], context: CommandContext) -> tuple[str, ...]:
    """Return the line of a command that stands behind what it is about, as in `r4 approve` and `r4 is broken`."""
    about, rest = words[0], words[1:]
    while len(rest) > 1 and (bare(rest[0]) in _BETWEEN or is_courtesy(rest[0], context)):
        rest = rest[1:]
    if not rest or not is_named(about, context):
        return ()
    if bare(rest[0]) in COMMANDS:
        return (" ".join((bare(rest[0]), about, *rest[1:])),)
    found = found_in(_NAMED, rest)
    return (" ".join((found[0], about, *rest[found[1] :])),) if found is not None else ()


def _of_version(words: tuple[str, ...], context: CommandContext, known: Known) -> tuple[str, ...]:
    """Return the line that starts a release of a version that was typed alone."""
    if len(words) != 1:
        return ()
    spelled = [each for each in known.versions if same_version(words[0], each[1])]
    alike = [each for each in known.versions if _letters(each[1]) == _letters(words[0])]
    return tuple(_start(service, version, context) for service, version in (spelled or alike)[:MOST])


def _letters(version: str) -> str:
    return "".join(letter for letter in version.lower() if letter.isalnum())


def _start(service: str, version: str, context: CommandContext) -> str:
    build = version if service == context.service else f"{service}@{version}"
    return f"{build} to {context.environments(service)[0]}"


def _by_spelling(words: tuple[str, ...], at: int, context: CommandContext, known: Known) -> UsageError:
    """Return what is spelled nearly like the word that was not understood, the least harmful of it."""
    word, names = words[at], _names(at, context, known)
    near = nearest(word, names) or abbreviated(word, _names(1, context, known))
    meanings = [_meaning(words, at, name, context, known) for name in near]
    lines = tuple(dict.fromkeys(line for each in meanings for line in each.meant))
    least = min((_harm_of(line, context) for line in lines), default=MOST_HARM)
    answered = [each for each in meanings if each.code in _ANSWERED]
    if answered and least > READS:
        return replace(answered[0], word=word)
    kept = sorted((line for line in lines if _harm_of(line, context) == least), key=_is_no_command)
    return UsageError("unknown_words", word, context.environments(context.service), tuple(kept[:MOST]))


def _is_no_command(line: str) -> bool:
    return bare(line.split(maxsplit=1)[0]) not in COMMANDS


def _names(at: int, context: CommandContext, known: Known) -> tuple[str, ...]:
    """Return every word that may have been meant; a command and its other names only at the beginning."""
    environments = dict.fromkeys(name for names in context.services.values() for name in names)
    names = (*environments, *context.services, *(version for _, version in known.versions))
    commands = (
        *(name for name in COMMANDS if name != "journey"),
        *(each for table in EVERY for each in table if each),
    )
    return names if at else (*commands, *names)


def _meaning(words: tuple[str, ...], at: int, name: str, context: CommandContext, known: Known) -> UsageError:
    """Return what the words mean with a name in place of the one that was not understood."""
    line = " ".join((*words[:at], name, *words[at + 1 :]))
    request = read_command(line, context)
    if isinstance(request, UsageError):
        if request.meant or request.code in _ANSWERED:
            return request
        if request.code in _NOT_READ:
            return replace(request, meant=_of_version((name,), context, known) if len(words) == 1 else ())
    said = name if at or bare(name) in COMMANDS else command_named(name) or name
    return UsageError("unknown_words", name, meant=(" ".join((*words[:at], said, *words[at + 1 :])),))


def _harm_of(line: str, context: CommandContext) -> int:
    """Return how much harm a line can do; nothing but an environment starts something there."""
    first, last = (bare(word) for word in (line.split(maxsplit=1)[0], line.rsplit(maxsplit=1)[-1]))
    if first in COMMANDS:
        return harm(first)
    environments = context.environments(context.service)
    return STARTS if last in environments[:1] else DECIDES
