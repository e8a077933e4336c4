"""Finds what was meant by words that no parser understands.

A suggestion never does more harm than any other word that is as near to what was typed.
"""

from dataclasses import replace

from handlers.actions import COMMANDS, read_command
from handlers.command_parsing import CommandContext, is_joining
from handlers.known_builds import MOST, Known, of_version
from handlers.preparation import is_courtesy, is_named, prepared
from handlers.requests import EVERYTHING, UsageError
from handlers.start_order import reordered_start
from handlers.typed_words import NEGATIONS, abbreviated, bare, nearest, same_version, split
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
    phrase_that_reads,
)

_NOT_READ = frozenset({"unknown_words", "unknown_environment", "which_service"})
_ANSWERED = frozenset({"not_yet", "environment_alone"})
"""What has an answer of its own."""
_WHICH, _WHERE = "release_needed", "environment_needed"
"""What is answered with the open releases, and with the environments, to choose from."""
_OF_TIMES = frozenset({"time_unreadable", "time_past", "time_or_reason", "unlock_later"})
"""What says of the words behind the environment what is wrong with them, whichever environment it is."""
_JOINED = frozenset({"for", "of", "at"})
"""What stands before an environment, beside what commands pass over."""
_BETWEEN = frozenset({"is", "was", "looks"})
"""What stands between a release and what is said of it."""
_BUILD_NAMED = frozenset({"version", "build"})
"""What stands before a build's version, and asks for it where nothing says where it goes."""
_NAMED = DONE | ROLLED_BACK | ASKED


def explained(wrong: UsageError, line: str, context: CommandContext, known: Known) -> UsageError:
    """Return a usage error that names the word that was not understood, with what may have been meant.

    What is suggested is understood itself, or asks which release or environment. Where it would not be, what is wrong with it
    is said.
    """
    found = _in_each_environment(_explained(wrong, line, context, known), line, context)
    understood = tuple(each for each in found.meant if _is_understood(each, context))
    if understood or not found.meant:
        return found if understood == found.meant else replace(found, meant=understood)
    request = read_command(found.meant[0], context)
    inner = _explained(request, found.meant[0], context, known) if isinstance(request, UsageError) else found
    named = _in_each_environment(inner, found.meant[0], context)
    understood = tuple(each for each in named.meant if _is_understood(each, context))
    return replace(named, meant=understood)


def _is_understood(line: str, context: CommandContext) -> bool:
    """Return whether a line is done as it is, or only asks which one is meant."""
    request = read_command(line, context)
    if bare(line.split(maxsplit=1)[0]) in NEGATIONS:
        return False
    asks = isinstance(request, UsageError) and request.code == _WHERE and len(line.split()) == 1
    return not isinstance(request, UsageError) or request.code == _WHICH or asks


def _in_each_environment(wrong: UsageError, line: str, context: CommandContext) -> UsageError:
    """Return the line that names no environment with each one that there is, as in `lock until monday`."""
    command, *rest = line.split() or ("",)
    elsewhere = any(context.service_named(each) not in {"", context.service} for each in rest)
    if wrong.code != _WHERE or wrong.meant or not rest or elsewhere:
        return wrong
    lines = tuple(" ".join((command, name, *rest)) for name in wrong.choices[:MOST])
    understood = tuple(each for each in lines if _is_understood(each, context))
    request = read_command(lines[0], context) if lines else wrong
    if isinstance(request, UsageError) and request.code in _OF_TIMES:
        return request
    return replace(wrong, meant=understood)


def _explained(wrong: UsageError, line: str, context: CommandContext, known: Known) -> UsageError:
    words = tuple(split(line))
    if (
        wrong.code == "other_word"
        and bare(words[0]) in _BUILD_NAMED
        and any(is_joining(each) for each in words)
    ):
        started = _started(words, context, known)
        return replace(wrong, meant=(started,)) if isinstance(started, str) else wrong
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
    started = _started(words, context, known)
    if started is not None:
        return replace(wrong, meant=(started,)) if isinstance(started, str) else started
    turned = _in_another_order(words, context)
    if turned:
        return replace(wrong, meant=_corrected(turned[0], context, known))
    at = next((at for at, word in enumerate(words) if not _is_known(word, context, known)), None)
    if at is None:
        return replace(wrong, meant=of_version(words, context, known))
    if wrong.code == "unknown_environment" and bare(wrong.word) == bare(words[at]):
        return replace(wrong, meant=_lines(words, at, wrong.choices))
    return _by_spelling(words, at, context, known)


def _started(words: tuple[str, ...], context: CommandContext, known: Known) -> str | UsageError | None:
    """Return the line that releases what was named in another order, or what it lacks; None if it is no such line."""
    services = [context.service, *(name for each in words if (name := context.service_named(each)))]
    branches = tuple(branch for service, branch in known.branches if service == services[-1])
    line = reordered_start(words, context, tuple(version for _, version in known.versions), branches)
    request = read_command(line, context) if line else None
    if isinstance(request, UsageError):
        return request if request.code == "build_needed" else None
    return line or None


def _corrected(line: str, context: CommandContext, known: Known) -> tuple[str, ...]:
    """Return the line that another word stands for, with what follows it spelled right."""
    request, words = read_command(line, context), tuple(split(line))
    named = any(bare(each) == branch for each in words for _, branch in known.branches)
    started = _started(words, context, known) if named else None
    if isinstance(started, str):
        return (started,)
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
    negated = any(bare(each) in NEGATIONS for each in words)
    if alike or not late or not at or negated:
        return () if negated else alike
    place = words.index(late[0])
    joined = is_joining(words[place - 1]) or bare(words[place - 1]) in _JOINED
    rest = words[1 : place - joined] + words[place + 1 :]
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


def _by_spelling(words: tuple[str, ...], at: int, context: CommandContext, known: Known) -> UsageError:
    """Return what is spelled nearly like the word that was not understood, the least harmful of it."""
    word, names = words[at], _names(at, context, known)
    phrase = phrase_that_reads(words) if not at else ""
    if phrase:
        return UsageError("unknown_words", word, context.environments(context.service), (phrase,))
    if not at and "to" in words:
        names = tuple(each for each in names if harm(command_named(each) or each) > READS)
    near = nearest(word, names) or abbreviated(word, _names(1, context, known))
    near = near or (() if at else abbreviated(word, [name for name in COMMANDS if name != "journey"]))
    meanings = [_meaning(words, at, name, context, known) for name in near]
    lines = tuple(dict.fromkeys(line for each in meanings for line in each.meant))
    if any(bare(each) in NEGATIONS for each in words[:2]):
        lines = tuple(line for line in lines if _harm_of(line, context) == READS)
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
            return replace(request, meant=of_version((name,), context, known) if len(words) == 1 else ())
    said = name if at or bare(name) in COMMANDS else command_named(name) or name
    return UsageError("unknown_words", name, meant=(" ".join((*words[:at], said, *words[at + 1 :])),))


def _harm_of(line: str, context: CommandContext) -> int:
    """Return how much harm a line can do; nothing but an environment starts something there."""
    first, last = (bare(word) for word in (line.split(maxsplit=1)[0], line.rsplit(maxsplit=1)[-1]))
    if first in COMMANDS:
        return harm(first)
    environments = context.environments(context.service)
    return STARTS if last in environments[:1] else DECIDES
