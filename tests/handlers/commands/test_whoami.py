import pytest

from handlers.commands.command import Scene
from handlers.wishes import Question
from tests.handlers.commands.scenes import HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service"),
    [("whoami", HERE, "website"), ("Whoami me", HERE, "website"), ("whoami", NOWHERE, "")],
)
def test_whoami(line: str, scene: Scene, service: str) -> None:
    assert read(line, scene) == Question("whoami", ANDY, service)
