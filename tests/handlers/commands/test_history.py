import pytest

from handlers.commands.command import Scene
from handlers.wishes import Misread, Question
from tests.handlers.commands.scenes import HERE, NOWHERE, read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "scene", "service", "count"),
    [
        ("history", HERE, "website", 10),
        ("history 1", HERE, "website", 1),
        ("history 50", HERE, "website", 50),
        ("history 20", NOWHERE, "", 20),
    ],
)
def test_history(line: str, scene: Scene, service: str, count: int) -> None:
    assert read(line, scene) == Question("history", ANDY, service, count=count)


@pytest.mark.parametrize("word", ["0", "51", "-1", "ten", "\u0665", "\u00b2"])
def test_a_number_has_to_be_one(word: str) -> None:
    assert read(f"history {word}") == Misread("number_needed", word, ("1 to 50",))
