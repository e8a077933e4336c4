import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import ALONE, HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service", "release"),
    [
        ("why", HERE, "website", 0),
        ("why", NOWHERE, "", 0),
        ("why", ALONE, "", 0),
        ("why shop", HERE, "shop", 0),
        ("why r42", HERE, "website", 42),
        ("why r42", NOWHERE, "", 42),
    ],
)
def test_why(line: str, scene: Scene, service: str, release: int) -> None:
    assert read(line, scene) == Question("why", ANDY, service, release)


def test_what_is_neither_a_release_nor_a_service() -> None:
    assert read("why staging") == Misread("release_needed", "staging", ("why",))
