"""A build: an immutable release candidate with its version, commit and digest."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Change:
    """One commit of a build: its author and title, both untrusted text."""

    sha: str
    author: str
    title: str


@dataclass(frozen=True, slots=True)
class Build:
    """An immutable release candidate.

    `order` counts a service's builds in the order in which they became ready: higher is newer.
    """

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
        """Return whether both have the same commit and the same digest."""
        return self.sha == other.sha and self.digest == other.digest
