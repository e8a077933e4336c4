"""What a local GitHub knows: repositories, their commits and workflow files, and runs."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from bot.clock import Clock

Permission = Literal["actions: read", "actions: write", "contents: read", "deployments: read"]
EVERYTHING: frozenset[Permission] = frozenset(
    {"actions: read", "actions: write", "contents: read", "deployments: read"}
)


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
class Person:
    """An author or a committer: GitHub gives a login only where it knows one."""

    login: str = ""
    name: str = "Somebody"
    email: str = ""

    @property
    def address(self) -> str:
        return self.email or f"{self.name.lower().replace(' ', '.')}@example.org"


NOBODY = Person(name="")
"""Whom a commit does not name."""


@dataclass(frozen=True)
class Commit:
    """A commit; its parent is the one before it in the repository unless another is named. The author commits it too."""

    sha: str
    message: str
    login: str = ""
    name: str = "Somebody"
    email: str = ""
    committer: Person | None = None
    parent: str | None = None

    @property
    def author(self) -> Person:
        return Person(self.login, self.name, self.email)


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
    hidden: bool = False
    """Whether tokens may not see it any more."""

    def ancestry(self, sha: str) -> set[str] | None:
        """List a commit and all before it; None if there is no such commit."""
        found = set[str]()
        known = {commit.sha: number for number, commit in enumerate(self.commits)}
        while sha in known:
            found.add(sha)
            number = known[sha]
            parent = self.commits[number].parent
            sha = self.commits[number - 1].sha if parent is None and number else parent or ""
        return found or None

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
    """A job of an attempt; its status follows from its conclusion unless it is said."""

    id: int
    name: str
    conclusion: str | None = None
    steps: list[Step] = field(default_factory=list[Step])
    status: str = ""

    @property
    def shown_status(self) -> str:
        return self.status or ("completed" if self.conclusion is not None else "in_progress")


@dataclass(frozen=True)
class Waiting:
    """A deployment that waits at its environment's protection rules."""

    environment: str
    reviewers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    wait_timer: int = 0
    since: datetime | None = None


@dataclass
class Deployment:
    """A record of a deployment with its statuses, oldest first: the state, and the address of the log."""

    id: int
    repository: Repository
    sha: str
    environment: str
    created_at: datetime
    creator: str = "mara-dev"
    statuses: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])


@dataclass
class Run:
    """A run of a workflow. `listed_at` is when lists begin to show it, `jobs` are by attempt."""

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
    updated_at: datetime | None = None
    path: str = ""
    waiting: list[Waiting] = field(default_factory=list[Waiting])
    jobs: dict[int, list[Job]] = field(default_factory=dict[int, list[Job]])
    cancelled: asyncio.Event = field(default_factory=asyncio.Event)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def ended(self) -> bool:
        return self.status == "completed"
