"""A hotfix and main in one staging: what happens once a CI tells, late, how they relate."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.effects.comparisons import Comparisons
from handlers.effects import CompareBuilds
from handlers.lineage import Comparison
from storage.codec import dumps
from storage.effects import Task
from tests.bot.inside import Inside, inside
from tests.bot.polling.test_builds import HUB, OF_HUB, SERVICE, ScriptedCi
from tests.world import CHANNEL, POLICY, World

HOTFIX, MAIN = "2.4.0.1", "2.4.1"
BRANCHES = "        start: automatic\n        branches: [main, 'hotfix/*']\n"


def sha(version: str) -> str:
    """Return the commit with which the world reports a version."""
    return (version.replace(".", "") + "4be1c9d").ljust(40, "a")


@dataclass
class Staged:
    """A hotfix (r1) in staging, and main's next build (r2) in line behind it: nobody knows how they relate."""

    bot: Inside

    @property
    def world(self) -> World:
        return self.bot.world

    async def tells(self, *, contains: bool) -> None:
        """Have the CI be asked, and tell whether main contains the hotfix."""
        ci = ScriptedCi(knows={(sha(HOTFIX), sha(MAIN)): Comparison(contains)})
        task = Task(1, "compare_builds", dumps(CompareBuilds(SERVICE)), 0, "compare", 0)
        await Comparisons(self.bot.app.engine, {"hub": ci}).compare_builds(task)

    async def states(self) -> tuple[str, str]:
        """Return the state of r1, and that of r2 in staging."""
        first, second = [await self.world.release(number) for number in (1, 2)]
        return first["state"], second["steps"][0]["state"]

    def sees(self, *words: str) -> bool:
        said = (seen.text for seen in self.world.person("Irwin").sees(CHANNEL))
        return any(all(word in text for word in words) for text in said)


@pytest.fixture
async def staged(tmp_path: Path) -> AsyncIterator[Staged]:
    policy = POLICY.replace("builds: {branch: main}", OF_HUB).replace("ci:\n", f"ci:\n  {HUB}\n", 1)
    policy = policy.replace("        start: automatic\n", BRANCHES)
    async with inside(tmp_path, policy, HUB_TOKEN="t" * 20) as bot:
        await bot.world.build(HOTFIX, branch="hotfix/login")
        await bot.world.says("Andy", f"{HOTFIX} to staging")
        await bot.world.until(1, "waiting", "production")
        await bot.world.build(MAIN)
        await bot.world.says("Andy", f"{MAIN} to staging")
        made = Staged(bot)
        assert await made.states() == ("waiting", "waiting"), "another branch's build is not newer by itself"
        yield made


async def test_main_takes_the_place_of_a_hotfix_once_it_is_known_to_contain_it(staged: Staged) -> None:
    await staged.tells(contains=True)
    await staged.world.until(1, "superseded")
    await staged.world.until(2, "waiting", "production")
    await staged.bot.until(lambda: staged.sees(f"r1 website {HOTFIX}", "replaced by r2"))
    events = [row["event"] for row in await staged.bot.rows()]
    assert events.index("commits_compared") < events.index("newer_requested")


async def test_it_waits_for_a_hotfix_that_it_lacks_and_its_card_says_so(staged: Staged) -> None:
    await staged.tells(contains=False)
    await staged.bot.until(
        lambda: staged.sees(f"r2 website {MAIN}", f"lacks {HOTFIX} (hotfix/login), which is live")
    )
    assert await staged.states() == ("waiting", "waiting")


async def test_it_waits_for_a_hotfix_that_somebody_tests(staged: Staged) -> None:
    await staged.world.says("Amita", "testing r1")
    await staged.tells(contains=True)
    assert "waits for staging" in await staged.world.says("Irwin", "why r2")
    assert await staged.states() == ("waiting", "waiting")
    await staged.world.says("Tim", "cancel r1 main is next")
    await staged.world.until(2, "waiting", "production")
