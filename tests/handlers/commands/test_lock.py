from datetime import timedelta

import pytest

from handlers.commands.command import Scene
from handlers.wishes import EVERYTHING, LockWanted, Misread
from tests.handlers.commands.scenes import HERE, NOWHERE, WEBSITE, read
from tests.handlers.making import ANDY

TWO_HOURS = timedelta(hours=2)
EXAMPLES = ("30m", "2h", "1d")


@pytest.mark.parametrize(
    ("line", "scene", "wish"),
    [
        ("lock production upgrade", HERE, LockWanted("website", "production", ANDY, "upgrade")),
        ("lock production", HERE, LockWanted("website", "production", ANDY, "")),
        ("lock production for 2h", HERE, LockWanted("website", "production", ANDY, "", TWO_HOURS)),
        (
            "lock production for 2h big upgrade",
            HERE,
            LockWanted("website", "production", ANDY, "big upgrade", TWO_HOURS),
        ),
        ("lock production because for 2h", HERE, LockWanted("website", "production", ANDY, "because for 2h")),
        ("lock shop canary upgrade", HERE, LockWanted("shop", "canary", ANDY, "upgrade")),
        ("lock everything incident", NOWHERE, LockWanted("", EVERYTHING, ANDY, "incident")),
        ("lock everything for 2h incident", HERE, LockWanted("", EVERYTHING, ANDY, "incident", TWO_HOURS)),
    ],
)
def test_lock(line: str, scene: Scene, wish: LockWanted) -> None:
    assert read(line, scene) == wish


@pytest.mark.parametrize(
    ("line", "misread"),
    [
        ("lock production for", Misread("duration_needed", "for", EXAMPLES)),
        ("lock production for ever", Misread("duration_needed", "ever", EXAMPLES)),
        ("lock barn", Misread("unknown_environment", "barn", WEBSITE)),
        ("lock", Misread("environment_needed", "", WEBSITE)),
    ],
)
def test_a_lock_that_cannot_be_read(line: str, misread: Misread) -> None:
    assert read(line) == misread
