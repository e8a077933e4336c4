"""Runs the programs that a demo needs, in a minimal environment."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.demo.errors import DemoError


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """The exit status and the output of a program."""

    status: int
    output: str


async def run(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> ProgramResult:
    """Run a program to its end.

    Raises DemoError when there is no such program.
    """
    try:
        started = await asyncio.create_subprocess_exec(
            *words, cwd=folder, env=dict(environment), stdin=DEVNULL, stdout=PIPE, stderr=STDOUT
        )
    except FileNotFoundError as error:
        message = f"{words[0]} was not found: install it, and start the demo again."
        raise DemoError(message) from error
    output, _ = await started.communicate()
    return ProgramResult(started.returncode or 0, output.decode("utf-8", "replace"))


def minimal_environment() -> dict[str, str]:
    """Return the variables that every program needs, and no others of this terminal."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": os.environ.get("HOME", "/"),
    }
