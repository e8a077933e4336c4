"""Keeps the heads of the hash chains outside the database: for the next start, in a file, and in a channel.

The first makes a start on an older copy of the database noticed; the others are anchors for `shiproom audit verify`.
"""

import asyncio
import logging
import math
from datetime import datetime, time, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.anchor_file import add_anchors
from bot.engine import Engine
from bot.heads_file import HeadsFile
from bot.loop import WakeableLoop
from bot.state_directory import StateDirectory, StateError
from handlers.policy import Anchoring
from storage import anchors
from storage.anchors import AnchorPost
from storage.database import DatabaseUnavailableError, StorageError, write_again
from storage.database_id import database_id

log = logging.getLogger("shiproom.heads")

EVERY = 3.0
"""Seconds between two times that the heads are kept for the next start."""

ANCHOR_EVERY = 60.0
"""Seconds between two times that heads are added to the file of anchors."""


class HeadRecorder(WakeableLoop):
    """Keeps the heads when they have changed: a decision wakes it, and the day's message is due at midnight."""

    name = "heads"

    def __init__(self, engine: Engine, state: Path) -> None:
        super().__init__()
        self._engine = engine
        self._state = StateDirectory(state)
        self._file = HeadsFile(self._state, "")
        self._kept_at = self._anchored_at = -math.inf
        self._anchored: dict[str, str] = {}
        self._faults: dict[str, str] = {}

    async def begin(self, *, fresh: bool) -> None:
        """Learn what was confirmed before the last stop, unless an operator accepts any database.

        Raises StorageError if that cannot be read.
        """
        engine = self._engine
        self._file = HeadsFile(self._state, await engine.database.read(database_id))
        try:
            for head, at in () if fresh else self._file.read():
                engine.confirmed.learn(head, at)
        except StateError as error:
            raise StorageError(str(error)) from error
        await engine.database.read(engine.confirmed.look)
        engine.decision_listeners.append(self.wake)

    async def run_once(self) -> float:
        """Keep the heads; return when that is due again: never, before something changes or the day ends."""
        wait = self._kept_at + EVERY - self._engine.clock.monotonic()
        if wait > 0:
            return wait
        try:
            await self.keep()
            return await self._anchor()
        except DatabaseUnavailableError:
            return EVERY

    async def keep(self) -> None:
        """Keep the heads for the next start; what was committed by others is learned on the way."""
        engine = self._engine
        self._kept_at = engine.clock.monotonic()
        read = partial(anchors.confirmed_heads, confirmed=engine.confirmed)
        engine.confirmed.learn_newer(await engine.database.read(read))
        try:
            await asyncio.to_thread(self._file.write, engine.confirmed.known)
        except StateError as error:
            self._note(
                "state", f"an older copy of the database will not be noticed at the next start: {error}"
            )
        else:
            self._note("state", "")

    async def finish(self) -> None:
        """Keep what was decided last, and anchor it, when the bot stops."""
        try:
            await self.keep()
            await self._add_to_file(self._engine.policy.anchoring or Anchoring())
        except Exception as error:  # noqa: BLE001 - the stop goes on, and the heads before are kept
            log.warning("the last heads were not kept: %s", error)

    async def _anchor(self) -> float:
        anchoring = self._engine.policy.anchoring
        if anchoring is None:
            return math.inf
        wait = self._anchored_at + ANCHOR_EVERY - self._engine.clock.monotonic()
        if wait > 0:
            return wait
        self._anchored_at = self._engine.clock.monotonic()
        await self._add_to_file(anchoring)
        return await self._post(anchoring)

    async def _add_to_file(self, anchoring: Anchoring) -> None:
        """Add the heads that are not in the file since this start; those of what is lost are none to vouch for."""
        heads = {head.service: str(head) for head, _ in self._engine.confirmed.known}
        new = {name: head for name, head in sorted(heads.items()) if self._anchored.get(name) != head}
        if not anchoring.file or not new or self._engine.confirmed.behind:
            return
        try:
            await asyncio.to_thread(add_anchors, Path(anchoring.file), new.values(), self._engine.clock.now())
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._note(
                "file",
                f"the anchors cannot be written to {anchoring.file} ({why}): correct `audit.anchor.file`",
            )
        else:
            self._anchored |= new
            self._note("file", "")

    async def _post(self, anchoring: Anchoring) -> float:
        """Have the heads posted, if they changed since the last message and none was posted today."""
        if not anchoring.channel or self._engine.confirmed.behind:
            return math.inf
        zone, now = ZoneInfo(self._engine.policy.time_zone), self._engine.clock.now()
        today = now.astimezone(zone).date()
        post = AnchorPost(anchoring.channel, today)
        if await write_again(self._engine.database, partial(anchors.post_once, post=post, now=now)):
            for wake in self._engine.decision_listeners:
                wake()
        midnight = datetime.combine(today + timedelta(days=1), time(), zone)
        return max(1.0, (midnight - now).total_seconds())

    def _note(self, what: str, fault: str) -> None:
        """Log a fault once, and that it is over."""
        before = self._faults.get(what, "")
        self._faults[what] = fault
        if fault and fault != before:
            log.error("%s", fault)
        elif before and not fault:
            log.warning("the heads can be kept again (%s)", what)
