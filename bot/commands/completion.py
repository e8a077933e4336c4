"""`shiproom completion`: prints the script with which a shell completes the command line."""

import argparse

import shtab

from bot.commands.output import OK, say


def completion(shell: str, parser: argparse.ArgumentParser) -> int:
    """Print the script for a shell, made from the parser itself; return the exit status."""
    script = shtab.complete(parser, shell=shell)
    # What is no command or option is a file.
    say(script.replace("complete -o bashdefault", "complete -o bashdefault -o default"))
    return OK
