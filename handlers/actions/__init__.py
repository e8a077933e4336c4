"""The registry of actions: the commands of `/release`.

Commands, rules, forms and reserved words derive from it.
"""

from handlers.actions import (
    approve,
    at,
    away,
    back,
    builds,
    cancel,
    emergency,
    go,
    help,  # noqa: A004 - the word is the command
    history,
    hold,
    journey,
    lock,
    mine,
    notes,
    notify,
    offer,
    reject,
    report,
    retry,
    review,
    rollback,
    settle,
    status,
    stop,
    take,
    testing,
    unlock,
    waive,
    where,
    whoami,
    why,
    withdraw,
)
from handlers.actions.action import Action, Form
from handlers.command_parsing import JOINING, CommandContext
from handlers.conditions import condition_at, held_back
from handlers.events import ReleaseAction
from handlers.instead import instead
from handlers.journey_words import AGAIN
from handlers.preparation import asked, courteous, is_named, pointing, prepared
from handlers.requests import EVERYTHING, Query, Request, StartForm, UsageError
from handlers.typed_words import bare, release_named, split
from handlers.vocabulary import (
    ASKED,
    DONE,
    EVERY,
    LIVE,
    NEWEST,
    NOT_YET,
    ROLLED_BACK,
    command_named,
    found_in,
    is_meant_otherwise,
)

ACTIONS: tuple[Action, ...] = (
    journey.ACTION,
    status.ACTION,
    where.ACTION,
    why.ACTION,
    mine.ACTION,
    builds.ACTION,
    notes.ACTION,
    history.ACTION,
    report.ACTION,
    whoami.ACTION,
    help.ACTION,
    approve.ACTION,
    reject.ACTION,
    withdraw.ACTION,
    testing.ACTION,
    hold.ACTION,
    go.ACTION,
    take.ACTION,
    offer.ACTION,
    cancel.ACTION,
    retry.ACTION,
    rollback.ACTION,
    emergency.ACTION,
    review.ACTION,
    settle.ACTION,
    stop.ACTION,
    waive.ACTION,
    at.ACTION,
    lock.ACTION,
    unlock.ACTION,
    notify.ACTION,
    away.ACTION,
    back.ACTION,
)

COMMANDS = {action.name: action for action in ACTIONS}
RULES = {event: rule for action in ACTIONS for event, rule in action.rules.items()}
ENVIRONMENT_RULES = {event: rule for action in ACTIONS for event, rule in action.environment_rules.items()}
_ACTION_OF = {event: action for action in ACTIONS for event in action.rules}

RESERVED = frozenset(COMMANDS) - {journey.ACTION.name} | JOINING | {EVERYTHING, "as", "for", AGAIN}
"""Names that no service, environment or team may have: each of them means something in a command."""

MOST_LETTERS = 4000
_NO_LINE = frozenset({"unknown_words", "unknown_environment", "other_text"})


def read_command(line: str, context: CommandContext) -> Request | UsageError:
    """Parse one line of `/release`.

    What changes something is never done for a question, nor with a note that puts it off or takes it back: the line without
    that is named instead.
    """
    request = _read(line, context)
    if isinstance(request, Query | StartForm):
        return request
    words = courteous(tuple(split(line[:MOST_LETTERS])), context)
    if isinstance(request, UsageError):
        return _without_condition(request, words, context)
    found = found_in(ROLLED_BACK, words)
    said = (rollback.ACTION.name, *words[found[1] :]) if found is not None else words
    return held_back(request, " ".join(said)) or request


def _without_condition(wrong: UsageError, words: tuple[str, ...], context: CommandContext) -> UsageError:
    """Return a line without the condition behind it, as in `staging when ready`, if it can be read without."""
    at = condition_at(words) if wrong.code in _NO_LINE else 0
    head, rest = " ".join(words[:at]), " ".join(words[at:])
    if not at or isinstance(_read(head, context), UsageError | Query | StartForm):
        return wrong
    planned = f"{head} at {rest.removeprefix('on ')}"
    later = getattr(_read(planned, context), "at", None) is not None
    return UsageError("put_off", rest, meant=(planned if later else head,))


def _read(line: str, context: CommandContext) -> Request | UsageError:
    """Parse a line: the first word finds the action; others name a build or an environment, or are other words for one."""
    words = courteous(tuple(split(line[:MOST_LETTERS])), context)
    urgent = emergency.inside(words, context)
    if urgent:
        return emergency.ACTION.parse(urgent, context)
    action = _command(words) if words and not is_meant_otherwise(words) else None
    acts = action is not None and not reads(action)
    other = instead(words, context, acts=acts) if words and (acts or action is None) else None
    if other is not None:
        return other
    if action is not None and action is not journey.ACTION:
        return action.parse(asked(words[1:], context) if reads(action) else words[1:], context)
    number = release_named(words[0], number_alone=True) if len(words) == 1 else 0
    if number or (len(words) == 1 and context.service_named(words[0])):
        return status.ACTION.parse((f"r{number}",) if number else asked(words, context), context)
    if words and not _begins_a_journey(words, context):
        found = found_in({phrase: phrase for table in EVERY for phrase in table}, words)
        if found is not None:
            phrase, count = found
            return _by_another_name(phrase, words[:count], words[count:], context)
    return journey.ACTION.parse(prepared(words, context, exact=True), context)


def _command(words: tuple[str, ...]) -> Action | None:
    """Return the command that a line begins with; an emergency rollback is a rollback."""
    action = COMMANDS.get(bare(words[0])) if words else None
    return None if action is emergency.ACTION and found_in(ROLLED_BACK, words) is not None else action


def reads(action: Action) -> bool:
    """Return whether an action only reads: none of its words is free text."""
    return action is not journey.ACTION and not action.rules and not action.environment_rules


def _begins_a_journey(words: tuple[str, ...], context: CommandContext) -> bool:
    """Return whether a name of the policy stands first, or the newest build."""
    named = context.environment_named(words[0]) or context.service_named(words[0])
    return bool(named) or (bare(words[0]) in NEWEST and len(words) > 1)


def _by_another_name(
    phrase: str, typed: tuple[str, ...], rest: tuple[str, ...], context: CommandContext
) -> Request | UsageError:
    """Do what only reads, and what opens a form that asks; for the rest name the word to use."""
    word = " ".join(typed)
    if phrase in DONE:
        return _read_about(DONE[phrase], word, rest, context)
    if phrase in ROLLED_BACK:
        return rollback.ACTION.parse(rest, context)
    if phrase in NOT_YET:
        return UsageError("not_yet", word, (NOT_YET[phrase],))
    if phrase in ASKED:
        return UsageError("other_word", word, meant=(" ".join((ASKED[phrase], *rest)),))
    return _to_start(word, prepared(rest, context, exact=True), context)


def _read_about(
    command: str, word: str, rest: tuple[str, ...], context: CommandContext
) -> Request | UsageError:
    """Read about the names among the words; words that are neither names nor questions were not understood.

    Who is meant by `who signs r4` is said by what r4 waits for.
    """
    every = asked(rest, context)
    command = "why" if command == "whoami" and every else command
    action = COMMANDS[command]
    names = tuple(each for each in every if is_named(each, context))
    if any(each not in names and command_named(each) not in DONE.values() for each in every):
        about = tuple(each for each in every if each in names or any(letter.isdigit() for letter in each))
        asked_who = ("why", "history") if bare(word) == "who" else (command,)
        return UsageError("other_word", word, meant=tuple(" ".join((each, *about)) for each in asked_who))
    request = action.parse(names, context)
    return action.parse((), context) if isinstance(request, UsageError) else request


def _to_start(word: str, rest: tuple[str, ...], context: CommandContext) -> UsageError:
    """Name the line that starts a release; a service or a build alone begins in the first environment."""
    pointed, rest = pointing(rest, context)
    word = " ".join((word, *pointed))
    environments = context.environments(context.service_named(rest[0]) if rest else "")
    environments = environments or context.environments(context.service)
    nowhere = LIVE in word.lower().split() and not any(map(context.environment_named, rest))
    if not rest or nowhere or (len(rest) == 1 and release_named(rest[0])) or not environments:
        return UsageError("environment_alone", word, environments)
    alone = len(rest) == 1 and (
        context.service_named(rest[0]) or bare(rest[0]) in NEWEST or any(each.isdigit() for each in rest[0])
    )
    return UsageError(
        "other_word", word, meant=(" ".join((*rest, "to", environments[0]) if alone else rest),)
    )


def action_of(event: ReleaseAction) -> Action:
    """Return the action that an event belongs to."""
    return _ACTION_OF[type(event)]


__all__ = [
    "ACTIONS",
    "COMMANDS",
    "ENVIRONMENT_RULES",
    "RESERVED",
    "RULES",
    "Action",
    "Form",
    "action_of",
    "read_command",
    "reads",
]
