"""One way of the table: what happens to a service, the model of who truly wrote what, and what people do there."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any

from storage import builds
from tests.scenarios.acting import ServiceScenario
from tests.scenarios.four_eyes.hosts import GHOST, Host, Made, Outside

SIGNERS = ("Mara", "Andy", "Rita", "Dora", "Tim")
"""Who may sign, and may be an author but for the last one; `bob` is an author whom the policy does not know."""

LOOK = 20.0
LONG = 3600.0
"""Virtual seconds between two looks, and until what has to happen has happened."""

OVER = {"done", "cancelled", "rejected", "superseded"}


@dataclass(frozen=True)
class Built:
    """A build of a commit."""

    version: str
    sha: str
    branch: str


@dataclass
class Way:
    """A service of the running bot, its CI, and what is true of its commits.

    `compares` is whether somebody can tell the changes between two commits, `answering` whether they do so now. `forms` is
    held while somebody has a form open, since all ways share their people.
    """

    scenario: ServiceScenario
    host: Host
    compares: bool
    reload: Callable[[str], Awaitable[None]]
    forms: asyncio.Lock
    answering: bool = True
    commits: dict[str, Made] = field(default_factory=dict[str, Made])
    tips: dict[str, str] = field(default_factory=lambda: {"main": ""})
    branch: str = "main"
    built: list[Built] = field(default_factory=list[Built])
    base: str = ""
    bases: dict[str, str] = field(default_factory=dict[str, str])
    number: int = 0
    places: int = 0
    known: set[str] = field(default_factory=set[str])
    posted: dict[str, Any] = field(default_factory=dict[str, Any])
    told: list[dict[str, str]] | None = None

    # What is true.

    def past(self, sha: str) -> set[str]:
        """Return a commit and all before it."""
        found = set[str]()
        while sha:
            found.add(sha)
            sha = self.commits[sha].parent
        return found

    def authors(self, sha: str) -> frozenset[str]:
        """Return who truly wrote what a build would bring to production.

        That is since what Shiproom deployed there last; where nobody compares, since what it deployed last of the branch.
        """
        branch = next(each.branch for each in self.built if each.sha == sha)
        base = self.base if self.compares else self.bases.get(branch, self.base)
        missing = self.past(sha) - self.past(base)
        return frozenset[str]().union(*(self.commits[each].authors for each in missing))

    def _is_live(self, of: Built) -> None:
        self.base = self.bases[of.branch] = of.sha

    @property
    def is_exact(self) -> bool:
        """Whether the bot can know exactly who wrote a build."""
        return self.compares and self.answering and bool(self.base)

    # What happens at the CI.

    def push(self, written: str) -> None:
        """Push a commit: `mara`, `mara+andy` with a co-author, `mara/dora` with a committer."""
        names, _, committer = written.partition("/")
        author, *helpers = names.split("+")
        sha = sha256(f"{self.scenario.service} {len(self.commits)}".encode()).hexdigest()[:40]
        helped = tuple(map(self._named, helpers))
        made = Made(sha, self.tips[self.branch], self._named(author), helped, self._named(committer))
        self.commits[sha] = made
        self.tips[self.branch] = sha
        self.host.push(self.branch, made)

    def on(self, branch: str, start: str = "") -> None:
        """Go to a branch; a new one begins at what is live, or at the tip of another branch."""
        if branch not in self.tips:
            self.tips[branch] = self.tips[start] if start else self.base
            self.host.branch(branch)
        self.branch = branch

    async def build(
        self, *, place: int = 0, sha: str = "", changes: bool = True, forged: str = "", empty: bool = False
    ) -> None:
        """Build a commit, the tip unless another is named, and wait until it is known."""
        sha = sha or self.tips[self.branch]
        self.places += 1
        version = self.host.build(self.branch, sha, place)
        if not version:
            version = f"v{self.places}"
            number = self.places * 10 - (place * 10 + 5 if place else 0)
            earlier = self.built[: len(self.built) - place]
            before = [each.sha for each in earlier if each.branch == self.branch] or [self.base]
            past = set[str]().union(*(self.past(each) for each in before))
            listed = [] if empty else self._changes(self.past(sha) - past, forged)
            told = listed if changes else None
            self.posted = {
                "sha": sha,
                "branch": self.branch,
                "number": number,
                "digest": None,
                "changes": told,
            }
            await self.scenario.build(version, **self.posted)
            self.told = self._changes(self.past(sha) - past, "")
        self.built.append(Built(version, sha, self.branch))
        await self.until(lambda: self._is_known(version), f"{version} is known")

    def _changes(self, commits: set[str], forged: str) -> list[dict[str, str]] | None:
        """Return what a build tells of commits; None if one of them names nobody."""
        made = [self.commits[each] for each in sorted(commits)]
        if any(GHOST in each.authors for each in made):
            return None
        return [
            {"sha": each.sha, "author": forged or name, "title": "A change"}
            for each in made
            for name in sorted(each.authors)
        ]

    async def posts_again(self, *, changes: bool = True, forged: str = "") -> None:
        """Post the newest build once more, with the truth unless it is forged."""
        told = self._changes({self.posted["sha"]}, forged) if forged else self.told
        again = self.posted | {"changes": told if changes else None}
        await self.scenario.build(self.built[-1].version, known=True, **again)
        await asyncio.sleep(LOOK)

    async def knows(self, name: str) -> None:
        """Add somebody to the people of the policy."""
        self.known.add(self._named(name))
        await self.reload(self._named(name))
        await asyncio.sleep(2 * LOOK)

    def _named(self, written: str) -> str:
        """Return an author's name; somebody whom nobody knows is another one in each way."""
        return f"bob-{self.scenario.service}" if written == "bob" else written

    async def _is_known(self, version: str) -> bool:
        read = partial(builds.get, service=self.scenario.service, version=version)
        return await self.scenario.bot.app.engine.database.read(read) is not None

    def outside(self, event: str, title: str, *, fork: bool, succeeds: bool) -> None:
        """Let a run that Shiproom did not start deploy the newest build."""
        sha = self.tips[self.branch]
        self.host.outside(
            Outside(event, sha, self.branch, title or f"Deploy {sha} to production", fork, succeeds)
        )

    # What people do.

    async def says(self, name: str, words: str) -> str:
        return await self.scenario.types(name, words)

    async def starts(self, place: int = -1) -> None:
        """Start the release of a build."""
        said = await self.says("Sam", f"{self.built[place].version} to production")
        found = re.match(r"\br(\d+)\b", said)
        assert found, said
        self.number = int(found[1])
        await asyncio.sleep(LOOK)

    async def ships(self, place: int = -1) -> None:
        """Bring a build to production: somebody signs who wrote nothing, and what is not known is waived."""
        await self.starts(place)
        said = await self.says("Tim", f"approve r{self.number} as ops")
        assert "signed" in said.lower(), said
        await asyncio.sleep(LOOK)
        if await self.state() == "waiting":
            await self.waives()
        await self.lives(place)

    async def lives(self, place: int = -1) -> None:
        """Wait until the release is live."""
        await self.until(lambda: self._is("done"), "it is live")
        self._is_live(self.built[place])

    async def waives(self) -> None:
        said = await self.says("Lena", f"waive r{self.number} I asked around")
        assert said.startswith("Noted"), said

    async def breaks(self, place: int = -1) -> None:
        """Have a deployment to production fail, and its release cancelled."""
        self.host.fails(next_ones=True)
        await self.starts(place)
        await self.says("Tim", f"approve r{self.number} as ops")
        await asyncio.sleep(LOOK)
        if await self.state() == "waiting":
            await self.waives()
        await self.until(lambda: self._is("failed", step=True), "it failed")
        self.host.fails(next_ones=False)
        said = await self.says("Lena", f"cancel r{self.number} it is broken")
        await self.until(lambda: self._is("cancelled"), f"it is cancelled: {said}")

    async def rolls_back(self, place: int) -> None:
        """Roll production back, and lift the lock."""
        lena, before = self.scenario.person("Lena"), self.number
        words = f"rollback production to {self.built[place].version} broken"
        async with self.forms:
            await lena.command("/release", words, self.scenario.channel)
            await self.until(lambda: _true(lena.modal is not None), "a form")
            await lena.fill(lena.modal, {}).submit()
        await self.until(lambda: self._newest_is_done(before), "rolled back")
        self._is_live(self.built[place])
        await self.says("Lena", "unlock production")

    async def _newest_is_done(self, before: int) -> bool:
        path = f"/api/v1/releases?service={self.scenario.service}"
        _, found = await self.scenario.bot.world.api("GET", path)
        newest = max(found, key=lambda each: each["number"])
        return newest["number"] > before and newest["state"] == "done"

    # What is read.

    async def step(self) -> dict[str, Any]:
        shown = await self.scenario.release(self.number)
        return shown["steps"][0] | {"release": shown["state"]}

    async def state(self) -> str:
        return str((await self.step())["state"])

    async def _is(self, state: str, *, step: bool = False) -> bool:
        shown = await self.step()
        found = shown["state" if step else "release"]
        assert found == state or found not in OVER, shown
        return bool(found == state)

    async def doubts(self) -> dict[str, list[str]]:
        """Return the codes of what the gate does not know, and who can clear it."""
        gates = (await self.step())["gates"]
        return {
            code: gate["who"]
            for gate in gates
            for code in ("author_unknown", "changes_unknown")
            if code in gate["why"]
        }

    async def until(self, holds: Callable[[], Awaitable[bool]], what: str) -> None:
        """Wait until something holds."""
        for _ in range(int(LONG / LOOK)):
            if await holds():
                return
            await asyncio.sleep(LOOK)
        shown = await self.step() if self.number else {}
        raise AssertionError(f"not so within an hour: {what}; {shown}")


async def _true(found: bool) -> bool:
    return found
