"""Changes the sample: a headline becomes a commit, a build and an announcement."""

import asyncio
import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from bot.demo.announce import Announcer
from bot.demo.builds import BuildResult, Builds
from bot.demo.repository import Repository

LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline of the game."""

    colour: str
    words: str


@dataclass(slots=True)
class Editor:
    """Changes the sample, one change at a time."""

    repository: Repository
    builds: Builds
    announcer: Announcer
    _one: asyncio.Lock = field(default_factory=asyncio.Lock)

    def headline(self) -> Headline:
        """Return the headline that is in the repository."""
        return Headline(**json.loads(self._theme.read_text(encoding="utf-8")))

    async def change(self, author: str, headline: Headline) -> BuildResult | None:
        """Commit a change, build it, and announce the build if its tests pass.

        Returns None if nothing would change. Raises DemoError when git fails or the bot takes no build.
        """
        async with self._one:
            before = self.headline()
            if headline == before:
                return None
            theme = {"colour": headline.colour, "words": headline.words}
            written = json.dumps(theme, indent=2, ensure_ascii=False)
            self._theme.write_text(f"{written}\n", encoding="utf-8")
            await self.repository.commit(author, _title(before, headline))
            return await self._build()

    async def catch_up(self) -> BuildResult | None:
        """Build and announce the newest commit, unless that was done; return its build."""
        async with self._one:
            newest = self.builds.newest()
            if newest is None or newest.sha != await self.repository.head():
                return await self._build()
            if newest.digest and not newest.announced:
                return await self._announce(newest)
            return newest

    async def _build(self) -> BuildResult:
        built = await self.builds.build()
        return await self._announce(built) if built.digest else built

    async def _announce(self, built: BuildResult) -> BuildResult:
        await self.announcer.announce(built, await self.builds.changes(built))
        announced = replace(built, announced=True)
        self.builds.store(announced)
        return announced

    @property
    def _theme(self) -> Path:
        return self.repository.folder / "theme.json"


def _title(before: Headline, after: Headline) -> str:
    said = f'Say "{after.words}"' if after.words else "Say nothing"
    if after.words == before.words:
        title = f"Colour the headline {after.colour}"
    elif after.colour == before.colour:
        title = f"{said} in the headline"
    else:
        title = f"{said} in {after.colour}"
    return title[:LONGEST_TITLE]
