"""The true history of the simulated service: its commits, who wrote them, and what each contains."""

from collections import Counter
from dataclasses import dataclass, field

from handlers.build import Build, Change
from tests.handlers import builders

MAIN = "main"


@dataclass(frozen=True)
class Commit:
    """One commit: all who wrote it, an empty name for somebody unnamed, and its past, which includes itself."""

    sha: str
    names: tuple[str, ...]
    past: frozenset[str]

    @property
    def change(self) -> Change:
        """The commit as a CI tells it."""
        return Change(self.sha, self.names[0], "Faster", self.names[1:])


@dataclass
class History:
    """All commits, the tip and the count of every branch, and which commits came with which build."""

    commits: dict[str, Commit] = field(default_factory=dict[str, Commit])
    tips: dict[str, str] = field(default_factory=dict[str, str])
    built: dict[str, str] = field(default_factory=dict[str, str])
    numbers: Counter[str] = field(default_factory=Counter[str])
    own: dict[str, tuple[Commit, ...]] = field(default_factory=dict[str, tuple[Commit, ...]])
    came_with: dict[str, str] = field(default_factory=dict[str, str])

    def commit(self, branch: str, names: tuple[str, ...], merged: str = "") -> Commit:
        """Add a commit to a branch, which begins at the tip of main; `merged` is a branch that comes with it."""
        before = self.tips.get(branch) or self.tips.get(MAIN, "")
        self.built.setdefault(branch, before)
        added = self._add(names, before, self.tips.get(merged, ""))
        self.tips[branch] = added.sha
        return added

    def stray(self, names: tuple[str, ...]) -> Commit:
        """Add a commit that is on no branch."""
        return self._add(names, self.tips.get(MAIN, ""), "")

    def _add(self, names: tuple[str, ...], *parents: str) -> Commit:
        sha = f"{len(self.commits) + 1:07x}".ljust(40, "a")
        past = frozenset({sha}).union(*(self.past(parent) for parent in parents))
        self.commits[sha] = Commit(sha, names, past)
        return self.commits[sha]

    def make(self, branch: str) -> Build:
        """Return the next build of a branch, which the CI has numbered; nobody has reported it yet."""
        self.numbers[branch] += 1
        version, sha = f"2.{len(self.own) + 1}.0", self.tips[branch]
        self.own[version] = self.between(self.built[branch], sha)
        for each in self.own[version]:
            self.came_with.setdefault(each.sha, version)
        self.built[branch] = sha
        number, digest = self.numbers[branch], f"sha256:{sha}"
        return Build(
            builders.SERVICE,
            version,
            sha,
            branch,
            digest=digest,
            position=number,
            number=number,
            numbered_by="ci",
        )

    def past(self, sha: str) -> frozenset[str]:
        """Return a commit and everything before it; nothing for no commit."""
        return self.commits[sha].past if sha else frozenset()

    def contains(self, new: str, old: str) -> bool:
        """Whether a commit has another in its past."""
        return old in self.past(new)

    def between(self, old: str, new: str) -> tuple[Commit, ...]:
        """Return what the new commit has and the old one has not, newest first."""
        return tuple(self.commits[sha] for sha in sorted(self.past(new) - self.past(old), reverse=True))
