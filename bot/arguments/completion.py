"""`shiproom completion`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run

SHELLS = ("bash", "zsh", "fish")


def add(parts: Parts) -> None:
    """Add the command."""
    about = "a script that completes commands and options in your shell"
    parser = parts.add_parser("completion", help=about, description=about)
    parser.add_argument("shell", choices=SHELLS)
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.completion import completion

    parser: argparse.ArgumentParser = arguments.parser
    return partial(completion, arguments.shell, parser)
