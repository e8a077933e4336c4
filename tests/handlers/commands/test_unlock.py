import pytest

from handlers.commands.command import Scene
from handlers.wishes import EVERYTHING, Misread, UnlockWanted
from tests.handlers.commands.scenes import HERE, NOWHERE, WEBSITE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "wish"),
    [
        ("unlock production", HERE, UnlockWanted("website", "production", ANDY)),
        ("unlock shop production", NOWHERE, UnlockWanted("shop", "production", ANDY)),
        ("unlock everything", NOWHERE, UnlockWanted("", EVERYTHING, ANDY)),
    ],
)
def test_unlock(line: str, scene: Scene, wish: UnlockWanted) -> None:
    assert read(line, scene) == wish


def test_a_place_has_to_be_named() -> None:
    assert read("unlock") == Misread("environment_needed", "", WEBSITE)
