"""A build: an immutable candidate for release, known by version, commit and digest."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One commit of a build: who wrote it and its title, both text from outside."""

    sha: str
    author: str
    title: str


@dataclass(frozen=True, slots=True)
class Build:
    """An immutable candidate. `order` counts a service's builds as they became ready: higher is newer."""

    service: str
    version: str
    sha: str
    branch: str
    order: int = 0
    url: str = ""
    digest: str = ""
    changes: tuple[Change, ...] = ()
    ready_at: datetime | None = None

    def same_artifact(self, other: "Build") -> bool:
        """Say whether both name the same commit and the same bytes."""
        return self.sha == other.sha and self.digest == other.digest
