import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import BOTH, HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service"),
    [("builds", HERE, "website"), ("builds", NOWHERE, ""), ("builds shop", HERE, "shop")],
)
def test_builds(line: str, scene: Scene, service: str) -> None:
    assert read(line, scene) == Question("builds", ANDY, service)


def test_a_service_that_nobody_knows() -> None:
    assert read("builds barn") == Misread("unknown_service", "barn", BOTH)
