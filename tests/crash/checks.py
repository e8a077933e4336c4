"""What must hold after all the kills: read from the database, from what was really deployed, and from Slack."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any, TypeVar

from sqlalchemy import text

from storage import audit
from storage.database import Connection, Database
from storage.opening import open_for_reading
from tests.crash.stage import BrokenError, Stage

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Expected:
    """What a story comes to: what is deployed, each once, where each release ends, and whose sign-offs production had.

    `refused` are attempts that deployed nothing before; `alarms` is what people are told of trouble, by release.
    """

    deployed: tuple[tuple[str, str, str], ...]
    states: Mapping[int, str]
    signed: Mapping[int, frozenset[str]]
    refused: tuple[tuple[str, str, str], ...] = ()
    alarms: tuple[tuple[int, str], ...] = ()


WHOLE = Expected(
    (
        ("staging", "2.4.0", "r1"),
        ("production", "2.4.0", "r1"),
        ("staging", "2.4.1", "r2"),
        ("production", "2.4.1", "r2"),
        ("production", "2.4.0", "r3"),
    ),
    {1: "done", 2: "done", 3: "done"},
    {1: frozenset({"testers", "ops"}), 2: frozenset({"testers", "ops"})},
)
"""Two releases that people sign, and a rollback, which nobody does."""

ALARMS = {"unknown", "second_run", "failed", "grant_void"}
_MADE_UP = 1.0
"""Seconds of the bot's time in which a world that stood still has taken what had come meanwhile."""


class Invariants:
    """Checks what must hold: the database, what was deployed and what Slack shows, of one run of the story."""

    def __init__(self, stage: Stage, expected: Expected = WHOLE) -> None:
        self._stage = stage
        self._expected = expected
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
        _must(deployed == sorted(self._expected.deployed), f"not what was to be deployed: {deployed}")
        await self._check_granted()
        await self._check_holders()
        found = await self._read(audit.verify)
        _must(not found.findings, f"audit verify: {found.findings}")
        await self._check_ends()
        await self._check_alarms()
        await self.check_messages()

    async def _check_granted(self) -> None:
        """Every attempt was granted once and asked for once, and none without the sign-offs that it needs."""
        expected = self._expected
        granted = await self._rows("SELECT release, environment, attempt, correlation, at FROM granted")
        attempts = Counter((row[1], f"r{row[0]}") for row in granted)
        wanted = Counter((where, release) for where, _, release in (*expected.deployed, *expected.refused))
        _must(attempts == wanted, f"not granted once each: {granted}")
        highest = max(row[2] for row in granted)
        _must(highest == max(wanted.values()), f"an attempt was given up: {granted}")
        correlations = {line.split()[3] for line in self._stage.deployed()}
        _must(correlations <= {row[3] for row in granted}, f"deployed without a grant: {correlations}")
        for release, environment, _, _, at in granted:
            signed = await self._signed_before(release, environment, at)
            needed = expected.signed.get(release, set[str]()) if environment == "production" else set[str]()
            _must(signed == needed, f"r{release} was granted {environment}, signed by {signed}")

    async def _signed_before(self, release: int, environment: str, at: int) -> set[str]:
        """Give the teams whose sign-offs of an environment were there when it was granted."""
        steps = (await self._stage.release(release))["steps"]
        (step,) = (each for each in steps if each["environment"] == environment)
        granted_at = datetime.fromtimestamp(at / 1_000_000, UTC)
        sign_offs = step["sign_offs"]
        return {each["team"] for each in sign_offs if datetime.fromisoformat(each["at"]) <= granted_at}

    async def _check_holders(self) -> None:
        """No environment had two holders at a time."""
        stays = await self._rows(
            "SELECT service, environment, since, left_at, release FROM holding ORDER BY service, environment, id"
        )
        for before, after in pairwise(stays):
            same = before[:2] == after[:2]
            _must(not same or (before[3] or after[2] + 1) <= after[2], f"two hold: {before}, {after}")

    async def check_free(self, service: str, environment: str) -> None:
        """Nobody holds an environment now."""
        stays = await self._rows("SELECT service, environment, release FROM holding WHERE left_at IS NULL")
        holders = [row[2] for row in stays if tuple(row[:2]) == (service, environment)]
        _must(not holders, f"{environment} of {service} is held by {holders}")

    async def _check_ends(self) -> None:
        states = dict(tuple(row) for row in await self._rows("SELECT number, state FROM release"))
        _must(states == self._expected.states, f"not ended as they should: {states}")
        failed = await self._rows(
            "SELECT kind, failure FROM effect WHERE done_at IS NOT NULL AND failure IS NOT NULL"
        )
        _must(not failed, f"effects failed for good: {failed}")

    async def _check_alarms(self) -> None:
        alarms = tuple(each for each in await self.told() if each[1] in ALARMS)
        _must(alarms == self._expected.alarms, f"somebody was asked or alarmed: {alarms}")

    async def told(self) -> list[tuple[int, str]]:
        """List what was said in threads: of which release, and what."""
        posts = await self._rows(
            "SELECT release, body FROM effect WHERE kind IN ('post_to_thread', 'call') ORDER BY id"
        )
        return [(row[0], json.loads(row[1])["code"]) for row in posts]

    async def check_messages(self) -> None:
        """Every message was posted, and was repeated by a crash only, at most once, and on the whole one per crash.

        Several lines of a thread may be one message.
        Where this world stood still, the bot had reason to say again what nobody confirmed.
        """
        posts = self._posts()
        for row in await self._rows(
            "SELECT id FROM effect WHERE kind IN ('post_to_thread', 'post_to_channel', 'direct_message')"
        ):
            _must(f"effect:{row[0]}" in posts, f"the message of effect {row[0]} was never posted")
        repeats: Counter[tuple[str, int]] = Counter()
        repeated: set[float] = set()
        for key, times in posts.items():
            for first, again in pairwise(times):
                if any(
                    began < again and first < ended + _MADE_UP for began, ended in self._stage.standstills
                ):
                    continue
                crash = self._crash_after(first)
                _must(crash >= 0 and self._stage.ends[crash] < again, f"{key} was repeated without a crash")
                repeats[key, crash] += 1
                repeated.add(again)
        most, crashes = max(repeats.values(), default=0), len(self._stage.ends)
        _must(most <= 1 and len(repeated) <= crashes, f"{crashes} crashes repeated too much: {repeats}")

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
