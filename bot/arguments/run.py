"""`shiproom run`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file


def add(parts: Parts) -> None:
    """Add the command."""
    about = "the bot, in the foreground"
    parser = parts.add_parser("run", help=about, description=about, parents=[policy_file()])
    parser.add_argument("--new-database", action="store_true", help="accept an empty or another database")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.run import run

    return partial(run, arguments.config, new_database=arguments.new_database)
