import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("cancel r42", events.CancelAsked(42, ANDY)),
        ("cancel r42 wrong build", events.CancelAsked(42, ANDY, "wrong build")),
    ],
)
def test_cancel(line: str, wish: events.CancelAsked) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(
    ("line", "word"), [("cancel", ""), ("cancel 42", "42"), ("cancel staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("cancel",))
