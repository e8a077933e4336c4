"""The command line: run, demo, check, migrate, audit.

An error is one sentence on standard error, and exit status 1.
"""

import argparse
import asyncio
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot import app, lifetime, logs
from bot.clock import SystemClock
from bot.file_modes import protect
from bot.policy import read_policy
from bot.policy_check import compare_with_database
from bot.settings import Settings, malformed, policy_path, read_settings, state_path
from bot.state_directory import StateDirectory
from handlers.plan import Policy
from storage import audit, schema
from storage.database import Connection, Database, StorageError
from storage.opening import connect, open_for_reading, sqlite_path

T = TypeVar("T")
DEFAULT_DATABASE = "sqlite:///shiproom.db"
OK, FAILED, MISUSED = 0, 1, 2
_HASH = re.compile(r"[0-9a-f]{12,64}\Z")


def run_command(words: Sequence[str]) -> int:
    """Parse the arguments and run the command; return the exit status."""
    parser = _parser()
    arguments = parser.parse_args(words)
    command: Callable[[argparse.Namespace], int] | None = getattr(arguments, "command", None)
    if command is None:
        parser.print_help()
        return MISUSED
    try:
        return command(arguments)
    except (StorageError, app.StartError) as error:
        return _fail(str(error))
    except KeyboardInterrupt:
        return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="shiproom", description="The release go/no-go meeting, held in Slack."
    )
    parts = parser.add_subparsers(title="commands")
    config = argparse.ArgumentParser(add_help=False)
    config.add_argument("--config", default="", help="the policy file; else SHIPROOM_CONFIG, or shiproom.yml")
    run = _add(parts, "run", "the bot, in the foreground", _run, parents=[config])
    run.add_argument("--new-database", action="store_true", help="accept an empty or another database")
    demo = _add(parts, "demo", "the bot with a local Slack, a local CI and a sample service", _demo)
    demo.add_argument("--port", type=int, default=8080, help="where the page is served")
    check = _add(parts, "check", "report every error and warning of the policy", _check, parents=[config])
    how = check.add_mutually_exclusive_group()
    how.add_argument("--without-secrets", action="store_true", help="do not look up what ${NAME} stands for")
    how.add_argument("--online", action="store_true", help="also check Slack and every CI")
    _add(parts, "migrate", "bring the database to the newest schema", _migrate)
    audits = parts.add_parser("audit", help="check or export the history").add_subparsers(
        title="audit", required=True
    )
    verify = _add(audits, "verify", "check the hash chains, and all rows that they vouch for", _verify)
    verify.add_argument(
        "--anchor", action="append", default=[], help="SERVICE:ROW:HASH, written down earlier"
    )
    export = _add(audits, "export", "the history as JSON lines", _export)
    export.add_argument("--service", default="")
    export.add_argument("--release", type=_number, default=0, help="such as 42 or r42")
    return parser


def _add(
    parts: Any,  # noqa: ANN401 - argparse keeps the name of this type to itself
    name: str,
    sentence: str,
    command: Callable[[argparse.Namespace], int],
    parents: Sequence[argparse.ArgumentParser] = (),
) -> argparse.ArgumentParser:
    part: argparse.ArgumentParser = parts.add_parser(
        name, help=sentence, description=sentence, parents=list(parents)
    )
    part.set_defaults(command=command)
    return part


def _number(word: str) -> int:
    return int(word.removeprefix("r"))


def _fail(sentence: str) -> int:
    print(sentence, file=sys.stderr)  # noqa: T201 - the command line speaks to people
    return FAILED


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201 - the command line speaks to people


def _run(arguments: argparse.Namespace) -> int:
    settings = read_settings(os.environ, arguments.config)
    if not isinstance(settings, Settings):
        return _fail("\n".join(settings))
    logs.set_up(settings.log, settings.secrets)
    for warning in protect(settings.database, settings.state):
        app.log.warning("%s", warning)
    asyncio.run(lifetime.run(replace(settings, new_database=arguments.new_database)))
    return OK


def _demo(arguments: argparse.Namespace) -> int:
    # The demo imports a whole local Slack, which `run` does not need.
    from bot.demo.demo import run_demo  # noqa: PLC0415

    return asyncio.run(run_demo(arguments.port))


def _check(arguments: argparse.Namespace) -> int:
    path = policy_path(os.environ, arguments.config)
    result = read_policy(path, None if arguments.without_secrets else os.environ)
    for warning in result.warnings:
        _say(f"warning: {warning}")
    for error in result.errors:
        _say(str(error))
    faults = [] if arguments.without_secrets else malformed(os.environ)
    for fault in faults:
        _say(fault)
    if result.policy is None:
        return _fail(f"{path} has {len(result.errors)} error{'s' if len(result.errors) != 1 else ''}.")
    if faults:
        return _fail(f"The environment has {len(faults)} error{'s' if len(faults) != 1 else ''}.")
    _say(f"{path} is fine: {', '.join(sorted(result.policy.plans))}.")
    _compare(result.policy, path)
    if fault := "" if arguments.without_secrets else StateDirectory(state_path(os.environ, path)).fault():
        _say(f"warning: an empty or another database would not be noticed: {fault}")
    return _check_online(result.policy, arguments.config) if arguments.online else OK


def _compare(policy: Policy, path: Path) -> None:
    """Say in what a policy differs from the one in force, if there is a database."""
    if not os.environ.get("DATABASE_URL") and not sqlite_path(DEFAULT_DATABASE).exists():
        return
    compare = partial(compare_with_database, path=path, policy=policy)
    try:
        lines = _with_database(compare, read_only=True)
    except StorageError as error:
        lines = [f"warning: the policy in force is not known. {error}"]
    for line in lines:
        _say(line)


def _check_online(policy: Policy, config: str) -> int:
    # No other command needs this.
    from bot.online import check_online, through  # noqa: PLC0415

    settings = read_settings(os.environ, config)
    if not isinstance(settings, Settings):
        return _fail("\n".join(settings))

    if proxy := through(settings.slack_api):
        _say(f"Slack is reached{proxy}.")

    async def ask() -> int:
        found = 0
        async for sentence in check_online(policy, settings, os.environ):
            _say(sentence)
            found += 1
        return found

    found = asyncio.run(ask())
    if found:
        return _fail(f"{found} problem{'s' if found != 1 else ''} to fix.")
    _say(f"Slack and {', '.join(sorted(policy.connections)) or 'no CI'} have all that is needed.")
    return OK


def _with_database(work: Callable[[Database], Awaitable[T]], *, read_only: bool) -> T:
    async def go() -> T:
        url = os.environ.get("DATABASE_URL") or DEFAULT_DATABASE
        database = await (open_for_reading(url) if read_only else connect(url, alone=False))
        try:
            return await work(database)
        finally:
            await database.close()

    return asyncio.run(go())


def _migrate(_: argparse.Namespace) -> int:
    async def migrate(database: Database) -> None:
        await database.write(schema.migrate)

    _with_database(migrate, read_only=False)
    _say(f"The database is at schema {schema.NEWEST}.")
    return OK


def _verify(arguments: argparse.Namespace) -> int:
    anchors = tuple(_anchor(word) for word in arguments.anchor)

    async def verify(database: Database) -> audit.Audit:
        await database.read(schema.require_newest)
        return await database.read(
            lambda connection: audit.verify(connection, anchors, now=SystemClock().now())
        )

    found = _with_database(verify, read_only=True)
    for finding in found.findings:
        _say(str(finding))
    for head in found.heads:
        _say(f"head {head}")
    if found.findings:
        count = len(found.findings)
        return _fail(
            f"The history does not hold: {count} problem{'s' if count != 1 else ''} in {found.rows} rows."
        )
    _say(f"The history holds: {found.rows} rows, {found.releases} releases.")
    return OK


def _anchor(word: str) -> audit.Anchor:
    service, _, rest = word.partition(":")
    row, _, digest = rest.partition(":")
    if not service or not row.isdigit() or not _HASH.match(digest):
        message = (
            f"The anchor {word!r} is not understood: write SERVICE:ROW:HASH, at least 12 digits of the hash."
        )
        raise StorageError(message)
    return audit.Anchor(service, int(row), digest)


def _export(arguments: argparse.Namespace) -> int:
    async def export(database: Database) -> None:
        await database.read(schema.require_newest)

        def write(connection: Connection) -> None:
            for line in audit.export(connection, arguments.service, arguments.release):
                _say(line)

        await database.read(write)

    _with_database(export, read_only=True)
    return OK
