"""CiEffects that have to be claimed: real workflow files in act ask the running bot, and deploy only if it says yes."""

import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.clock import SystemClock
from tests.bot.ci_api.issuer import issuer
from tests.github.act import ACT, Act
from tests.github.model import Run
from tests.github.tokens import environment
from tests.house.tree import ROOT
from tests.scenarios.on_github import Remote, remote
from tests.scenarios.test_github import ONE, ship, until
from tests.world import CHANNEL

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not ACT.exists() or shutil.which("curl") is None, reason="there is no act or no curl here"
    ),
]

DEPLOY = """\
name: Deploy
run-name: Deploy ${{ inputs.shiproom_sha }} to ${{ inputs.environment }} [${{ inputs.shiproom_correlation_id }}]
on:
  workflow_dispatch:
    inputs:
      shiproom_sha: {required: true, type: string}
      shiproom_correlation_id: {required: true, type: string}
      shiproom_version: {type: string}
      environment: {required: true, type: string}
permissions: {id-token: write}
jobs:
  deploy:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - name: Test
        run: while [ -e "$HOLD" ]; do sleep 0.05; done
      - name: Claim
        uses: ./docs/claim
        with:
          url: ${{ env.SHIPROOM }}
          correlation_id: ${{ inputs.shiproom_correlation_id }}
          sha: ${{ inputs.shiproom_sha }}
          within: "3"
      - name: Deploy
        run: echo "$WHERE $SHA" >> "$DEPLOYED"
        env:
          WHERE: ${{ inputs.environment }}
          SHA: ${{ inputs.shiproom_sha }}
"""


@dataclass
class Stage:
    """A world whose runs claim. While the file `hold` is there, runs wait before they claim."""

    hub: Remote
    act: Act
    hold: Path
    log: Path

    @property
    def deployed(self) -> list[str]:
        return self.log.read_text().splitlines() if self.log.exists() else []

    async def held(self) -> Run:
        """Start a release, and give its run, which stands before its claim."""
        self.hold.touch()
        world = self.hub.world
        await world.start()
        await self.hub.build(ONE)
        await world.press("Andy", "Release to staging", "2.4.1 *is ready*")
        await world.until(1, "running", "staging")
        return self.hub.deployments("staging")[0]


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    tree = tmp_path / "tree"
    shutil.copytree(ROOT / "docs" / "claim", tree / "docs" / "claim")
    act = Act(tmp_path / "runs", tree)
    database = f"sqlite:///{tmp_path}/bot.db"
    async with (
        issuer(SystemClock()) as tokens,
        remote(tmp_path, database, engine=act, issuer=tokens.url) as hub,
    ):
        hub.github.issuer = tokens
        hub.repository.put("deploy.yml", DEPLOY)
        made = Stage(hub, act, tmp_path / "hold", tmp_path / "deployed")

        def told(run: Run) -> dict[str, str]:
            shared = {"SHIPROOM": hub.world.url, "HOLD": str(made.hold), "DEPLOYED": str(made.log)}
            return environment(run, hub.github.root) | shared

        act.environment = told
        yield made
        made.hold.unlink(missing_ok=True)


async def test_the_whole_story_with_claims(stage: Stage) -> None:
    await stage.hub.world.start()
    await stage.hub.build(ONE)
    await ship(stage.hub, 1, "2.4.1")
    assert stage.deployed == [f"staging {ONE}", f"production {ONE}"]
    assert stage.hub.posts() == 2


async def test_a_gate_that_closes_before_the_claim(stage: Stage) -> None:
    run = await stage.held()
    assert "locked" in await stage.hub.world.says("Tim", "lock staging incident")
    stage.hold.unlink()
    await until(lambda: run.ended)
    shown = await stage.hub.world.until(1, "waiting", "staging")
    assert not shown["steps"][0]["requested"], "it has to be asked for again"
    assert run.conclusion in {"failure", "cancelled"}
    assert stage.deployed == []


async def test_a_bot_that_is_down_when_a_run_claims(stage: Stage) -> None:
    run = await stage.held()
    await stage.hub.world.kill()
    stage.hold.unlink()
    await until(lambda: run.ended)
    assert (run.conclusion, stage.deployed) == ("failure", [])
    await stage.hub.world.start()
    await stage.hub.world.until(1, "failed", "staging")


async def test_a_release_that_was_cancelled_before_the_claim(stage: Stage) -> None:
    run = await stage.held()
    stage.hub.github.faults.add("POST .*/cancel", 502)
    await stage.hub.world.says("Andy", "cancel r1 wrong one")
    stage.hold.unlink()
    await stage.hub.world.until(1, "cancelled")
    assert run.conclusion in {"failure", "cancelled"}
    assert stage.deployed == []


async def test_another_run_with_the_same_id_and_a_run_that_is_run_again(stage: Stage) -> None:
    run = await stage.held()
    stage.hold.unlink()
    await stage.hub.world.until(1, "waiting", "production")
    assert stage.deployed == [f"staging {ONE}"]
    copied = stage.hub.github.dispatch(stage.hub.repository, "deploy.yml", "main", dict(run.inputs))
    await until(lambda: copied.ended)
    assert copied.conclusion in {"failure", "cancelled"}
    stage.hub.github.rerun(run)
    await until(lambda: run.ended)
    assert run.conclusion in {"failure", "cancelled"}
    assert stage.deployed == [f"staging {ONE}"]
    assert (await stage.hub.world.release(1))["state"] == "waiting"


async def test_a_success_that_never_claimed_is_for_operators(stage: Stage) -> None:
    stage.hub.repository.put(
        "deploy.yml", DEPLOY.replace("uses: ./docs/claim", "run: 'true'").replace("with:", "env:")
    )
    await stage.hub.world.start()
    await stage.hub.build(ONE)
    await stage.hub.world.press("Andy", "Release to staging", "2.4.1 *is ready*")
    await stage.hub.world.until(1, "unknown", "staging")
    said = await stage.hub.world.person("Tim").until_sees(CHANNEL, "nobody knows what it deployed")
    assert "Check staging" in said.text
    await stage.hub.world.press("Tim", "It was deployed", "r1 website")
    await stage.hub.world.until(1, "waiting", "production")
