"""The gate in front of the connections: as many at once as the server grants, and more again after a while."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from storage import connection_gate
from storage.connection_gate import ConnectionGate


async def _at_once(gate: ConnectionGate) -> int:
    """Count how many turns are given at once, and give them all back."""
    async with AsyncExitStack() as turns:
        count = 0
        try:
            while True:
                async with asyncio.timeout(0):
                    await turns.enter_async_context(gate.turn())
                count += 1
        except TimeoutError:
            return count


async def test_no_more_are_let_in_than_found_a_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = ConnectionGate(16)
    assert await _at_once(gate) == 16
    async with gate.turn(), gate.turn(), gate.turn() as third:
        third.found_no_connection = True
    assert await _at_once(gate) == 2
    monkeypatch.setattr(connection_gate, "GROWS_AFTER", 0)
    async with gate.turn() as alone:
        alone.found_no_connection = True
    assert await _at_once(gate) == 1
    await asyncio.sleep(0)
    assert await _at_once(gate) == 2


async def test_who_waits_is_counted() -> None:
    gate = ConnectionGate(1)
    async with asyncio.TaskGroup() as others, gate.turn():
        assert gate.waiting == 0
        for _ in range(2):
            others.create_task(_at_once(gate))
        await asyncio.sleep(0)
        assert gate.waiting == 2
    assert gate.waiting == 0
