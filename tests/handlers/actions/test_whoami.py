import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("whoami", HERE, "website"), ("Whoami me", HERE, "website"), ("whoami", NOWHERE, "")],
)
def test_whoami(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("whoami", ANDY, service)
