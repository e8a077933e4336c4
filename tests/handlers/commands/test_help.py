import pytest

from handlers.commands.command import Scene
from handlers.wishes import Question
from tests.handlers.commands.scenes import HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service"),
    [("help", HERE, "website"), ("Help me", HERE, "website"), ("help", NOWHERE, "")],
)
def test_help(line: str, scene: Scene, service: str) -> None:
    assert read(line, scene) == Question("help", ANDY, service)
