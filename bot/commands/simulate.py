"""`shiproom simulate`: who would have to sign for a build, what would hold it, and until when."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks.names import Names
from bot.blocks.text import visible
from bot.blocks.waits import Waiting, wait_line
from bot.clock import SystemClock
from bot.commands.database import DEFAULT_DATABASE, with_database
from bot.commands.output import OK, CommandError, counted, fail, say
from bot.commands.report_formats import one_line
from bot.policy import read_policy
from bot.schema.diagnostics import suggest
from bot.settings import policy_path
from bot.simulation import UNBORN, AmbiguousBuildError, Case, SimulatedStep, Simulation, simulate
from handlers.gate import Reason
from handlers.policy import Policy
from handlers.time_spellings import spelled
from handlers.time_words import UnreadableTime, read_ending
from storage import schema
from storage.database import Database
from storage.opening import sqlite_path


@dataclass(frozen=True, slots=True)
class SimulateWords:
    """What was typed."""

    service: str
    version: str
    to: str = ""
    at: str = ""
    by: str = ""
    branch: str = ""
    form: str = "text"


def simulate_release(config: str, words: SimulateWords) -> int:
    """Say what would hold a build; return the exit status.

    Raises CommandError.
    """
    path = policy_path(os.environ, config)
    policy = _policy(path)
    now = SystemClock().now()
    found = _ask(policy, _case(policy, words, now))
    names = Names(
        {account: person.name for person in policy.directory.people for account in person.slack},
        ZoneInfo(policy.time_zone),
        found.case.at,
        with_years=True,
    )
    if words.form == "json":
        say(json.dumps(_as_json(found, policy, names), indent=2))
        return OK
    for line in _as_text(found, policy, names):
        say(line)
    return OK


def _policy(path: Path) -> Policy:
    found = read_policy(path, None)
    if found.policy is not None:
        return found.policy
    for error in found.errors:
        fail(str(error))
    raise CommandError(f"{path} has {counted(len(found.errors), 'error')}.")


def _case(policy: Policy, words: SimulateWords, now: datetime) -> Case:
    """Read what was typed with the policy: names, and the moment with the reader of all times.

    Raises CommandError.
    """
    plan = policy.plans.get(words.service)
    if plan is None:
        raise CommandError(
            f"{words.service} is no service of the policy; {suggest(words.service, policy.plans)}"
        )
    places = [each.name for each in plan.environments]
    to = words.to or places[-1]
    if to not in places:
        raise CommandError(f"{words.service} has no environment {to}; {suggest(to, places)}")
    at = _moment(words.at, now, policy) if words.at else now
    by = _user(words.by, policy) if words.by else ""
    return Case(words.service, words.version, to, at, by, words.branch)


def _moment(typed: str, now: datetime, policy: Policy) -> datetime:
    found = read_ending(spelled(("until", *typed.split())), now, ZoneInfo(policy.time_zone))
    if isinstance(found, UnreadableTime) and found.moment is not None:
        raise CommandError(f"{typed} is past: name a time that is to come.")
    if isinstance(found, UnreadableTime) or found.rest or found.until is None:
        raise CommandError(f'{typed} is not read as a time: write it like "Fri 17:00" or "2027-01-04 08:00".')
    return found.until


def _user(typed: str, policy: Policy) -> str:
    """Return the Slack id of a person by that id, or by the name that the policy has."""
    directory = policy.directory
    people = {person.name.casefold(): person.slack[0] for person in directory.people if person.slack}
    known = {user for team in directory.teams.values() for user in team.members}
    user = people.get(typed.casefold()) or (typed if typed in known else "")
    if not user:
        raise CommandError(
            f"{typed} is nobody whom the policy knows; {suggest(typed, sorted({*people, *known}))}"
        )
    return user


def _ask(policy: Policy, case: Case) -> Simulation:
    """Ask with what the database has, if there is one.

    Raises CommandError.
    """
    try:
        if os.environ.get("DATABASE_URL") or sqlite_path(DEFAULT_DATABASE).exists():
            return with_database(partial(_read, policy=policy, case=case), read_only=True)
        return simulate(None, policy, case)
    except AmbiguousBuildError as error:
        raise CommandError(f"{case.version} may be one of several builds: {error}.") from error


async def _read(database: Database, policy: Policy, case: Case) -> Simulation:
    await database.read(schema.require_usable)
    return await database.read(partial(simulate, policy=policy, case=case))


def _as_text(found: Simulation, policy: Policy, names: Names) -> Iterator[str]:
    case, number = found.case, found.release.number
    yield f"{_called(found)} to {case.environment}, {names.moment(case.at)}"
    if not found.read:
        yield "There is no database: as if nothing were live, locked, in line or known of the build."
    elif number != UNBORN:
        yield f"r{number} is under way with it."
    elif not found.known:
        yield f"The build is not known: as if it came from {found.release.build.branch}."
    for step in found.steps:
        yield from _step_lines(step, found, policy, names)
    yield "Neither Slack nor a CI was asked: everybody whom the policy names counts as a full member."


def _step_lines(step: SimulatedStep, found: Simulation, policy: Policy, names: Names) -> Iterator[str]:
    there = ": it lies there already" if step.lies_there else ""
    if step.over:
        yield f"{step.environment}{there or ': it has been there'}."
        return
    if step.open:
        yield f"{step.environment}{there}: nothing would hold it."
        return
    yield f"{step.environment}{there}: it would wait."
    said = (_said(reason, step, found, policy, names) for reason in step.reasons)
    yield from (f"  - {line}" for line in dict.fromkeys(said))
    if step.starts_at is None:
        yield "  By windows and freezes it would never start."
    elif step.starts_at > found.case.at and step.starts_at not in {each.until for each in step.reasons}:
        yield f"  By windows and freezes it could start {names.moment(step.starts_at)}."


def _called(found: Simulation) -> str:
    return f"{found.case.service} {found.release.build.version}"


def _said(reason: Reason, step: SimulatedStep, found: Simulation, policy: Policy, names: Names) -> str:
    """Return a reason as people read it of a release, in plain text."""
    if found.release.number == UNBORN:
        reason = replace(reason, values={**reason.values, "release": _called(found)})
    waiting = Waiting(found.release, step.reasons, step.holder, step.cannot_sign)
    return one_line(visible(wait_line(waiting, reason, names, policy.directory)))


def _as_json(found: Simulation, policy: Policy, names: Names) -> dict[str, Any]:
    number = found.release.number
    return {
        "service": found.case.service,
        "version": found.release.build.version,
        "environment": found.case.environment,
        "at": _iso(found.case.at),
        "by": found.case.by or None,
        "database": found.read,
        "known": found.known,
        "release": None if number == UNBORN else f"r{number}",
        "steps": [
            {
                "environment": step.environment,
                "open": step.open,
                "over": step.over,
                "lies_there": step.lies_there,
                "starts_at": _iso(step.starts_at),
                "gates": {
                    result.name: {"gate": result.gate, "verdict": result.verdict.value}
                    for result in step.results
                },
                "reasons": [
                    {
                        "code": reason.code,
                        "values": dict(reason.values),
                        "who": list(reason.who),
                        "until": _iso(reason.until),
                        "event": reason.event,
                        "why": _said(reason, step, found, policy, names),
                    }
                    for reason in step.reasons
                ],
            }
            for step in found.steps
        ],
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")
