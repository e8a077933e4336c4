import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import BOTH, HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service"),
    [("where", HERE, "website"), ("where", NOWHERE, ""), ("where shop", HERE, "shop")],
)
def test_where(line: str, scene: Scene, service: str) -> None:
    assert read(line, scene) == Question("where", ANDY, service)


def test_a_service_that_nobody_knows() -> None:
    assert read("where barn") == Misread("unknown_service", "barn", BOTH)
