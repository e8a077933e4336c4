import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service", "count"),
    [
        ("history", HERE, "website", 10),
        ("history 1", HERE, "website", 1),
        ("history 50", HERE, "website", 50),
        ("history 20", NOWHERE, "", 20),
    ],
)
def test_history(line: str, context: CommandContext, service: str, count: int) -> None:
    assert read(line, context) == Query("history", ANDY, service, count=count)


@pytest.mark.parametrize("word", ["0", "51", "-1", "ten", "\u0665", "\u00b2"])
def test_a_number_has_to_be_one(word: str) -> None:
    assert read(f"history {word}") == UsageError("number_needed", word, ("1 to 50",))
