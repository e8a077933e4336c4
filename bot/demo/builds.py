"""The sample's continuous integration: builds a commit with the repository's own script, and keeps each log and outcome."""

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.demo.place import Place, least_environment, run
from bot.demo.repository import Commit, Repository

SERVICE = "website"
_REASON = re.compile(r"^AssertionError: (?:.* : )?(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Built:
    """How a build ended: with a digest, or with why there is none."""

    number: int
    sha: str
    digest: str = ""
    failure: str = ""
    announced: bool = False

    @property
    def version(self) -> str:
        """The version that was built."""
        return f"1.0.{self.number}"


class Builds:
    """All builds of the sample, numbered from 1."""

    def __init__(self, place: Place, repository: Repository) -> None:
        self._place = place
        self._repository = repository
        place.builds.mkdir(exist_ok=True)

    def all(self) -> list[Built]:
        """Give the builds, oldest first."""
        files = sorted(self._place.builds.glob("*.json"), key=lambda file: int(file.stem))
        return [Built(**json.loads(file.read_text(encoding="utf-8"))) for file in files]

    def newest(self) -> Built | None:
        """Give the newest build."""
        return next(reversed(self.all()), None)

    def log(self, number: int) -> Path:
        """Tell where the log of a build is."""
        return self._place.builds / f"{number}.log"

    async def build(self) -> Built:
        """Build the newest commit, tests included.

        Raises DemoError when git fails; a build that fails is an answer.
        """
        before, sha = self.newest(), await self._repository.head()
        built = Built(before.number + 1 if before else 1, sha)
        script = (sys.executable, "-B", "build.py", built.version, sha)
        ran = await run(script, self._repository.folder, least_environment())
        self.log(built.number).write_text(ran.output, encoding="utf-8")
        if ran.status:
            ended = Built(built.number, sha, failure=_reason(ran.output))
        else:
            ended = Built(built.number, sha, digest=self._digest(built.version))
        self.keep(ended)
        return ended

    def keep(self, built: Built) -> None:
        """Remember how a build ended."""
        file = self._place.builds / f"{built.number}.json"
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(built)), encoding="utf-8")
        unfinished.replace(file)

    async def changes(self, built: Built) -> list[Commit]:
        """List the commits since the build before that was announced, newest first."""
        before = [each.sha for each in self.all() if each.announced and each.number < built.number]
        return await self._repository.commits(before[-1] if before else "")

    def _digest(self, version: str) -> str:
        file = self._repository.folder / "dist" / f"{SERVICE}-{version}.json"
        return str(json.loads(file.read_text(encoding="utf-8"))["digest"])


def _reason(output: str) -> str:
    """Take out of a build's log what one wants to know first."""
    found: list[str] = _REASON.findall(output)
    return "; ".join(found) or output.strip().splitlines()[-1]
