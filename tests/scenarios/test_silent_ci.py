"""A CI that cannot be asked in the middle of a deployment: people read since when and what is not known; times are virtual."""

import asyncio
from datetime import timedelta
from pathlib import Path

from tests.github.faults import Fault
from tests.github.hub import TOKEN
from tests.scenarios.fleet import Fleet, fleet
from tests.scenarios.test_waits_at_ci import HOUR, begun, reads, step_of_r1, stops
from tests.virtual_clock import run_virtually

REFUSED = "GitHub refuses the token since 09:"


def said(ships: Fleet, words: str) -> list[str]:
    return [text for each in ships.messages() if words in (text := each.text.replace("\u2060", ""))]


async def tells(ships: Fleet, words: str, within: float = 600) -> None:
    await ships.until(
        lambda: bool(said(ships, words)), within, lambda: [x.text for x in ships.messages()][-5:]
    )


def test_a_token_that_expires_is_told_at_once_and_operators_once(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, 2) as ships:
            await begun(ships)
            granted = ships.github.tokens.pop(TOKEN)
            await reads(ships, REFUSED)
            assert "(401 Bad credentials)" in ships.card(1)
            assert "may be old" in ships.card(1)
            assert REFUSED in await ships.bot.world.says("Irwin", "why r1")
            assert REFUSED in await ships.bot.world.says("Irwin", "status")
            shown = await ships.bot.world.release(1)
            assert shown["silent"]["connection"] == "hub"
            assert not said(ships, "Look at CI")
            await tells(ships, 'Look at CI "hub": GitHub refuses the token since 09:')
            assert "<@U0TIM>" in said(ships, "Look at CI")[0]
            await ships.bot.restart()
            await asyncio.sleep(HOUR / 2)
            assert len(said(ships, "Look at CI")) == 1
            await reads(ships, REFUSED)
            ships.held.let_go("s00-staging", "success")
            await asyncio.sleep(60)
            ships.github.tokens[TOKEN] = granted
            await ships.until(lambda: "deploying to" not in ships.card(1), 200, lambda: ships.card(1))
            assert (await step_of_r1(ships))["state"] == "succeeded"
            assert "refuses" not in ships.card(1)
            await tells(ships, "GitHub answers again since")
            assert "silent for 3" in said(ships, "answers again")[0]
            await asyncio.sleep(120)
            assert len(said(ships, "answers again")) == 1

    run_virtually(story())


def test_a_run_that_cannot_be_asked_about_is_not_said_to_be_gone(tmp_path: Path) -> None:
    """The time limit ends while nobody may ask: one request to stop it, and nothing that is not known is said."""

    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            await begun(ships)
            del ships.github.tokens[TOKEN]
            await asyncio.sleep(3.3 * HOUR)
            assert said(ships, "The time limit is over. The CI could not be asked since")
            assert said(ships, "The CI could not be asked since 09:0")
            assert said(ships, "nobody knows whether it stopped")
            assert not said(ships, "did not stop in time")
            assert not said(ships, "to be seen")
            assert "nobody knows whether it stopped" in ships.card(1)
            assert len(said(ships, "the CI refuses to stop its run")) == 1
            assert len(stops(ships)) == 1
            await asyncio.sleep(2 * HOUR)
            assert len(stops(ships)) == 1
            assert len(said(ships, "the CI refuses to stop its run")) == 1

    run_virtually(story())


def test_access_that_is_lost_and_a_repository_that_moved(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            await begun(ships)
            repository = ships.github.repository()
            repository.hidden = True
            await reads(ships, "GitHub shows no repository tailspin/space-game-web to the token since 09:")
            assert (await step_of_r1(ships))["state"] == "running"
            assert not said(ships, "no longer there")
            repository.hidden, repository.moved = False, True
            await ships.until(lambda: "shows no" not in ships.card(1), 300, lambda: ships.card(1))
            ships.held.let_go("s00-staging", "success")
            await ships.until(lambda: "deploying to" not in ships.card(1), 600, lambda: ships.card(1))
            assert (await step_of_r1(ships))["state"] == "succeeded"

    run_virtually(story())


def test_a_workflow_that_was_renamed_and_a_token_that_ends_soon(tmp_path: Path) -> None:
    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            now = ships.bot.clock.now()
            ships.github.token_ends_at = now + timedelta(days=6, hours=2)
            await tells(ships, 'Renew the token of CI "hub"', HOUR)
            await asyncio.sleep(300)
            assert len(said(ships, "Renew the token")) == 1
            ships.github.token_ends_at = now + timedelta(hours=20)
            await ships.until(lambda: len(said(ships, "Renew the token")) == 2, HOUR, lambda: "")
            repository = ships.github.repository()
            repository.files = {key: each for key, each in repository.files.items() if key[1] != "deploy.yml"}
            await tells(ships, "GitHub has no workflow deploy.yml in tailspin/space-game-web since", HOUR)
            metrics = (await ships.bot.get("/metrics")).body.decode()
            assert 'shiproom_connection_up{connection="hub"} 0.0' in metrics
            assert 'shiproom_connection_token_expiry_seconds{connection="hub"}' in metrics
            ready = (await ships.bot.get("/readyz")).body.decode()
            assert "GitHub has no workflow deploy.yml" in ready
            assert '"ready": true' in ready

    run_virtually(story())


def test_a_stop_goes_on_while_the_ci_does_not_answer_and_succeeds_soon_after(tmp_path: Path) -> None:
    """Half an hour of 503 to everything: few requests to stop the run, no false word, and it is stopped at recovery."""

    async def story() -> None:
        async with fleet(tmp_path, 1) as ships:
            await begun(ships)
            ships.github.faults.coming.append(Fault("", 503, times=100_000))
            await ships.bot.world.says("Andy", "cancel r1 wrong one")
            await reads(ships, "GitHub does not answer since 09:")
            await asyncio.sleep(HOUR / 2)
            assert len(said(ships, "Look at CI")) == 1
            assert not said(ships, "did not stop in time")
            ships.github.faults.coming.clear()
            await ships.until(lambda: bool(stops(ships)), 180, lambda: ships.github.asked)
            ships.held.let_go("s00-staging", "cancelled")
            await reads(ships, "cancelled by")
            await tells(ships, "GitHub answers again since", 180)
            assert not said(ships, "refuses to stop")

    run_virtually(story())
