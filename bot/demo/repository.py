"""The sample's git repository, made from its sources as the work of two people."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.demo.errors import DemoError
from bot.demo.programs import ProgramResult, minimal_environment, run

SAMPLE = Path(__file__).parent / "sample"
FIRST_COMMITS = (
    ("Mara", "Log in with a pilot's name", ("site/login.js",)),
    ("Andy", "Keep the five best flights", ("site/leaderboard.js",)),
    (
        "Mara",
        "Fly among asteroids",
        ("site/index.html", "site/game.js", "site/style.css", "site/icon.svg", "theme.json"),
    ),
    (
        "Andy",
        "Test the site, pack it and deploy it",
        ("build.py", "test_site.py", "deploy.py", "README.md", ".gitignore"),
    ),
)
"""Author, title and files of each commit, in order."""
MANY = 200
"""The most commits of one list."""

_FIELD, _RENAMED = "\x1f", {".gitignore": "gitignore"}


@dataclass(frozen=True, slots=True)
class Commit:
    """A commit, as a build announces it."""

    sha: str
    author: str
    title: str


class Repository:
    """A git repository that ignores the user's own git settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def prepare(self) -> None:
        """Make the repository with its first commits, unless it exists.

        Raises DemoError when git is missing or refuses.
        """
        if (self.folder / ".git").is_dir():
            await self._git("--version")
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        await self._git("init", "--quiet", "--template=")
        await self._git("symbolic-ref", "HEAD", "refs/heads/main")
        for name, value in (
            ("user.name", "website"),
            ("user.email", _address("website")),
            ("core.autocrlf", "false"),
        ):
            await self._git("config", name, value)
        for author, title, files in FIRST_COMMITS:
            for file in files:
                _copy(SAMPLE / _RENAMED.get(file, file), self.folder / file)
            await self.commit(author, title)

    async def commit(self, author: str, title: str) -> str:
        """Commit all changes and return the hash."""
        await self._git("add", "--all")
        await self._git("commit", "--quiet", "--message", title, "--author", f"{author} <{_address(author)}>")
        return await self.head()

    async def head(self) -> str:
        """Return the hash of the newest commit."""
        return (await self._git("rev-parse", "HEAD")).output.strip()

    async def changed(self) -> bool:
        """Tell whether there are uncommitted changes."""
        return bool((await self._git("status", "--porcelain")).output.strip())

    async def commits(self, since: str, until: str = "HEAD", count: int = MANY) -> list[Commit]:
        """List the commits after one, or all, up to another, newest first."""
        span = f"{since}..{until}" if since else until
        listed = await self._git(
            "log", f"--max-count={count}", f"--format=%H{_FIELD}%an{_FIELD}%s", span, "--"
        )
        return [Commit(*line.split(_FIELD, 2)) for line in listed.output.splitlines()]

    async def diff(self, old: str, new: str) -> str:
        """Return what differs between two commits."""
        return (await self._git("diff", "--no-color", "--no-ext-diff", old, new, "--")).output

    async def changes_of(self, sha: str) -> str:
        """Return what one commit changed, the first one too."""
        shown = await self._git("show", "--no-color", "--no-ext-diff", "--format=", sha, "--")
        return shown.output

    async def _git(self, *words: str) -> ProgramResult:
        alone = {"GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_TERMINAL_PROMPT": "0"}
        home = {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder)}
        ran = await run(("git", *words), self.folder, {**minimal_environment(), **home, **alone})
        if ran.status:
            message = f"git {words[0]} failed in {self.folder}: {ran.output.strip()}"
            raise DemoError(message)
        return ran


def _address(name: str) -> str:
    return f"{name.lower()}@space-game.example"


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
