"""The command line.

Each command of `bot.arguments` imports what it needs when it is run, so that `--help` and `--version` answer at once. An error
is one sentence on standard error, and exit status 1; what cannot be understood is answered with the usage, and 2.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bot import VERSION
from bot.arguments import (
    audit,
    backup,
    check,
    completion,
    demo,
    doctor,
    healthcheck,
    ids,
    init,
    migrate,
    report,
    restore,
    run,
    schema,
    simulate,
    version,
)
from bot.commands.output import MISUSED, OK, CommandError, fail, flush, say

if TYPE_CHECKING:
    from bot.arguments.values import Run

COMMANDS = (
    init,
    run,
    demo,
    check,
    simulate,
    schema,
    doctor,
    ids,
    migrate,
    backup,
    restore,
    audit,
    report,
    healthcheck,
    version,
    completion,
)
"""In the order in which the usage lists them."""

NOBODY_READS = 141
"""What a shell reports of a program that ended because nobody reads its output: 128 and the number of SIGPIPE."""

_NEXT = "Where to begin: `shiproom demo` shows all of it on this machine; `shiproom init` sets it up for your team."


def main(words: Sequence[str]) -> int:
    """Run a command, and end quietly if its output is not read to the end; return the exit status."""
    gc.disable()
    try:
        try:
            return run_command(words)
        finally:
            flush()
    except BrokenPipeError:
        # What is still kept back would be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except CommandError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return fail(str(error))


def run_command(words: Sequence[str]) -> int:
    """Parse the arguments and run the command; return the exit status."""
    parser = _parser()
    arguments = parser.parse_args(words)
    load: Callable[[argparse.Namespace], Run] | None = getattr(arguments, "load", None)
    if load is None:
        say(parser.format_help())
        say(_NEXT)
        return MISUSED
    try:
        command = load(arguments)
        _imported()
        return command()
    except CommandError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shiproom", description="The release go/no-go meeting, held in Slack."
    )
    parser.add_argument("--version", action="version", version=f"shiproom {VERSION}")
    parser.set_defaults(parser=parser)
    parts = parser.add_subparsers(title="commands")
    for command in COMMANDS:
        command.add(parts)
    return parser


def _imported() -> None:
    """Collect garbage from now on, but do not look through what was imported.

    None of that is garbage, and looking through it while it grows takes a fifth of a start.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
