import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("where", HERE, "website"), ("where", NOWHERE, ""), ("where shop", HERE, "shop")],
)
def test_where(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("where", ANDY, service)


def test_any_other_word_may_be_a_version() -> None:
    assert read("where barn") == Query("where", ANDY, "website", version="barn")
