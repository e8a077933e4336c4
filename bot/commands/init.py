"""`shiproom init`: asks what a first policy needs, writes it with the manifest and `.env`, and checks them."""

import asyncio
import os
import sys

from bot.commands.check import check
from bot.commands.output import CommandError, say, tell
from bot.setup.interview import Given
from bot.setup.next_steps import next_steps
from bot.setup.setup import POLICY, Setup
from bot.setup.terminal import SetupError, Terminal

INTERRUPTED = 130
"""What a shell reports of a program that Ctrl-C ended: 128 and the number of SIGINT."""


def init(given: Given, *, ask: bool) -> int:
    """Set up a first service; return the exit status.

    Raises CommandError with the reason if nothing can be written.
    """
    setup = Setup(given, Terminal(interactive=ask and sys.stdin.isatty()))
    try:
        with asyncio.Runner() as runner:
            answers = setup.run(runner)
    except SetupError as error:
        raise CommandError(str(error)) from error
    except (KeyboardInterrupt, EOFError):
        say("")
        tell(f"Stopped. Written: {', '.join(setup.written) or 'nothing'}. `shiproom init` begins again.")
        return INTERRUPTED
    os.environ.update(setup.values)
    online = not given.offline and not setup.missing
    say(f"shiproom check {'--online' if online else '--without-secrets'}:")
    status = check(str(given.folder / POLICY), without_secrets=not online, online=online)
    say("\nWhat is next:")
    for number, step in enumerate(next_steps(answers, given.folder, setup.missing), start=1):
        say(f"  {number}. {step}")
    return status
