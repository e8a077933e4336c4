import pytest

from handlers import events
from handlers.wishes import Misread
from tests.handlers.commands.scenes import read
from tests.handlers.making import ANDY


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("settle r42 deployed", events.Settled(42, ANDY, deployed=True)),
        ("settle r42 deployed saw it", events.Settled(42, ANDY, deployed=True, reason="saw it")),
        ("settle r42 not-deployed down", events.Settled(42, ANDY, deployed=False, reason="down")),
    ],
)
def test_settle(line: str, wish: events.Settled) -> None:
    assert read(line) == wish


@pytest.mark.parametrize(("line", "word"), [("settle r42", ""), ("settle r42 maybe", "maybe")])
def test_an_ending_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("ending_needed", word, ("deployed", "not-deployed"))


@pytest.mark.parametrize(
    ("line", "word"), [("settle", ""), ("settle 42", "42"), ("settle staging", "staging")]
)
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == Misread("release_needed", word, ("settle",))
