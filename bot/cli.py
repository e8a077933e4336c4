"""The command line: run, demo, check, migrate, audit.

Each command imports what it needs when it is run, so that `--help` and `--version` answer at once. An error is one sentence on
standard error, and exit status 1; what cannot be understood is answered with the usage, and 2.
"""

# ruff: noqa: PLC0415 - the reason stands above

import argparse
import gc
import os
import re
import sys
from collections.abc import Callable, Sequence

from bot import VERSION
from bot.commands.output import MISUSED, OK, CommandError, fail, flush, say

NOBODY_READS = 141
"""What a shell reports of a program that ended because nobody reads its output: 128 and the number of SIGPIPE."""

HIGHEST_PORT = 65_535
_NUMBER = re.compile(r"r?([1-9][0-9]{0,17})\Z", re.ASCII)
_NEXT = "Where to begin: `shiproom demo` shows all of it on this machine; `shiproom check` reads your shiproom.yml."


def main(words: Sequence[str]) -> int:
    """Run a command, and end quietly if its output is not read to the end; return the exit status."""
    gc.disable()
    try:
        try:
            return run_command(words)
        finally:
            flush()
    except BrokenPipeError:
        # What is still kept back would be tried again when Python ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except CommandError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return fail(str(error))


def run_command(words: Sequence[str]) -> int:
    """Parse the arguments and run the command; return the exit status."""
    parser = _parser()
    arguments = parser.parse_args(words)
    command: Callable[[argparse.Namespace], int] | None = getattr(arguments, "command", None)
    if command is None:
        say(parser.format_help())
        say(_NEXT)
        return MISUSED
    try:
        return command(arguments)
    except CommandError as error:
        return fail(str(error))
    except KeyboardInterrupt:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shiproom", description="The release go/no-go meeting, held in Slack."
    )
    parser.add_argument("--version", action="version", version=f"shiproom {VERSION}")
    parts = parser.add_subparsers(title="commands")
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", default="", help="the policy file; else SHIPROOM_CONFIG, or shiproom.yml")
    about = "the bot, in the foreground"
    run = parts.add_parser("run", help=about, description=about, parents=[config])
    run.add_argument("--new-database", action="store_true", help="accept an empty or another database")
    run.set_defaults(command=_run)
    about = "the bot with a local Slack, a local CI and a sample service"
    demo = parts.add_parser("demo", help=about, description=about)
    demo.add_argument("--port", type=_port, help="where the page is served; 8080, or a free one")
    demo.set_defaults(command=_demo)
    about = "report every error and warning of the policy"
    check = parts.add_parser("check", help=about, description=about, parents=[config])
    how = check.add_mutually_exclusive_group()
    how.add_argument("--without-secrets", action="store_true", help="do not look up what ${NAME} stands for")
    how.add_argument("--online", action="store_true", help="also check Slack and every CI")
    check.set_defaults(command=_check)
    about = "bring the database to the newest schema"
    parts.add_parser("migrate", help=about, description=about).set_defaults(command=_migrate)
    about = "check or export the history"
    _add_audit(parts.add_parser("audit", help=about, description=about))
    return parser


def _add_audit(parser: argparse.ArgumentParser) -> None:
    parts = parser.add_subparsers(title="audit", required=True, metavar="{verify,export}")
    about = "check the hash chains, and all rows that they vouch for"
    verify = parts.add_parser("verify", help=about, description=about)
    verify.add_argument(
        "--anchor", action="append", default=[], help="SERVICE:ROW:HASH, written down earlier"
    )
    verify.set_defaults(command=_verify)
    about = "the history as JSON lines"
    export = parts.add_parser("export", help=about, description=about)
    export.add_argument("--service", help="only of this service")
    export.add_argument("--release", type=_release, help="only of this release, such as 42 or r42")
    export.set_defaults(command=_export)


def _release(word: str) -> int:
    found = _NUMBER.match(word)
    if found is None:
        message = f"{word[:40]!r} is not the number of a release, such as 42 or r42"
        raise argparse.ArgumentTypeError(message)
    return int(found[1])


def _port(word: str) -> int:
    if not (
        word.isascii()
        and word.isdigit()
        and len(word) <= len(str(HIGHEST_PORT))
        and int(word) <= HIGHEST_PORT
    ):
        message = f"{word[:40]!r} is not a port, a number from 0 to {HIGHEST_PORT}"
        raise argparse.ArgumentTypeError(message)
    return int(word)


def _imported() -> None:
    """Collect garbage from now on, but do not look through what was imported.

    None of that is garbage, and looking through it while it grows takes a fifth of a start.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()


def _run(arguments: argparse.Namespace) -> int:
    from bot.commands.run import run

    _imported()
    return run(arguments.config, new_database=arguments.new_database)


def _demo(arguments: argparse.Namespace) -> int:
    import asyncio

    from bot.demo.demo import run_demo

    _imported()
    return asyncio.run(run_demo(arguments.port))


def _check(arguments: argparse.Namespace) -> int:
    from bot.commands.check import check

    _imported()
    return check(arguments.config, without_secrets=arguments.without_secrets, online=arguments.online)


def _migrate(_: argparse.Namespace) -> int:
    from bot.commands.migrate import migrate

    _imported()
    return migrate()


def _verify(arguments: argparse.Namespace) -> int:
    from bot.commands.audit import verify

    _imported()
    return verify(arguments.anchor)


def _export(arguments: argparse.Namespace) -> int:
    from bot.commands.audit import export

    _imported()
    return export(arguments.service, arguments.release)
