"""What a line means in the thread of a release's card; everything that names something itself stays as it was typed."""

from datetime import UTC, datetime

import pytest

from handlers.command_parsing import CommandContext
from handlers.in_thread import about_release

CONTEXT = CommandContext(
    "U0TIM",
    {"website": ("staging", "production"), "cart": ("staging", "production")},
    "website",
    datetime(2026, 11, 27, 10, tzinfo=UTC),
    UTC,
    (),
    ("testers", "ops"),
)


@pytest.mark.parametrize(
    ("line", "meant"),
    [
        ("", "why r42"),
        ("   ", "why r42"),
        ("why", "why r42"),
        ("why?", "why r42"),
        ("status please", "status r42"),
        ("status website", "status r42"),
        ("history", "history r42"),
        ("where", "where r42"),
        ("builds", "builds r42"),
        ("is it live", "status r42"),
        ("approve", "approve r42"),
        ("please approve", "approve r42"),
        ("approve as testers", "approve r42 as testers"),
        ("approve looks good", "approve r42 looks good"),
        ('hold "legal" looks', 'hold r42 "legal" looks'),
        ("hold until fri 09:00 legal", "hold r42 until fri 09:00 legal"),
        ("reject this", "reject r42"),
        ("reject it crashes", "reject r42 it crashes"),
        ("cancel", "cancel r42"),
        ("testing", "testing r42"),
        ("settle deployed", "settle r42 deployed"),
        ("approve later", "approve r42 later"),
    ],
)
def test_what_names_no_release_means_that_of_the_thread(line: str, meant: str) -> None:
    assert about_release(line, 42, CONTEXT) == meant


@pytest.mark.parametrize(
    "line",
    [
        "why r41",
        "approve r41",
        "approve r41 looks good",
        "approve r41 r43",
        "reject r41 broken",
        "approve all",
        "approve 4 eyes",
        "approve 2.4.1",
        "approve production",
        "approve cart",
        "approve don't",
        "approve fine after r41",
        "not approve",
        "status all",
        "status cart",
        "status 2.4.1",
        "why production",
        "history today",
        "mine",
        "help",
        "whoami",
        "lock production for 2h upgrade",
        "rollback production",
        "staging",
        "away until fri",
        "hello there",
        "thanks",
    ],
)
def test_everything_else_stays_as_it_was_typed(line: str) -> None:
    assert about_release(line, 42, CONTEXT) == line
