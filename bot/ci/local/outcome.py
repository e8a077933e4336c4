"""Derives the state of a run from its files and its processes."""

import signal

from bot.ci.local.orphans import orphans_of
from bot.ci.local.rundir import ExitStatus, RunDirectory
from bot.ci.run import State


def outcome_of(run: RunDirectory, *, wrapped: bool) -> tuple[State, str]:
    """Return a run's state and details.

    `wrapped` is whether its wrapper was alive before its files were read.
    """
    exit_status, refusal = run.exit_status, run.refusal
    if refusal:
        return "failed", refusal
    if exit_status is not None:
        return _ended(exit_status)
    if wrapped:
        return "running", ""
    left = any(orphans_of(run))
    if run.cancelled:
        return ("running", "") if left else ("cancelled", "stopped")
    return "vanished", "its wrapper died" + (", what it started still runs" if left else "")


def _ended(exit_status: ExitStatus) -> tuple[State, str]:
    if exit_status.status == 0:
        return "succeeded", ""
    if exit_status.reason == "cancelled":
        return "cancelled", "stopped"
    if exit_status.reason:
        return "timed_out", "stopped at its time limit"
    return (
        "failed",
        f"exit {exit_status.status}"
        if exit_status.status > 0
        else f"killed by {_signal_name(-exit_status.status)}",
    )


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
