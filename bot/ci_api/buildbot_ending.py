"""Why a Buildbot build failed: the step that did, and the end of what it wrote."""

from dataclasses import dataclass

from bot.ci_api.buildbot_build import FAULTY, Build
from bot.ci_api.buildbot_session import Session
from bot.ci_api.parts import listed, number, part, text

_LINES = 40
_WRITTEN = ("o", "e")
"""How lines of standard output and standard error begin; Buildbot's own begin with h."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The step that failed, what Buildbot says of it, the last lines it wrote, and where they are, under the build's page."""

    step: str = ""
    said: str = ""
    written: str = ""
    page: str = ""


async def ending_of(session: Session, build: Build) -> Ending:
    """Find out why a build failed; what cannot be read is left out."""
    answer = await session.read(f"/builds/{build.id}/steps")
    steps = listed(answer.json if answer is not None else None, "steps")
    failed = next((each for each in steps if part(each, "results") in FAULTY), None)
    if failed is None:
        return Ending()
    written, log = await _written(session, number(failed, "stepid"))
    page = f"/steps/{number(failed, 'number')}/logs/{log}" if log else ""
    return Ending(text(failed, "name"), text(failed, "state_string"), written, page)


async def _written(session: Session, step: int) -> tuple[str, str]:
    """Give the last lines of a step's own log, and the name of that log."""
    answer = await session.read(f"/steps/{step}/logs")
    logs = listed(answer.json if answer is not None else None, "logs")
    log = next((each for each in logs if text(each, "slug") == "stdio"), None)
    if log is None:
        return "", ""
    offset = max(0, number(log, "num_lines") - _LINES)
    path = f"/logs/{number(log, 'logid')}/contents?offset={offset}&limit={_LINES}"
    answer = await session.read(path)
    content = text(answer.json if answer is not None else None, "logchunks", 0, "content")
    lines = [line[1:] for line in content.split("\n") if line.startswith(_WRITTEN)]
    return "\n".join(lines), "stdio"
