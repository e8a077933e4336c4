import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("reject r42 log in is broken", events.Rejected(42, ANDY, "log in is broken")),
        ("reject r42", events.Rejected(42, ANDY, "")),
    ],
)
def test_reject(line: str, wish: events.Rejected) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(
    ("line", "word"), [("reject", ""), ("reject 42", "42"), ("reject staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("reject",))
