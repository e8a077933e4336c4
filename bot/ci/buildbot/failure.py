"""Finds out why a Buildbot build failed: the failed step and the end of its log."""

from dataclasses import dataclass

from bot.ci.buildbot.build import FAILED_RESULTS, Build
from bot.ci.buildbot.session import LoginSession
from bot.ci.http.json_access import listed, number, part, text

_LINES = 40
_OUTPUT_PREFIXES = ("o", "e")
"""The prefixes of lines of standard output and standard error; Buildbot's own lines begin with h."""


@dataclass(frozen=True, slots=True)
class FailedStep:
    """The step that failed, what Buildbot says of it, and its last lines of output.

    `page` is where those lines are, under the build's page.
    """

    step: str = ""
    message: str = ""
    output: str = ""
    page: str = ""


async def failed_step_of(session: LoginSession, build: Build) -> FailedStep:
    """Return the step that made a build fail; what cannot be read is left empty."""
    answer = await session.read(f"/builds/{build.id}/steps")
    steps = listed(answer.json if answer is not None else None, "steps")
    failed = next((each for each in steps if part(each, "results") in FAILED_RESULTS), None)
    if failed is None:
        return FailedStep()
    output, log = await _last_lines(session, number(failed, "stepid"))
    page = f"/steps/{number(failed, 'number')}/logs/{log}" if log else ""
    return FailedStep(text(failed, "name"), text(failed, "state_string"), output, page)


async def _last_lines(session: LoginSession, step: int) -> tuple[str, str]:
    """Return the last lines of a step's own log, and the name of that log."""
    answer = await session.read(f"/steps/{step}/logs")
    logs = listed(answer.json if answer is not None else None, "logs")
    log = next((each for each in logs if text(each, "slug") == "stdio"), None)
    if log is None:
        return "", ""
    offset = max(0, number(log, "num_lines") - _LINES)
    path = f"/logs/{number(log, 'logid')}/contents?offset={offset}&limit={_LINES}"
    answer = await session.read(path)
    content = text(answer.json if answer is not None else None, "logchunks", 0, "content")
    lines = [line[1:] for line in content.split("\n") if line.startswith(_OUTPUT_PREFIXES)]
    return "\n".join(lines), "stdio"
