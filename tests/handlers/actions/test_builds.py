import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "context", "service"),
    [("builds", HERE, "website"), ("builds", NOWHERE, ""), ("builds shop", HERE, "shop")],
)
def test_builds(line: str, context: CommandContext, service: str) -> None:
    assert read(line, context) == Query("builds", ANDY, service)


def test_any_other_word_may_be_a_version() -> None:
    assert read("builds barn") == Query("builds", ANDY, "website", version="barn")
