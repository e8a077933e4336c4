"""Test sizes: `SHIPROOM_TESTS` is quick (the default), land (what `.ci/run` takes) or full (`make nightly`)."""

import os
from enum import StrEnum
from typing import TypeVar

import pytest

T = TypeVar("T")


class Profile(StrEnum):
    """How much is run of what takes long: races, kills, lives of releases, ways in which Slack is away."""

    QUICK = "quick"
    LAND = "land"
    FULL = "full"


NAMED = os.environ.get("SHIPROOM_TESTS") or Profile.QUICK
if NAMED not in set(Profile):
    pytest.exit(f"SHIPROOM_TESTS is one of {', '.join(Profile)}, and not {NAMED}.", returncode=4)
PROFILE = Profile(NAMED)

WAITING = (
    "tests/bot/ci/",
    "tests/bot/commands/",
    "tests/bot/demo/",
    "tests/bot/polling/",
    "tests/bot/http/",
    "tests/bot/test_process.py",
    "tests/browser/",
    "tests/deploy/",
    "tests/github/",
    "tests/scenarios/",
)
"""Tests that mostly wait, for processes, browsers and timers: they run on more workers than there are cores."""


def size(quick: T, land: T, full: T) -> T:
    """Return the value that belongs to the profile."""
    return {Profile.QUICK: quick, Profile.LAND: land, Profile.FULL: full}[PROFILE]
