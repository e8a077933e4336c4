"""The sample's CI: builds commits with the repository's script, keeps the logs."""

import json
import re
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.demo.folder import DemoFolder
from bot.demo.programs import minimal_environment, run
from bot.demo.repository import Commit, Repository

SERVICE = "website"
_REASON = re.compile(r"^AssertionError: (?:.* : )?(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class BuildResult:
    """The outcome of a build: its digest, or the reason of its failure."""

    number: int
    sha: str
    digest: str = ""
    failure: str = ""
    announced: bool = False

    @property
    def version(self) -> str:
        """Return the version that was built."""
        return f"1.0.{self.number}"


class Builds:
    """All builds of the sample, numbered from 1."""

    def __init__(self, folder: DemoFolder, repository: Repository) -> None:
        self._folder = folder
        self._repository = repository
        folder.builds.mkdir(exist_ok=True)

    def all(self) -> list[BuildResult]:
        """List the builds, oldest first."""
        files = sorted(self._folder.builds.glob("*.json"), key=lambda file: int(file.stem))
        return [BuildResult(**json.loads(file.read_text(encoding="utf-8"))) for file in files]

    def newest(self) -> BuildResult | None:
        """Return the newest build."""
        return next(reversed(self.all()), None)

    def log(self, number: int) -> Path:
        """Return the path of a build's log."""
        return self._folder.builds / f"{number}.log"

    async def build(self) -> BuildResult:
        """Build the newest commit, tests included.

        Raises DemoError when git fails; a failed build is a result.
        """
        before, sha = self.newest(), await self._repository.head()
        built = BuildResult(before.number + 1 if before else 1, sha)
        script = (sys.executable, "-B", "build.py", built.version, sha)
        ran = await run(script, self._repository.folder, minimal_environment())
        self.log(built.number).write_text(ran.output, encoding="utf-8")
        if ran.status:
            ended = BuildResult(built.number, sha, failure=_reason(ran.output))
        else:
            ended = BuildResult(built.number, sha, digest=self._digest(built.version))
        self.store(ended)
        return ended

    def store(self, built: BuildResult) -> None:
        """Store the outcome of a build."""
        file = self._folder.builds / f"{built.number}.json"
        unfinished = file.with_suffix(".part")
        unfinished.write_text(json.dumps(asdict(built)), encoding="utf-8")
        unfinished.replace(file)

    async def changes(self, built: BuildResult) -> list[Commit]:
        """List a build's commits since the last announced build before it, newest first."""
        before = [each.sha for each in self.all() if each.announced and each.number < built.number]
        return await self._repository.commits(before[-1] if before else "", built.sha)

    def _digest(self, version: str) -> str:
        file = self._repository.folder / "dist" / f"{SERVICE}-{version}.json"
        return str(json.loads(file.read_text(encoding="utf-8"))["digest"])


def _reason(output: str) -> str:
    """Extract the reason of a failure from a build's log."""
    found: list[str] = _REASON.findall(output)
    return "; ".join(found) or output.strip().splitlines()[-1]
