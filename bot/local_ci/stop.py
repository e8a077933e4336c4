"""How a wrapper stops its command: nobody else can signal a process group and be sure that it is still the same one."""
# ruff: noqa: PTH110
# pathlib would add a third to the time that a wrapper takes to come up.

import os
import signal
import time
from contextlib import suppress

from bot.local_ci.files import CANCELLED
from bot.local_ci.identity import group_lives, has_ended


class Stop:
    """Stops a command that is cancelled or takes too long: SIGTERM to its group, after the grace SIGKILL to what is left."""

    def __init__(self, group: int, limit: float, grace: float) -> None:
        self.reason = ""
        self._group = group
        self._limit = time.monotonic() + limit
        self._grace = grace
        self._kill_at = 0.0

    def look(self) -> None:
        """Do what is due now. A command that has ended by itself is not said to have been stopped."""
        if self.reason:
            if time.monotonic() >= self._kill_at:
                self._signal(signal.SIGKILL)
        elif (reason := self._due()) and not has_ended(self._group):
            self._signal(signal.SIGTERM)
            self.reason = reason
            self._kill_at = time.monotonic() + self._grace

    def over(self) -> bool:
        """Look whether the command has ended, and with it, if it was stopped, all of its group."""
        return has_ended(self._group) and not (self.reason and group_lives(self._group))

    def _due(self) -> str:
        if os.path.exists(CANCELLED):
            return "cancelled"
        return "timed_out" if time.monotonic() >= self._limit else ""

    def _signal(self, number: signal.Signals) -> None:
        # Not permitted: all that is left of the group runs as somebody else.
        with suppress(PermissionError):
            os.killpg(self._group, number)
