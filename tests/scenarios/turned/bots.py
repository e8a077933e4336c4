"""The program that forks bots, as a test sees it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parents[3]


class Bots:
    """Starts bots in a few hundredths of a second each; the program behind it begins with the first of them."""

    def __init__(self) -> None:
        self._program: subprocess.Popen[bytes] | None = None

    def start(self, order: Mapping[str, Any]) -> int:
        """Start a bot and return its process id."""
        if self._program is None:
            command = (sys.executable, "-m", "tests.scenarios.turned.program")
            self._program = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=HOME, bufsize=0
            )
        program = self._program
        assert program.stdin
        assert program.stdout
        program.stdin.write(json.dumps(order).encode() + b"\n")
        return int(program.stdout.readline())

    def close(self) -> None:
        """End the program and all its bots."""
        if self._program is not None:
            with self._program as program:
                assert program.stdin
                program.stdin.close()


def lives(pid: int) -> bool:
    """Say whether a process is there."""
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


def send(pid: int, number: signal.Signals) -> None:
    """Send a signal to a process, unless it has ended."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)
