"""`shiproom audit`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run, release


def add(parts: Parts) -> None:
    """Add the command, with its own commands below it."""
    about = "check or export the history"
    parser = parts.add_parser("audit", help=about, description=about)
    below = parser.add_subparsers(title="audit", required=True, metavar="{verify,export}")
    about = "check the hash chains, and all rows that they vouch for"
    verify = below.add_parser("verify", help=about, description=about)
    verify.add_argument(
        "--anchor", action="append", default=[], help="SERVICE:ROW:HASH, written down earlier"
    )
    verify.set_defaults(load=_load_verify)
    about = "the history as JSON lines"
    export = below.add_parser("export", help=about, description=about)
    export.add_argument("--service", help="only of this service")
    export.add_argument("--release", type=release, help="only of this release, such as 42 or r42")
    export.set_defaults(load=_load_export)


def _load_verify(arguments: argparse.Namespace) -> Run:
    from bot.commands.audit import verify

    return partial(verify, arguments.anchor)


def _load_export(arguments: argparse.Namespace) -> Run:
    from bot.commands.audit import export

    return partial(export, arguments.service, arguments.release)
