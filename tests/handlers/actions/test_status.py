import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import ALONE, HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [
        ("status", HERE, "website"),
        ("status", NOWHERE, ""),
        ("status", ALONE, ""),
        ("status shop", HERE, "shop"),
    ],
)
def test_status(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("status", ANDY, service)


@pytest.mark.parametrize(("context", "service"), [(HERE, "website"), (NOWHERE, "")])
def test_the_status_of_one_release_is_what_it_waits_for(context: CommandContext, service: str) -> None:
    assert read("status r42", context) == Query("why", ANDY, service, 42)
