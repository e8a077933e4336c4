import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("waive r42 Mara looked", events.AuthorsWaived(42, ANDY, "Mara looked")),
        ("waive r42", events.AuthorsWaived(42, ANDY, "")),
    ],
)
def test_waive(line: str, wish: events.AuthorsWaived) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(("line", "word"), [("waive", ""), ("waive 42", "42"), ("waive staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("waive",))
