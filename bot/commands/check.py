"""`shiproom check`: reports every error and warning of the policy and of the environment."""

import asyncio
import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from bot.clock import SystemClock
from bot.commands.database import DEFAULT_DATABASE, with_database
from bot.commands.output import OK, CommandError, counted, fail, say
from bot.openings import openings
from bot.policy import read_policy
from bot.policy.example import placeholders_in
from bot.policy_check import compare_with_database
from bot.proxies import through
from bot.settings import Settings, malformed, policy_path, read_settings, state_path
from bot.state_directory import StateDirectory
from handlers.policy import Policy
from storage.opening import sqlite_path

UNASKED = " Only `shiproom check --online` can tell whether Slack has these people and channels, and the CI its workflows."


def check(config: str, *, without_secrets: bool, online: bool) -> int:
    """Report on the policy; return the exit status.

    What this machine lacks is an error, unless the secrets are left out: then another one is the bot's.
    """
    path = policy_path(os.environ, config)
    result = read_policy(path, None if without_secrets else os.environ)
    soft, hard = (result.absences, ()) if without_secrets else ((), result.absences)
    placeholders = placeholders_in(result.policy.text, path) if result.policy else ()
    errors = [*result.errors, *hard]
    _say_all(f"warning: {warning}" for warning in (*result.warnings, *placeholders, *soft))
    _say_all(map(str, errors))
    faults = [] if without_secrets else malformed(os.environ)
    _say_all(faults)
    if errors or result.policy is None:
        return fail(f"{path} has {counted(len(errors), 'error')}.")
    if faults:
        return fail(f"The environment has {counted(len(faults), 'error')}.")
    _compare(result.policy, path)
    _say_all(openings(result.policy, SystemClock().now()))
    if fault := "" if without_secrets else StateDirectory(state_path(os.environ, path)).fault():
        say(f"warning: an empty or another database would not be noticed: {fault}")
    say(f"{path} is fine: {', '.join(sorted(result.policy.plans))}.{'' if online else UNASKED}")
    return _check_online(result.policy, config) if online else OK


def _say_all(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(sentence)


def _compare(policy: Policy, path: Path) -> None:
    """Say in what a policy differs from the one in force, if there is a database."""
    if not os.environ.get("DATABASE_URL") and not sqlite_path(DEFAULT_DATABASE).exists():
        return
    compare = partial(compare_with_database, path=path, policy=policy)
    try:
        _say_all(with_database(compare, read_only=True))
    except CommandError as error:
        say(f"warning: the policy in force is not known. {error}")


def _check_online(policy: Policy, config: str) -> int:
    # Only this needs all that speaks with Slack and the CIs.
    from bot.online import check_online  # noqa: PLC0415 - the reason stands above

    settings = read_settings(os.environ, config)
    if not isinstance(settings, Settings):
        return fail("\n".join(settings))
    if proxy := through(settings.slack_api):
        say(f"Slack is reached{proxy}.")

    async def ask() -> int:
        found = 0
        async for sentence in check_online(policy, settings, os.environ):
            say(sentence)
            found += 1
        return found

    found = asyncio.run(ask())
    if found:
        return fail(f"{counted(found, 'problem')} to fix.")
    say(f"Slack and {', '.join(sorted(policy.connections)) or 'no CI'} have all that is needed.")
    return OK
