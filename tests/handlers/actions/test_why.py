import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import ALONE, HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service", "release"),
    [
        ("why", HERE, "website", 0),
        ("why", NOWHERE, "", 0),
        ("why", ALONE, "", 0),
        ("why shop", HERE, "shop", 0),
        ("why r42", HERE, "website", 42),
        ("why r42", NOWHERE, "", 42),
    ],
)
def test_why(line: str, context: CommandContext, service: str, release: int) -> None:
    assert read(line, context) == Query("why", ANDY, service, release)
