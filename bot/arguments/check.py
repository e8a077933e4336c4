"""`shiproom check`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, policy_file


def add(parts: Parts) -> None:
    """Add the command."""
    about = "report every error and warning of the policy"
    parser = parts.add_parser("check", help=about, description=about, parents=[policy_file()])
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--without-secrets", action="store_true", help="do not look up what ${NAME} stands for")
    how.add_argument("--online", action="store_true", help="also check Slack and every CI")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.check import check

    return partial(
        check, arguments.config, without_secrets=arguments.without_secrets, online=arguments.online
    )
