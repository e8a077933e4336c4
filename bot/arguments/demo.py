"""`shiproom demo`."""

# ruff: noqa: PLC0415 - what runs is imported when it runs

import argparse

from bot.arguments.values import Parts, Run, port


def add(parts: Parts) -> None:
    """Add the command."""
    about = "the bot with a local Slack, a local CI and a sample service"
    parser = parts.add_parser("demo", help=about, description=about)
    parser.add_argument("--port", type=port, help="where the page is served; 8080, or a free one")
    parser.set_defaults(load=_load)


def _load(arguments: argparse.Namespace) -> Run:
    import asyncio

    from bot.demo.demo import run_demo

    return lambda: asyncio.run(run_demo(arguments.port))
