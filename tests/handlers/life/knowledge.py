"""What was told of the true history: never false, but late, cut, or not at all. Only claims may be false."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from handlers.build import Build, Change
from handlers.lineage import Authorship, Comparison, Relation
from tests.handlers.life.history import History


@dataclass
class Knowledge:
    """The reported builds, the commits whose authors are told, and the comparisons that a CI answered."""

    history: History = field(default_factory=History)
    builds: list[Build] = field(default_factory=list[Build])
    told: set[str] = field(default_factory=set[str])
    comparisons: dict[tuple[str, str], Comparison] = field(default_factory=dict[tuple[str, str], Comparison])

    _authorships: dict[tuple[str, str, int, int], Authorship] = field(
        default_factory=dict[tuple[str, str, int, int], Authorship]
    )

    def changes(self, build: Build) -> tuple[Change, ...]:
        """Return a build's own changes, as its CI can tell them."""
        return tuple(commit.change for commit in self.history.own[build.version])

    def report(self, build: Build) -> None:
        """Take down a build, or what is told of it later."""
        known = next((at for at, each in enumerate(self.builds) if each.version == build.version), None)
        if known is None:
            self.builds.append(build)
        else:
            self.builds[known] = build
        self.told.update(change.sha for change in build.changes or ())

    def is_late(self, build: Build) -> bool:
        """Whether a newer build of the branch was reported before."""
        return any(each.branch == build.branch and each.number > build.number for each in self.builds)

    def newest(self, branch: str) -> Build | None:
        """Return the newest reported build of a branch."""
        own = (each for each in self.builds if each.branch == branch)
        return max(own, key=lambda each: each.number, default=None)

    def compare(self, old: str, new: str, *, says_contains: bool = True, complete: bool = True) -> Comparison:
        """Have the CI compare two commits; it may not say whether one contains the other, or leave out changes."""
        changes = tuple(commit.change for commit in self.history.between(old, new))
        contains = self.history.contains(new, old) if says_contains else None
        comparison = Comparison(contains, changes if complete else changes[:1], complete)
        self.comparisons[old, new] = comparison
        self.told.update(change.sha for change in comparison.changes)
        return comparison

    def relation(self, new: Build, old: Build) -> Relation:
        """Return whether a build is known, or claimed, to contain another."""
        if new.sha == old.sha:
            return Relation.CONTAINS
        told = self.comparisons.get((old.sha, new.sha))
        if told is not None and told.contains is not None:
            return Relation.CONTAINS if told.contains else Relation.LACKS
        return Relation.CLAIMED if old.version in new.contains else Relation.UNKNOWN

    def is_newer(self, new: Build, old: Build) -> bool:
        """Whether a build is known, or claimed across branches, to be newer than another."""
        if new.branch == old.branch:
            return new.number > old.number
        return self.relation(new, old) in {Relation.CONTAINS, Relation.CLAIMED}

    def authorship(self, build: Build, base: Build | None) -> Authorship:
        """Return who wrote what a build adds to the base; the versions of what nobody has told are unknown."""
        key = (build.version, base.sha if base is not None else "", len(self.told), len(self.builds))
        if key not in self._authorships:
            self._authorships[key] = self._authorship(build, key[1])
        return self._authorships[key]

    def _authorship(self, build: Build, base: str) -> Authorship:
        names: list[str] = []
        unknown: list[str] = []
        for commit in self.history.between(base, build.sha):
            if commit.sha in self.told:
                names += commit.names
            else:
                unknown.append(self._version(commit.sha, build))
        return Authorship(_unique(names), _unique(unknown), self.own_names(build))

    def own_names(self, build: Build) -> tuple[str, ...] | None:
        """Return the authors of a build's own changes; None while nobody has told them all."""
        own = self.history.own[build.version]
        if any(commit.sha not in self.told for commit in own):
            return None
        return _unique(name for commit in own for name in commit.names)

    def _version(self, sha: str, build: Build) -> str:
        version = self.history.came_with.get(sha, "")
        return version if any(each.version == version for each in self.builds) else build.version


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
