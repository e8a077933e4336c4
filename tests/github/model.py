"""What a local GitHub knows: repositories, their commits and workflow files, and runs."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import Clock

Permission = Literal["actions: read", "actions: write", "contents: read"]
EVERYTHING: frozenset[Permission] = frozenset({"actions: read", "actions: write", "contents: read"})


@dataclass
class Watch:
    """A clock's time, turned forward by hand."""

    clock: Clock
    forward: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return self.clock.now() + self.forward

    def turn(self, seconds: float) -> None:
        self.forward += timedelta(seconds=seconds)


@dataclass(frozen=True)
class Commit:
    sha: str
    message: str
    login: str = ""
    name: str = "Somebody"


@dataclass
class Repository:
    """A repository. `commits` are those of every branch, oldest first; `files` are workflow files by branch and name."""

    id: int
    full_name: str
    branches: dict[str, str] = field(default_factory=dict[str, str])
    default_branch: str = "main"
    commits: list[Commit] = field(default_factory=list[Commit])
    files: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])
    disabled: set[str] = field(default_factory=set[str])
    archived: bool = False
    moved: bool = False

    def put(self, file: str, written: str, branch: str = "main") -> None:
        self.files[branch, file] = written

    def workflows(self) -> list[str]:
        """GitHub knows the workflows that the default branch has."""
        return sorted(file for branch, file in self.files if branch == self.default_branch)


@dataclass
class Step:
    name: str
    conclusion: str | None = None


@dataclass
class Job:
    id: int
    name: str
    conclusion: str | None = None
    steps: list[Step] = field(default_factory=list[Step])


@dataclass
class Run:
    """A run of a workflow. `listed_at` is when lists begin to show it, `jobs` are by attempt.."""

    id: int
    number: int
    repository: Repository
    file: str
    branch: str
    sha: str
    event: str
    title: str
    created_at: datetime
    listed_at: datetime
    inputs: dict[str, str] = field(default_factory=dict[str, str])
    actor: str = "shiproom-bot"
    head_repository: int = 0
    attempt: int = 1
    status: str = "queued"
    conclusion: str | None = None
    started_at: datetime | None = None
    jobs: dict[int, list[Job]] = field(default_factory=dict[int, list[Job]])
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ended(self) -> bool:
        return self.status == "completed"
