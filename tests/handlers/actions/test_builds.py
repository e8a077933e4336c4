import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import BOTH_SERVICES, HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("builds", HERE, "website"), ("builds", NOWHERE, ""), ("builds shop", HERE, "shop")],
)
def test_builds(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("builds", ANDY, service)


def test_a_service_that_nobody_knows() -> None:
    assert read("builds barn") == UsageError("unknown_service", "barn", BOTH_SERVICES)
