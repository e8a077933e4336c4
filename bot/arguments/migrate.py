"""`shiproom migrate`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "bring the database to the newest schema"
    parts.add_parser("migrate", help=about, description=about).set_defaults(load=_load)


def _load(_: argparse.Namespace) -> Run:
    from bot.commands.migrate import migrate

    return migrate
