import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import ALONE, HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service", "release"),
    [
        ("status", HERE, "website", 0),
        ("status", NOWHERE, "", 0),
        ("status", ALONE, "", 0),
        ("status shop", HERE, "shop", 0),
        ("status r42", HERE, "website", 42),
        ("status r42", NOWHERE, "", 42),
    ],
)
def test_status(line: str, scene: Scene, service: str, release: int) -> None:
    assert read(line, scene) == Question("status", ANDY, service, release)


def test_what_is_neither_a_release_nor_a_service() -> None:
    assert read("status staging") == Misread("release_needed", "staging", ("status",))
