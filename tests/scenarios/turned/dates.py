"""Says when commands of the local CI began, by the clock of the story: their files have the machine's time."""

import os
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from bot.ci.local.files import WRAPPER
from bot.ci.local.rundir import RunDirectory
from tests.virtual_clock import ScaledClock, SharedClock

BEGUN = "begun"


def began(run: Path, clock: SharedClock | ScaledClock) -> datetime | None:
    """Return when a run began; to be asked once before the clock is turned, which is when it can be told."""
    kept = run / BEGUN
    with suppress(FileNotFoundError):
        if not kept.exists():
            age = time.time() - (run / WRAPPER).stat().st_mtime  # noqa: TID251 - the machine's clock dates its files
            written = run / f"{BEGUN}.{os.getpid()}"
            written.write_text((clock.now() - timedelta(seconds=max(0.0, age))).isoformat())
            with suppress(FileExistsError):
                os.link(written, kept)
            written.unlink()
        return datetime.fromisoformat(kept.read_text())
    return None


def date_runs(clock: SharedClock | ScaledClock) -> None:
    """Let a bot read the times of its runs by the clock of the story."""
    started = property(lambda run: began(run.path, clock))
    setattr(RunDirectory, "started_at", started)  # noqa: B010 - it is read-only for whoever assigns it
