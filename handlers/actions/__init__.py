"""The registry of actions: the commands of `/release`.

Commands, rules, forms and reserved words derive from it.
"""

from handlers.actions import (
    approve,
    builds,
    cancel,
    help,  # noqa: A004 - the word is the command
    history,
    journey,
    lock,
    mine,
    reject,
    retry,
    rollback,
    settle,
    status,
    stop,
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
from handlers.events import ReleaseAction
from handlers.requests import EVERYTHING, Request, UsageError

ACTIONS: tuple[Action, ...] = (
    journey.ACTION,
    status.ACTION,
    where.ACTION,
    why.ACTION,
    mine.ACTION,
    builds.ACTION,
    history.ACTION,
    whoami.ACTION,
    help.ACTION,
    approve.ACTION,
    reject.ACTION,
    withdraw.ACTION,
    testing.ACTION,
    cancel.ACTION,
    retry.ACTION,
    rollback.ACTION,
    settle.ACTION,
    stop.ACTION,
    waive.ACTION,
    lock.ACTION,
    unlock.ACTION,
)

COMMANDS = {action.name: action for action in ACTIONS}
RULES = {event: rule for action in ACTIONS for event, rule in action.rules.items()}
ENVIRONMENT_RULES = {event: rule for action in ACTIONS for event, rule in action.environment_rules.items()}
_ACTION_OF = {event: action for action in ACTIONS for event in action.rules}

RESERVED = frozenset(COMMANDS) - {journey.ACTION.name} | JOINING | {EVERYTHING, "as", "for", journey.AGAIN}
"""Names that no service, environment or team may have.

Each of them means something in a command.
"""

MOST_LETTERS = 4000


def read_command(line: str, context: CommandContext) -> Request | UsageError:
    """Parse one line of `/release`.

    The first word finds the action; anything else names a build or an environment.
    """
    words = tuple(line[:MOST_LETTERS].split())
    action = COMMANDS.get(words[0].lower()) if words else None
    if action is None or action is journey.ACTION:
        return journey.ACTION.parse(words, context)
    return action.parse(words[1:], context)


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
]
