import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("withdraw r42", events.Withdrawn(42, ANDY)),
        ("WITHDRAW r42 please", events.Withdrawn(42, ANDY)),
    ],
)
def test_withdraw(line: str, wish: events.Withdrawn) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(
    ("line", "word"), [("withdraw", ""), ("withdraw 42", "42"), ("withdraw staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("withdraw",))
