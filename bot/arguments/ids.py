"""`shiproom ids`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "ids of channels, people and user groups of your Slack, to paste into shiproom.yml"
    parser = parts.add_parser("ids", help=about, description=about)
    parser.add_argument(
        "words",
        nargs="*",
        metavar="WORD",
        help="a name, a part of one, or an e-mail address; all, if there is none",
    )
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.ids import ids

    return partial(ids, arguments.words)
