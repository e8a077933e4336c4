"""Stops the wrapped command.

Only its wrapper can signal a process group and be sure that it is still the same one.
"""
# ruff: noqa: PTH110
# pathlib would add a third to the start-up time of a wrapper.

import os
import signal
import time
from contextlib import suppress

from bot.ci.local.files import CANCELLED
from bot.ci.local.identity import group_lives, has_ended


class Stopper:
    """Stops a command that is cancelled or takes too long.

    SIGTERM goes to its group, and after the grace period SIGKILL to what is left.
    """

    def __init__(self, group: int, limit: float, grace: float) -> None:
        self.reason = ""
        self._group = group
        self._limit = time.monotonic() + limit
        self._grace = grace
        self._kill_at = 0.0

    def enforce(self) -> None:
        """Do what is due now. A command that ended by itself is not reported as stopped."""
        if self.reason:
            if time.monotonic() >= self._kill_at:
                self._signal(signal.SIGKILL)
        elif (reason := self._due()) and not has_ended(self._group):
            self._signal(signal.SIGTERM)
            self.reason = reason
            self._kill_at = time.monotonic() + self._grace

    def is_over(self) -> bool:
        """Return whether the command has ended, and if it was stopped, its whole group."""
        return has_ended(self._group) and not (self.reason and group_lives(self._group))

    def _due(self) -> str:
        if os.path.exists(CANCELLED):
            return "cancelled"
        return "timed_out" if time.monotonic() >= self._limit else ""

    def _signal(self, number: signal.Signals) -> None:
        # Not permitted: all that is left of the group runs as another user.
        with suppress(PermissionError):
            os.killpg(self._group, number)
