import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("testing r42", events.TestingStarted(42, ANDY)),
    ],
)
def test_testing(line: str, wish: events.TestingStarted) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(
    ("line", "word"), [("testing", ""), ("testing 42", "42"), ("testing staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("testing",))
