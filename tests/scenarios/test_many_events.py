"""Five hundred events of a CI within ten seconds: the card keeps its pace, and soon shows how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from itertools import pairwise
from pathlib import Path

import pytest

from bot.local_slack.model import ChatMessage, WorkspaceChange
from handlers.reports import RunReported
from tests.github.hooks import signed
from tests.github.model import Run
from tests.scenarios.fleet import Fleet, fleet
from tests.scenarios.on_github import WEBHOOK_SECRET
from tests.virtual_clock import run_virtually

EVENTS = 500
WITHIN = 10.0
PACE = 3.0
Event = Callable[[Fleet, Run, int], Awaitable[None]]


async def heard(ships: Fleet, run: Run, number: int) -> None:
    """Have GitHub tell of a run that was begun once more; the bot looks for itself."""
    run.attempt = number
    repository = {"full_name": run.repository.full_name}
    payload = {"action": "in_progress", "workflow_run": {"id": run.id}, "repository": repository}
    await ships.github.hooks[0].deliver(signed("workflow_run", payload, WEBHOOK_SECRET))


async def reported(ships: Fleet, run: Run, number: int) -> None:
    """Take each attempt of a run for an event of its own, which changes the release."""
    run.attempt = number
    correlation = run.inputs["shiproom_correlation_id"]
    await ships.bot.app.engine.handle(RunReported(1, correlation, str(run.id), "running", number))


def followed(ships: Fleet) -> list[float]:
    """Note when the card changes from now on; an answer in its thread is no change of it."""
    changes = list[float]()
    card = next(
        said for said in ships.messages() if (said.metadata or {})["event_payload"]["key"] == "card:1"
    )

    shown = [card.blocks]

    def follow(change: WorkspaceChange) -> None:
        subject = change.subject
        if isinstance(subject, ChatMessage) and subject.ts == card.ts and subject.blocks != shown[-1]:
            shown.append(subject.blocks)
            changes.append(ships.now)

    ships.bot.world.slack.workspace.subscribe(follow)
    return changes


async def storm(directory: Path, event: Event) -> None:
    async with fleet(directory, 1) as ships:
        await ships.build("s00")
        await ships.settle(60)
        await asyncio.sleep(60)
        (run,) = ships.github.runs.values()
        changes, began = followed(ships), ships.now
        for number in range(2, EVENTS + 1):
            await event(ships, run, number)
            await asyncio.sleep(WITHIN / EVENTS)
        ships.held.let_go("s00-staging", "failure")
        ended = ships.now
        assert ended - began < WITHIN + 1
        await ships.until(lambda: "failed in staging" in ships.card(1), 5, lambda: ships.card(1))
        assert ships.now - ended <= 5
        await ships.settle(60)
        assert all(later - earlier >= PACE - 0.01 for earlier, later in pairwise(changes)), changes
        assert "failed in staging" in ships.card(1)
        answers = [answer for _, _, answer in ships.bot.world.slack.calls]
        assert not [answer for answer in answers if answer.get("error") == "ratelimited"]
        assert set(ships.keys().values()) == {1}
        if event is reported:
            assert changes[0] - began < 1, changes


@pytest.mark.parametrize("event", [heard, reported])
def test_the_card_keeps_its_pace(tmp_path: Path, event: Event) -> None:
    run_virtually(storm(tmp_path, event))
