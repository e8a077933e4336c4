"""`shiproom healthcheck`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "ask the bot on this machine whether it can work, for containers without curl"
    parser = parts.add_parser("healthcheck", help=about, description=about)
    parser.add_argument(
        "--alive", action="store_true", help="only whether it answers at all, as /healthz says"
    )
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.healthcheck import healthcheck

    return partial(healthcheck, alive=arguments.alive)
