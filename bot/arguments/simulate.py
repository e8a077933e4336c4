"""`shiproom simulate`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file


def add(parts: Parts) -> None:
    """Add the command."""
    about = "who would have to sign for a build, what would hold it, and until when"
    parser = parts.add_parser(
        "simulate", help=about, description=f"{about}; nothing is written.", parents=[policy_file()]
    )
    parser.add_argument("service", help="what is released, like website")
    parser.add_argument("version", help="a build, known or not, like 2.4.1")
    parser.add_argument("--to", default="", metavar="ENVIRONMENT", help="where it goes; else the last one")
    parser.add_argument("--at", default="", metavar="TIME", help='when, like "Fri 17:00"; else now')
    parser.add_argument(
        "--by", default="", metavar="PERSON", help="who starts it: a Slack id, or a name of `people`"
    )
    parser.add_argument(
        "--branch", default="", help="of a build that is not known; else the one that is released"
    )
    parser.add_argument("--format", default="text", choices=("text", "json"), help="how it is said")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.simulate import SimulateWords, simulate_release

    given = (arguments.to, arguments.at, arguments.by, arguments.branch, arguments.format)
    words = SimulateWords(arguments.service, arguments.version, *given)
    return partial(simulate_release, arguments.config, words)
