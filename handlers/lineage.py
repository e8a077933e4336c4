"""How builds relate: what is in one, which of two is newer, and who wrote the difference.

A fact from outside may widen what has to be signed, never shrink it; what is not known is told as unknown.
"""

from dataclasses import dataclass
from enum import StrEnum

from handlers.build import Build, Change
from handlers.environments import RolledBack

MOST_COMMITS = 1000
"""How many commits between two builds are read; a longer list is cut, and its authors are unknown."""


class Relation(StrEnum):
    """Whether one build contains another.

    CLAIMED means that only the sender of the build says so.
    """

    CONTAINS = "contains"
    CLAIMED = "claimed"
    LACKS = "lacks"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a CI says of two commits.

    `contains` is whether the new one has the old one in its past, None if the CI does not say. `changes` are newest first.
    `complete` is false if some of them are missing.
    """

    contains: bool | None
    changes: tuple[Change, ...] = ()
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Authorship:
    """Who wrote what a step would deploy, since what Shiproom itself deployed there last.

    `unknown` are the versions whose changes nobody has told; an author with an empty name is somebody unknown. `own` are the
    authors of the build's own changes, None if nobody has told those.
    """

    authors: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    own: tuple[str, ...] | None = ()


@dataclass(frozen=True, slots=True)
class Marks:
    """What people have to know of a build before they release it to an environment.

    `lacks` is the live build if it is not contained, `may_lack` is it if nobody can say that of a build of another branch;
    `contains` is a build that was rolled back there and is in it.
    """

    lacks: Build | None = None
    may_lack: Build | None = None
    contains: RolledBack | None = None


NO_MARKS = Marks()


def is_newer(build: Build, other: Build, relation: Relation) -> bool:
    """Return whether a build is newer than another.

    Within one branch its position says so. Across branches it is newer only if it contains the other one.
    """
    if build.branch == other.branch:
        return (build.position, build.order) > (other.position, other.order)
    return relation in {Relation.CONTAINS, Relation.CLAIMED}
