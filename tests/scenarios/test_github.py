"""The whole story with a CI that is elsewhere: builds and deployments are workflows of GitHub, heard of or asked for."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tests.github.engines import ByJob, Scripted
from tests.github.hooks import signed
from tests.github.model import Run
from tests.scenarios.on_github import WEBHOOK_SECRET, Remote, remote
from tests.world import CHANNEL

ONE, TWO = "1" * 40, "2" * 40


@pytest.fixture
async def hub(database: str, tmp_path: Path) -> AsyncIterator[Remote]:
    async with remote(tmp_path, database) as made:
        yield made


@pytest.fixture
async def lite(tmp_path: Path) -> AsyncIterator[Remote]:
    """Give what matters no less on SQLite alone: nothing of it asks the database for anything of its own."""
    async with remote(tmp_path, f"sqlite:///{tmp_path}/bot.db") as made:
        yield made


@pytest.fixture
async def silent(tmp_path: Path) -> AsyncIterator[Remote]:
    """Give a GitHub that calls nobody."""
    async with remote(tmp_path, f"sqlite:///{tmp_path}/bot.db", webhooks=False) as made:
        yield made


async def until(holds: Callable[[], Awaitable[bool] | bool], within: float = 20.0) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(within):
        while True:
            found = holds()
            if found if isinstance(found, bool) else await found:
                return
            await asyncio.sleep(0.02)


async def ship(hub: Remote, number: int, version: str) -> None:
    """Take a ready build to production."""
    world, amita, card = hub.world, hub.world.person("Amita"), f"r{number} website"
    await world.press("Andy", "Release to staging", f"{version} *is ready")
    await world.until(number, "waiting", "production")
    await world.press("Amita", "Sign off for testers", card)
    await amita.fill(amita.modal, {"Checked": True}).submit()
    await world.press("Tim", "Sign off for ops", card)
    await world.until(number, "done")


async def test_a_pushed_commit_becomes_a_production_release(hub: Remote) -> None:
    await hub.world.start()
    await hub.build(ONE)
    await ship(hub, 1, "2.4.1")
    await hub.build(TWO, "Safari log-in\n\nand more", "andy")
    said = await hub.world.person("Irwin").until_sees(CHANNEL, "2.4.2 *is ready", within=15)
    assert "Safari log-in (Andy)" in said.text
    await ship(hub, 2, "2.4.2")
    assert [(run.inputs["shiproom_sha"], run.inputs["environment"]) for run in hub.deployments()] == [
        (ONE, "staging"),
        (ONE, "production"),
        (TWO, "staging"),
        (TWO, "production"),
    ]
    assert {run.branch for run in hub.deployments()} == {"main"}
    assert hub.posts() == 4
    shown = await hub.world.release(2)
    run = hub.deployments("production")[-1]
    assert shown["steps"][1]["run"]["id"] == str(run.id)
    assert set(hub.hook.answers) == {202}
    await hub.world.person("Tim").command("/release", "rollback production broken", CHANNEL)
    tim = hub.world.person("Tim")
    await tim.fill(tim.modal, {}).submit()
    await hub.world.until(3, "done")
    assert hub.deployments("production")[-1].inputs["shiproom_sha"] == ONE


async def test_without_webhooks_it_only_takes_longer(silent: Remote) -> None:
    await silent.world.start()
    await silent.build(ONE)
    await ship(silent, 1, "2.4.1")
    assert [run.inputs["environment"] for run in silent.deployments()] == ["staging", "production"]


async def test_after_a_long_silence_only_the_newest_build_is_announced(lite: Remote) -> None:
    await lite.build(ONE)
    await lite.world.start()
    irwin = lite.world.person("Irwin")
    await ship(lite, 1, "2.4.1")
    await lite.world.kill()
    for number in "2345":
        await lite.build(number * 40, f"Change {number}")
    await lite.world.start()
    said = await irwin.until_sees(CHANNEL, "2.4.5 *is ready", within=15)
    assert [word for word in ("Change 2", "Change 3", "Change 5") if word not in said.text] == []
    ready = [seen.text for seen in irwin.sees(CHANNEL) if "is ready" in seen.text]
    assert len(ready) == 2
    assert "2.4.3" in await lite.world.says("Irwin", "builds")


async def release_one(lite: Remote, outcome: str) -> None:
    """Release the first build to staging, where the deployment comes out as it is said."""
    lite.github.engine = Scripted(lambda run: outcome if run.file == "deploy.yml" else "succeeds")
    await lite.world.start()
    await lite.build(ONE)
    await lite.world.press("Andy", "Release to staging", "2.4.1 *is ready")


async def test_a_run_that_fails_says_where(lite: Remote) -> None:
    await release_one(lite, "fails")
    await lite.world.until(1, "failed", "staging")
    said = await lite.world.person("Irwin").until_sees(CHANNEL, "failed in staging")
    assert "Deploy" in said.text


async def test_a_run_whose_job_was_left_out_is_not_live(lite: Remote) -> None:
    """GitHub calls a run a success whose job that deploys was skipped."""
    lite.name_the_job()
    lite.github.engine = ByJob(deploy="skipped")
    await lite.world.start()
    await lite.build(ONE)
    await lite.world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await lite.world.until(1, "failed", "staging")
    said = await lite.world.person("Irwin").until_sees(CHANNEL, "failed in staging")
    assert "the job deploy did not run" in said.text


async def test_a_run_whose_job_deployed_is_live_whatever_follows(lite: Remote) -> None:
    lite.name_the_job()
    lite.github.engine = ByJob(test="failure")
    await lite.world.start()
    run = await lite.build(ONE)
    await run.over.wait()
    await lite.world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await lite.world.until(1, "waiting", "production")
    assert [run.conclusion for run in lite.deployments()] == ["failure"]


async def test_a_cancelled_release_stops_its_run(lite: Remote) -> None:
    await release_one(lite, "lasts")
    await lite.world.until(1, "running", "staging")
    await lite.world.says("Andy", "cancel r1 wrong one")
    await lite.world.until(1, "cancelled")
    assert [run.conclusion for run in lite.deployments()] == ["cancelled"]


async def test_killed_right_after_the_request_was_sent_it_adopts_the_run(hub: Remote) -> None:
    hub.github.faults.add("POST .*/dispatches", -1, carried_out=True)
    hub.github.engine = Scripted(lambda run: "lasts" if run.file == "deploy.yml" else "succeeds")
    await hub.world.start()
    await hub.build(ONE)
    await hub.world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await until(lambda: bool(hub.deployments()))
    await hub.world.kill()
    await hub.world.start()
    await hub.world.until(1, "running", "staging", within=60)
    (run,) = hub.deployments()
    shown = await hub.world.release(1)
    assert shown["steps"][0]["run"]["id"] == str(run.id)
    assert hub.posts() == 1


async def test_a_lost_answer_is_searched_for_and_nothing_is_sent_again(lite: Remote) -> None:
    lite.github.faults.add("POST .*/dispatches", 502, carried_out=True)
    await lite.world.start()
    await lite.build(ONE)
    await lite.world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await lite.world.until(1, "waiting", "production")
    assert lite.posts() == 1


async def test_too_much_for_now_is_sent_again_later(lite: Remote) -> None:
    lite.github.faults.add("POST .*/dispatches", 429, headers={"Retry-After": "1"})
    await lite.world.start()
    await lite.build(ONE)
    await lite.world.press("Andy", "Release to staging", "2.4.1 *is ready")
    await lite.world.until(1, "waiting", "production", within=30)
    assert len(lite.deployments()) == 1


async def by_hand(hub: Remote, environment: str, sha: str, actor: str = "mara") -> Run:
    """Have somebody start the workflow by hand."""
    inputs = {"shiproom_sha": sha, "environment": environment, "shiproom_correlation_id": ""}
    run = hub.github.dispatch(hub.repository, "deploy.yml", "main", inputs)
    run.actor = actor
    return run


async def test_a_deployment_from_outside_is_told_and_where_is_right(hub: Remote) -> None:
    await hub.world.start()
    await hub.build(ONE)
    await ship(hub, 1, "2.4.1")
    irwin = hub.world.person("Irwin")
    await until(lambda: "external_watch_started" in hub.world.log())
    hub.repository.branches["main"] = TWO
    run = await by_hand(hub, "production", TWO)
    said = await irwin.until_sees(CHANNEL, "production of website was deployed from outside", within=20)
    assert str(run.id) in said.text
    assert "mara" in said.text
    assert "2222222" in await hub.world.says("Irwin", "where")
    assert "from outside" in await hub.world.says("Irwin", "where")
    await asyncio.sleep(1.5)
    told = [seen for seen in irwin.sees(CHANNEL) if "was deployed from outside" in seen.text]
    assert len(told) == 1


async def test_a_run_that_is_run_again_by_hand_is_told(lite: Remote) -> None:
    await lite.world.start()
    await lite.build(ONE)
    await ship(lite, 1, "2.4.1")
    run = lite.deployments("production")[0]
    lite.github.rerun(run)
    said = await lite.world.person("Irwin").until_sees(CHANNEL, "Look at production: a re-run", within=20)
    assert f"{run.id}#2" in said.text
    assert (run.attempt, run.conclusion) == (2, "success")
    assert not [asked for asked in lite.github.asked if asked.endswith("/cancel")]


async def test_a_run_from_outside_whose_job_was_left_out_deployed_nothing(lite: Remote) -> None:
    """A dispatch as a dry run, and a re-run that skips the job, are successes to GitHub alone."""
    lite.name_the_job()
    await lite.world.start()
    await lite.build(ONE)
    await ship(lite, 1, "2.4.1")
    await until(lambda: "external_watch_started" in lite.world.log())
    lite.github.engine = ByJob(deploy="skipped")
    dry = await by_hand(lite, "production", TWO)
    own = lite.deployments("production")[0]
    lite.github.rerun(own)
    await dry.over.wait()
    await until(lambda: own.conclusion == "success" and own.attempt == 2)
    said = await lite.world.person("Irwin").until_sees(CHANNEL, "re-run of r1", within=20)
    assert "failed" in said.text
    where = await lite.world.says("Irwin", "where")
    assert "from outside" not in where
    assert "2.4.1" in where


async def test_a_copy_of_our_dispatch_is_somebody_elses(lite: Remote) -> None:
    """Somebody fills in GitHub's form with the inputs of a run of ours, its id included: nothing is cancelled."""
    await lite.world.start()
    await lite.build(ONE)
    await ship(lite, 1, "2.4.1")
    await until(lambda: "external_watch_started" in lite.world.log())
    own = lite.deployments("production")[0]
    copy = lite.github.start(lite.repository, "deploy.yml", "main", dict(own.inputs))
    copy.actor = "somebody-else"
    said = await lite.world.person("Irwin").until_sees(CHANNEL, "deployed from outside", within=30)
    assert str(copy.id) in said.text
    assert copy.conclusion == "success"
    assert not [asked for asked in lite.github.asked if asked.endswith("/cancel")]


async def test_forged_foreign_and_repeated_deliveries_change_nothing(lite: Remote) -> None:
    await lite.world.start()
    await lite.build(ONE)
    await ship(lite, 1, "2.4.1")
    before = await lite.world.release(1)
    genuine = lite.hook.made[-1]
    payload = {"action": "completed", "workflow_run": {"id": 1}, "repository": {"full_name": "other/repo"}}
    for delivery, status in [
        (genuine, 202),
        (genuine, 202),
        (signed("workflow_run", payload, "another-secret-of-somebody"), 401),
        (replace(genuine, headers={**genuine.headers, "X-Hub-Signature-256": "sha256=" + "0" * 64}), 401),
        (replace(genuine, body=genuine.body + b" "), 401),
        (signed("workflow_run", payload, WEBHOOK_SECRET), 202),
        (signed("marketplace_purchase", {"x": 1}, WEBHOOK_SECRET), 202),
    ]:
        await lite.hook.deliver(delivery)
        assert lite.hook.answers[-1] == status
    lite.hook.url = f"{lite.world.url}/webhooks/other"
    await lite.hook.deliver(genuine)
    assert lite.hook.answers[-1] == 404
    await asyncio.sleep(1)
    assert await lite.world.release(1) == before
    assert len(lite.deployments()) == 2
