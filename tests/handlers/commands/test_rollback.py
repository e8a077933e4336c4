import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, RollbackWanted
from tests.handlers.commands.scenes import ALONE, HERE, NOWHERE, WEBSITE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "wish"),
    [
        ("rollback production", HERE, RollbackWanted("website", "production", ANDY)),
        ("rollback production to 2.4.0", HERE, RollbackWanted("website", "production", ANDY, "2.4.0")),
        (
            "rollback production to 2.4.0 checkout is broken",
            ALONE,
            RollbackWanted("website", "production", ANDY, "2.4.0", "checkout is broken"),
        ),
        ("rollback production 502s", HERE, RollbackWanted("website", "production", ANDY, "", "502s")),
        ("rollback shop canary", NOWHERE, RollbackWanted("shop", "canary", ANDY)),
    ],
)
def test_rollback(line: str, scene: Scene, wish: RollbackWanted) -> None:
    assert read(line, scene) == wish


@pytest.mark.parametrize(
    ("line", "misread"),
    [
        ("rollback production to", Misread("version_needed", "to")),
        ("rollback", Misread("environment_needed", "", WEBSITE)),
    ],
)
def test_a_rollback_that_cannot_be_read(line: str, misread: Misread) -> None:
    assert read(line) == misread
