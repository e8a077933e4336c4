"""`shiproom restore`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file


def add(parts: Parts) -> None:
    """Add the command."""
    about = "put a backup into an empty database"
    parser = parts.add_parser("restore", help=about, description=about, parents=[policy_file()])
    parser.add_argument("file", metavar="FILE", help="what `shiproom backup` wrote; - is standard input")
    parser.add_argument(
        "--replace", metavar="ID", default="", help="delete all that is in the database with this id first"
    )
    parser.add_argument(
        "--unverified", metavar="REASON", default="", help="restore it although its history does not hold"
    )
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.restore import Choices, restore

    choices = Choices(arguments.config, arguments.replace, arguments.unverified)
    return partial(restore, arguments.file, choices)
