"""Steps of workflows outlive the bot: a kill at any moment neither forgets one nor ends it twice."""

import asyncio
from typing import Any

from bot.local_slack.workflows import StepRun, step_json
from tests.local_slack.fault_injection import InjectedFault
from tests.world import CHANNEL, World

SUCCESS = "functions.completeSuccess"


async def began(world: World, kind: str, inputs: dict[str, Any]) -> StepRun:
    """Have a workflow come to a step; the bot says that it took it."""
    run = world.slack.workspace.workflows.begin(kind, inputs)
    receipts = await world.slack.events.tell(step_json(run, world.slack.workspace.now().timestamp()))
    assert receipts[-1].ok
    return run


async def over(run: StepRun) -> None:
    async with asyncio.timeout(45):
        while run.open:  # noqa: ASYNC110 - the end of a step raises no event
            await asyncio.sleep(0.02)


def taken(world: World, run: StepRun) -> int:
    """Count how often Slack took an end of a step."""
    ends = [call for call in world.slack.calls if call[1].get("function_execution_id") == run.id]
    return sum(bool(call[2].get("ok")) for call in ends)


async def test_a_kill_neither_forgets_a_step_nor_ends_it_twice(world: World) -> None:
    await world.start()
    await world.build("2.4.1")
    await world.person("Mara").command("/release", "2.4.1 to staging", CHANNEL)
    await world.until(1, "succeeded", "staging")
    waits = await began(world, "wait_for_release", {"release": "r1"})
    asks = await began(
        world, "request_release", {"person": "U0MARA", "service": "website", "environment": "staging"}
    )
    await world.kill()
    await world.start()
    await over(asks)
    assert waits.open

    world.slack.faults.add(InjectedFault(SUCCESS, "cut", carried_out=True))
    await world.person("Tim").command("/release", "cancel r1 wrong build", CHANNEL)
    await over(waits)
    await world.kill()
    await world.start()
    other = await began(world, "wait_for_release", {"release": "r1"})
    await over(other)
    assert waits.outputs == {"outcome": "ended", "version": "2.4.1"}
    assert [taken(world, run) for run in (asks, other)] == [1, 1]
