import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("help", HERE, "website"), ("Help me", HERE, "website"), ("help", NOWHERE, "")],
)
def test_help(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("help", ANDY, service)
