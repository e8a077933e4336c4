"""The words of `/release`, one module each; help, buttons and the manifest are held to this registry."""

from handlers.commands import (
    approve,
    builds,
    cancel,
    help,  # noqa: A004 - the word is the command
    history,
    journey,
    lock,
    reject,
    retry,
    rollback,
    settle,
    status,
    testing,
    unlock,
    waive,
    where,
    whoami,
    why,
    withdraw,
)
from handlers.commands.command import JOINING, Command, Scene
from handlers.wishes import EVERYTHING, Misread, Wish

COMMANDS: dict[str, Command] = {
    module.COMMAND.name: module.COMMAND
    for module in (
        journey,
        status,
        where,
        why,
        builds,
        history,
        whoami,
        help,
        approve,
        reject,
        withdraw,
        testing,
        cancel,
        retry,
        rollback,
        settle,
        waive,
        lock,
        unlock,
    )
}

RESERVED = frozenset(COMMANDS) | JOINING | {EVERYTHING, "as", "for"}
"""Words that no service, environment or team can be called by."""

MOST_LETTERS = 4000


def read_words(line: str, scene: Scene) -> Wish | Misread:
    """Read one line of `/release`: the first word finds the command, anything else is a journey."""
    words = tuple(line[:MOST_LETTERS].split())
    command = COMMANDS.get(words[0].lower()) if words else None
    if command is None or command.name == journey.COMMAND.name:
        return journey.read(words, scene)
    return command.read(words[1:], scene)
