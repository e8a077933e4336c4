"""What must hold after all the kills: read from the database, from what was really deployed, and from Slack."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import text

from storage import audit
from storage.database import Connection, Database
from storage.opening import open_for_reading
from tests.crash.stage import BrokenError, Stage

T = TypeVar("T")
EXPECTED = (
    ("staging", "2.4.0", "r1"),
    ("production", "2.4.0", "r1"),
    ("staging", "2.4.1", "r2"),
    ("production", "2.4.1", "r2"),
    ("production", "2.4.0", "r3"),
)
"""All that the story deploys, each once."""

_MADE_UP = 1.0
"""Seconds of the bot's time in which a world that stood still has taken what had come meanwhile."""


class Invariants:
    """Checks what must hold: the database, what was deployed and what Slack shows, of one run of the story."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._opened: Database | None = None

    async def _read(self, work: Callable[[Connection], T]) -> T:
        if self._opened is None:
            self._opened = await open_for_reading(self._stage.database)
        return await self._opened.read(work)

    async def close(self) -> None:
        if self._opened is not None:
            await self._opened.close()

    async def _rows(self, statement: str) -> list[Any]:
        return await self._read(lambda connection: list(connection.execute(text(statement)).all()))

    async def undone(self) -> int:
        """Count the effects that are still to be performed."""
        rows = await self._rows("SELECT count(*) FROM effect WHERE done_at IS NULL")
        return int(rows[0][0])

    async def nothing_left(self) -> None:
        """Wait until every effect was performed."""
        while await self.undone():  # noqa: ASYNC110 - another program does them
            await asyncio.sleep(0.05)

    def check_runs(self) -> None:
        """No deployment may have run twice: neither by its id, nor for its release and environment."""
        lines = [line.split() for line in self._stage.deployed()]
        for what, run_twice in (
            ("run", [id_ for id_, count in Counter(line[3] for line in lines).items() if count > 1]),
            (
                "step",
                [step for step, count in Counter(tuple(line[:3]) for line in lines).items() if count > 1],
            ),
        ):
            _must(not run_twice, f"a {what} was deployed twice: {run_twice}")

    async def check(self) -> None:
        """Look at everything, once the story is told."""
        self.check_runs()
        deployed = sorted(tuple(line.split()[:3]) for line in self._stage.deployed())
        _must(deployed == sorted(EXPECTED), f"not what was to be deployed: {deployed}")
        granted = await self._rows("SELECT release, environment, attempt FROM granted")
        _must(sorted(row[2] for row in granted) == [1] * len(EXPECTED), f"granted more than once: {granted}")
        found = await self._read(audit.verify)
        _must(not found.findings, f"audit verify: {found.findings}")
        await self._check_ends()
        await self.check_messages()

    async def _check_ends(self) -> None:
        states = await self._rows("SELECT number, state FROM release ORDER BY number")
        _must([row[1] for row in states] == ["done"] * 3, f"not done: {states}")
        posts = await self._rows("SELECT body FROM effect WHERE kind IN ('post_to_thread', 'call')")
        codes = [json.loads(row[0])["code"] for row in posts]
        wrong = sorted({"unknown", "second_run", "failed", "grant_void"} & set(codes))
        _must(not wrong, f"somebody was asked or alarmed: {wrong}")
        failed = await self._rows(
            "SELECT kind, failure FROM effect WHERE done_at IS NOT NULL AND failure IS NOT NULL"
        )
        _must(not failed, f"effects failed for good: {failed}")

    async def check_messages(self) -> None:
        """Every message was posted, and was repeated by a crash only, at most once, and on the whole one per crash.

        Where this world stood still, the bot had reason to say again what nobody confirmed.
        """
        posts = self._posts()
        for row in await self._rows(
            "SELECT id FROM effect WHERE kind IN ('post_to_thread', 'post_to_channel', 'direct_message')"
        ):
            _must(f"effect:{row[0]}" in posts, f"the message of effect {row[0]} was never posted")
        repeats: Counter[tuple[str, int]] = Counter()
        for key, times in posts.items():
            for first, again in pairwise(times):
                if any(
                    began < again and first < ended + _MADE_UP for began, ended in self._stage.standstills
                ):
                    continue
                crash = self._crash_after(first)
                _must(crash >= 0 and self._stage.ends[crash] < again, f"{key} was repeated without a crash")
                repeats[key, crash] += 1
        most, crashes = max(repeats.values(), default=0), len(self._stage.ends)
        _must(most <= 1 and repeats.total() <= crashes, f"{crashes} crashes repeated too much: {repeats}")

    def _posts(self) -> dict[str, list[float]]:
        posts: dict[str, list[float]] = {}
        workspace = self._stage.slack.workspace
        for channel in list(workspace.channels):
            for said in workspace.messages(channel):
                if said.metadata is not None:
                    payload = said.metadata["event_payload"]
                    for key in (payload["key"], *payload["also"]):
                        posts.setdefault(key, []).append(float(said.ts))
        return posts

    def _crash_after(self, moment: float) -> int:
        return next((n for n, at in enumerate(self._stage.ends) if at > moment), -1)


def _must(holds: bool, sentence: str) -> None:
    if not holds:
        raise BrokenError(sentence)
