"""Builds that a CI lists: late ones, re-run ones, of several branches, numbered anew; each is known once, in its own place."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from bot.ci.provider import Provider
from bot.ci.run import (
    STOP_ASKED,
    Accepted,
    ListedBuild,
    RunStatus,
    StartRequest,
    StartResult,
    StopAnswer,
    Target,
)
from bot.polling.builds import BuildPoller
from handlers.build import Build, Change
from handlers.facts import Capabilities
from handlers.lineage import Comparison
from handlers.plan import BuildSource
from handlers.reports import FoundRun
from storage import builds
from tests.bot.inside import Inside, inside
from tests.world import CHANNEL, POLICY

HUB = "hub: {kind: github, url: 'http://127.0.0.1:9', token: '${HUB_TOKEN}', poll: 300s}"
OF_HUB = "builds: {ci: hub, workflow: build.yml, branch: main, version: '1.{run_number}'}"
SERVICE = "website"


@dataclass
class ScriptedCi(Provider):
    """A CI that lists what the test says, and compares what it knows."""

    name: str = "hub"
    poll: float = 0.0
    listed: list[ListedBuild] | None = None
    knows: dict[tuple[str, str], Comparison] = field(default_factory=dict[tuple[str, str], Comparison])
    capabilities: Capabilities = Capabilities(lists_builds=True, compares=True)  # noqa: RUF009 - it is frozen

    async def builds(self, repository: str, source: BuildSource) -> Sequence[ListedBuild] | None:
        """List what there is."""
        del repository, source
        return self.listed

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """Compare what is known."""
        del repository
        return self.knows.get((old, new))

    async def start(self, request: StartRequest) -> StartResult:
        """Take every start."""
        return Accepted(request.correlation)

    async def find(self, target: Target, correlation: str) -> Sequence[FoundRun] | None:
        """Find nothing."""
        del target, correlation
        return ()

    async def status(self, target: Target, correlation: str, run_id: str) -> RunStatus | None:
        """Know nothing."""
        del target, correlation, run_id
        return None

    async def cancel(self, target: Target, correlation: str, run_id: str) -> StopAnswer:
        """Stop nothing."""
        del target, correlation, run_id
        return STOP_ASKED

    async def close(self) -> None:
        """Close nothing."""


@dataclass
class Watched:
    """A bot with a poller whose CI is scripted."""

    bot: Inside
    ci: ScriptedCi
    poller: BuildPoller

    async def lists(self, *listed: ListedBuild) -> None:
        """Have the CI list these builds, newest first, and the poller look at them."""
        self.ci.listed = [*listed]
        await self.poller.run_once()

    async def known(self, branch: str = "main") -> list[Build]:
        """Return the builds of a branch, newest first."""
        return await self.bot.app.engine.database.read(
            partial(builds.in_branch, service=SERVICE, branch=branch)
        )

    async def versions(self, branch: str = "main") -> list[str]:
        return [each.version for each in await self.known(branch)]

    def announced(self) -> list[str]:
        """Return the versions that were announced in the channel, as they stand there."""
        said = (each.text for each in self.bot.world.slack.workspace.messages(CHANNEL))
        return [text.partition(f"{SERVICE} ")[2].split()[0] for text in said if " is ready" in text]


def made(number: int, branch: str = "main", sha: str = "", run: int = 0) -> ListedBuild:
    commit = sha or f"{number:07x}{branch[:1]}".encode().hex().ljust(40, "0")
    return ListedBuild(str(run or 1000 + number), number, commit, branch, f"https://ci/{number}")


@pytest.fixture
async def watched(tmp_path: Path) -> AsyncIterator[Watched]:
    policy = POLICY.replace("builds: {branch: main}", OF_HUB).replace("ci:\n", f"ci:\n  {HUB}\n", 1)
    policy = policy.replace(
        "        start: automatic\n", "        start: automatic\n        branches: [main, 'hotfix/*']\n"
    )
    async with inside(tmp_path, policy, HUB_TOKEN="t" * 20) as bot:
        ci = ScriptedCi()
        yield Watched(bot, ci, BuildPoller(bot.app.engine, {"hub": ci}))


async def test_at_first_only_the_newest_counts(watched: Watched) -> None:
    await watched.lists(made(3), made(2), made(1))
    assert await watched.versions() == ["1.3"]
    await watched.lists(made(3), made(2), made(1))
    assert await watched.versions() == ["1.3"]


async def test_a_build_that_ends_after_a_newer_one_is_known_in_its_place(watched: Watched) -> None:
    await watched.lists(made(1))
    await watched.lists(made(4), made(2), made(1))
    await watched.lists(made(5), made(4), made(3), made(2), made(1))
    known = await watched.known()
    assert [each.version for each in known] == ["1.5", "1.4", "1.3", "1.2", "1.1"]
    assert [each.position for each in known] == [5, 4, 3, 2, 1]
    await watched.bot.until(lambda: "1.5" in watched.announced())
    assert "1.3" not in watched.announced(), "it is not the newest of anything"


async def test_a_late_build_alone_is_not_announced(watched: Watched) -> None:
    await watched.lists(made(3), made(1))
    await watched.lists(made(5), made(3))
    await watched.lists(made(5), made(4), made(3))
    assert await watched.versions() == ["1.5", "1.4", "1.3"]
    await watched.bot.until(lambda: "1.5" in watched.announced())
    # 1.3 may have been replaced before it could be announced.
    assert set(watched.announced()) <= {"1.3", "1.5"}


async def test_what_was_there_before_the_first_is_left_alone(watched: Watched) -> None:
    await watched.lists(made(3))
    await watched.lists(made(3), made(2), made(1))
    assert await watched.versions() == ["1.3"]


async def test_other_branches_are_known_and_announced_once_they_begin(watched: Watched) -> None:
    await watched.lists(made(3), made(2, "hotfix/old"))
    await watched.bot.until(lambda: watched.announced() == ["1.3"])
    await watched.lists(made(4, "hotfix/login"), made(3), made(2, "hotfix/old"))
    await watched.bot.until(lambda: watched.announced() == ["1.3", "1.4"])
    assert await watched.versions("hotfix/login") == ["1.4"]
    assert await watched.versions("hotfix/old") == ["1.2"]


async def test_changes_are_those_since_the_build_before_it(watched: Watched) -> None:
    first, second, late = made(1), made(3), made(2)
    watched.ci.knows[first.sha, second.sha] = Comparison(None, (Change("c3", "mara", "Third"),))
    await watched.lists(first)
    await watched.lists(second, first)
    await watched.lists(second, late, first)
    changes = {each.version: each.changes for each in await watched.known()}
    assert changes == {"1.3": (Change("c3", "mara", "Third"),), "1.2": None, "1.1": None}


@pytest.mark.parametrize("told", [None, Comparison(None, (Change("c2", "mara", "x"),), complete=False)])
async def test_changes_that_were_not_told_or_cut_are_unknown(
    watched: Watched, told: Comparison | None
) -> None:
    first, second = made(1), made(2)
    if told is not None:
        watched.ci.knows[first.sha, second.sha] = told
    await watched.lists(first)
    await watched.lists(second, first)
    assert [each.changes for each in await watched.known()] == [None, None]


async def test_numbers_that_begin_anew_go_on_after_the_old_ones(watched: Watched) -> None:
    await watched.lists(made(50))
    await watched.lists(made(51), made(50))
    first, second = made(1, sha="a" * 40, run=2001), made(2, sha="b" * 40, run=2002)
    await watched.lists(first)
    await watched.lists(second, first)
    assert await watched.versions() == ["1.2", "1.1", "1.51", "1.50"]


async def test_an_old_run_that_is_listed_alone_is_no_new_counter(watched: Watched) -> None:
    await watched.lists(made(50))
    await watched.lists(made(55), made(50))
    await watched.lists(made(53))
    assert await watched.versions() == ["1.55", "1.53", "1.50"]


async def test_versions_that_repeat_are_told_to_people_once(watched: Watched) -> None:
    await watched.lists(made(1))
    await watched.lists(made(2), made(1))
    for sha in ("a" * 40, "b" * 40):
        await watched.lists(made(2, sha=sha), made(1, sha=sha))
    assert await watched.versions() == ["1.2", "1.1"]

    def told() -> list[str]:
        said = watched.bot.world.slack.workspace.messages(CHANNEL)
        return [each.text for each in said if "Look at the builds of website" in each.text]

    await watched.bot.until(lambda: bool(told()))
    await watched.lists(made(2, sha="c" * 40), made(1))
    assert len(told()) == 1
    assert "again from another commit" in told()[0]
