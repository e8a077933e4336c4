"""`shiproom schema`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "print the JSON Schema of the policy, for editors and for other checks"
    parser = parts.add_parser("schema", help=about, description=about)
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    del arguments
    from bot.commands.schema import schema

    return schema
