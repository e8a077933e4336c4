"""How a run is doing, told from what is on the disk and from what is alive."""

import signal
from typing import Literal

from bot.local_ci.rundir import Ending, RunDirectory
from bot.local_ci.survivors import survivors

State = Literal["running", "succeeded", "failed", "cancelled", "timed_out", "vanished"]


def outcome_of(run: RunDirectory, *, wrapped: bool) -> tuple[State, str]:
    """Tell how a run is doing; `wrapped` says whether its wrapper lived before its files were looked at."""
    ending, refusal = run.ending, run.refusal
    if refusal:
        return "failed", refusal
    if ending is not None:
        return _ended(ending)
    if wrapped:
        return "running", ""
    left = any(survivors(run))
    if run.cancelled:
        return ("running", "") if left else ("cancelled", "stopped")
    return "vanished", "its wrapper died" + (", what it started still runs" if left else "")


def _ended(ending: Ending) -> tuple[State, str]:
    if ending.status == 0:
        return "succeeded", ""
    if ending.reason == "cancelled":
        return "cancelled", "stopped"
    if ending.reason:
        return "timed_out", "stopped at its time limit"
    return (
        "failed",
        f"exit {ending.status}" if ending.status > 0 else f"killed by {_signal_name(-ending.status)}",
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
