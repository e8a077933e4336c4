"""`shiproom report`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse
from functools import partial

from bot.arguments.values import Parts, Run


def add(parts: Parts) -> None:
    """Add the command."""
    about = "how often, how fast and how safely is released, and where releases wait"
    parser = parts.add_parser(
        "report", help=about, description=f"{about}: from the history alone, without a bot."
    )
    parser.add_argument(
        "--from", dest="since", default="", help="since a time or a day; by default the seven days before"
    )
    parser.add_argument("--to", dest="until", default="", help="until a time, or the end of a day")
    parser.add_argument("--service", default="", help="only of this service")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="how it is said")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    from bot.commands.report import ReportWords, report

    return partial(report, ReportWords(arguments.since, arguments.until, arguments.service, arguments.format))
