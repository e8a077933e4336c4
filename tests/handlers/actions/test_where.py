import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import BOTH_SERVICES, HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("where", HERE, "website"), ("where", NOWHERE, ""), ("where shop", HERE, "shop")],
)
def test_where(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("where", ANDY, service)


def test_a_service_that_nobody_knows() -> None:
    assert read("where barn") == UsageError("unknown_service", "barn", BOTH_SERVICES)
