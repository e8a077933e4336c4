"""`shiproom version`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "the version, with Python, the schema of the database and the platform"
    parts.add_parser("version", help=about, description=about).set_defaults(load=_load)


def _load(_: argparse.Namespace) -> Run:
    from bot.commands.version import version

    return version
