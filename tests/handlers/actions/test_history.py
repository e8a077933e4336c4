from datetime import datetime, timedelta

import pytest

from handlers.command_parsing import CommandContext
from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import HERE, NOWHERE, read
from tests.handlers.builders import ANDY, NOW


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


@pytest.mark.parametrize("word", ["0", "51", "-1"])
def test_a_number_has_to_be_one(word: str) -> None:
    assert read(f"history {word}") == UsageError("number_needed", word, ("1 to 50",))


def test_one_number_is_enough() -> None:
    assert read("history 10 20") == UsageError("number_needed", "20", ("1 to 50",))


@pytest.mark.parametrize("word", ["ten", "\u0665", "\u00b2"])
def test_any_other_word_may_be_a_version(word: str) -> None:
    assert read(f"history {word}") == Query("history", ANDY, "website", count=10, version=word)


DAY = timedelta(days=1)
TODAY = NOW.replace(hour=0, minute=0)


@pytest.mark.parametrize(
    ("line", "service", "count", "since", "until"),
    [
        ("history yesterday", "website", 50, TODAY - DAY, TODAY),
        ("history shop yesterday", "shop", 50, TODAY - DAY, TODAY),
        ("history yesterday shop 5", "shop", 5, TODAY - DAY, TODAY),
        ("history last 2h", "website", 50, NOW - timedelta(hours=2), None),
    ],
)
def test_a_time(line: str, service: str, count: int, since: datetime, until: datetime | None) -> None:
    assert read(line) == Query("history", ANDY, service, count=count, since=since, until=until)


def test_a_time_that_cannot_be_read() -> None:
    assert read("history since forever") == UsageError("range_unreadable", "since forever")
