"""Where a demo keeps what it makes, and the programs that it starts there."""

import asyncio
import os
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


class DemoError(Exception):
    """Why a demo cannot go on, as one sentence for people."""


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one demo."""

    root: Path

    @property
    def repository(self) -> Path:
        """The git repository of the sample service."""
        return self.root / "website"

    @property
    def sites(self) -> Path:
        """Where the sample's deployments put what is served, one folder for each environment."""
        return self.root / "sites"

    @property
    def builds(self) -> Path:
        """The log and the outcome of each build."""
        return self.root / "builds"

    @property
    def policy(self) -> Path:
        """The release policy."""
        return self.root / "shiproom.yml"

    @property
    def database(self) -> str:
        """The address of the bot's database."""
        return f"sqlite:///{self.root / 'shiproom.db'}"

    @property
    def log(self) -> Path:
        """What the bot said."""
        return self.root / "shiproom.log"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit status, and all that it wrote."""

    status: int
    output: str


async def run(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ran:
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
    return Ran(started.returncode or 0, output.decode("utf-8", "replace"))


def least_environment() -> dict[str, str]:
    """Give what every program needs, and nothing that this terminal happens to have set."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "LANG": "C.UTF-8",
        "HOME": os.environ.get("HOME", "/"),
    }
