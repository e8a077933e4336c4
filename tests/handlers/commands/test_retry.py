import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("retry r42", events.RetryAsked(42, ANDY)),
    ],
)
def test_retry(line: str, wish: events.RetryAsked) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(("line", "word"), [("retry", ""), ("retry 42", "42"), ("retry staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("retry",))
