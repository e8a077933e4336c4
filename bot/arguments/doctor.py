"""`shiproom doctor`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file


def add(parts: Parts) -> None:
    """Add the command."""
    about = "report what is wrong with this installation, and what to do"
    parser = parts.add_parser("doctor", help=about, description=about, parents=[policy_file()])
    parser.add_argument("--json", action="store_true", help="one JSON object, for monitoring")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.doctor import doctor

    return partial(doctor, arguments.config, as_json=arguments.json)
