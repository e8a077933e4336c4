"""A build: an immutable release candidate with its version, commit and digest."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class Change:
    """One commit of a build: its author and title, both untrusted text.

    `co_authors` are others who wrote it: its committer, and those whom its message names.
    """

    sha: str
    author: str
    title: str
    co_authors: tuple[str, ...] = ()

    @property
    def authors(self) -> tuple[str, ...]:
        """All who wrote it; an empty name is somebody unknown."""
        return (self.author, *self.co_authors)


@dataclass(frozen=True, slots=True)
class Build:
    """An immutable release candidate.

    `order` counts a service's builds as they arrive. `position` orders those of one branch, higher is newer: it follows the
    `number` that `numbered_by` counts, if there is one, else the arrival. `changes` are None if nobody has told them;
    `contains` are versions that the sender claims to be in it, and `run` is the id of
    the CI's run that made it.
    """

    service: str
    version: str
    sha: str
    branch: str
    order: int = 0
    url: str = ""
    digest: str = ""
    changes: tuple[Change, ...] | None = None
    ready_at: datetime | None = None
    position: int = 0
    number: int = 0
    numbered_by: str = ""
    contains: tuple[str, ...] = ()
    run: str = ""

    def same_artifact(self, other: "Build") -> bool:
        """Return whether both have the same commit and the same digest."""
        return self.sha == other.sha and self.digest == other.digest

    def fingerprint(self) -> str:
        """Return a digest of version, commit and digest, which names exactly this build."""
        return sha256(f"{self.version}\0{self.sha}\0{self.digest}".encode()).hexdigest()[:12]
