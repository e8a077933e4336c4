"""`shiproom backup`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "write all of the database into a file, also while the bot runs"
    parser = parts.add_parser("backup", help=about, description=about)
    parser.add_argument("file", metavar="FILE", help="where it is written; - is standard output")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--force", action="store_true", help="replace the file if there is one")
    how.add_argument(
        "--verify", action="store_true", help="write nothing: say what is in FILE, and whether it is whole"
    )
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    if arguments.verify:
        from bot.commands.backup import verify

        return partial(verify, arguments.file)
    from bot.commands.backup import backup

    return partial(backup, arguments.file, force=arguments.force)
