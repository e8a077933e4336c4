"""Runs all examinations, each by itself: one that breaks or hangs is a line of the report, and the others go on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial

from bot.doctor.ci import examine_ci
from bot.doctor.database import examine_database
from bot.doctor.finding import Finding, failed
from bot.doctor.here import (
    examine_disk,
    examine_environment,
    examine_files,
    examine_policy,
    examine_python,
    examine_state,
    examine_ways_out,
)
from bot.doctor.installation import Installation
from bot.doctor.port import examine_port
from bot.doctor.slack import examine_clock, examine_slack

PATIENCE = 60.0
"""How many seconds one examination may take."""

Examination = Callable[[Installation], AsyncIterator[Finding]]

EXAMINATIONS: dict[str, Examination] = {
    "python": examine_python,
    "policy": examine_policy,
    "environment": examine_environment,
    "files": examine_files,
    "state": examine_state,
    "disk": examine_disk,
    "database": examine_database,
    "network": examine_ways_out,
    "clock": examine_clock,
    "slack": examine_slack,
    "port": examine_port,
}


async def examine_all(installation: Installation) -> AsyncIterator[Finding]:
    """Yield the findings of each examination, in order."""
    cis: dict[str, Examination] = {
        f"ci {name}": partial(examine_ci, name=name) for name in installation.policy.connections
    }
    for subject, examination in {**EXAMINATIONS, **cis}.items():
        for finding in await _examined(subject, examination, installation):
            yield finding


async def _examined(subject: str, examination: Examination, installation: Installation) -> list[Finding]:
    found: list[Finding] = []
    try:
        async with asyncio.timeout(PATIENCE):
            async for finding in examination(installation):
                found.append(finding)  # noqa: PERF401 - what was found before it broke is kept
    except TimeoutError:
        found.append(
            failed(subject, f"No answer came within {PATIENCE:.0f} s: look whether it can be reached.")
        )
    except Exception as error:  # noqa: BLE001 - whatever is broken here, the rest of the report is wanted
        cause = str(error).partition("\n")[0][:200]
        found.append(failed(subject, f"It could not be examined ({type(error).__name__}: {cause})."))
    return found
