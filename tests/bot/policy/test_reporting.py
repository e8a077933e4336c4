"""The `report:` part of a policy: what is read, and every fault with its place."""

from datetime import time
from pathlib import Path

import pytest

from handlers.policy import Reporting
from tests.bot.policy.drafts import changed, read


def reported(text: str) -> str:
    return changed(("services:\n", f"report: {text}\nservices:\n"))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{channel: C0SHIP, every: Mon 09:00}", Reporting("C0SHIP", 0, time(9))),
        ('{channel: C0SHIP, every: "Sun 23:59"}', Reporting("C0SHIP", 6, time(23, 59))),
        ("{channel: C0SHIP, every: Fri 00:00}", Reporting("C0SHIP", 4, time())),
    ],
)
def test_where_and_when(tmp_path: Path, written: str, expected: Reporting) -> None:
    found = read(tmp_path, reported(written))
    assert not found.errors
    assert found.policy is not None
    assert found.policy.reporting == expected


def test_without_it_nothing_is_posted(tmp_path: Path) -> None:
    policy = read(tmp_path, changed()).policy
    assert policy is not None
    assert policy.reporting is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{}", "lacks `channel`"),
        ("{channel: C0SHIP}", "lacks `every`"),
        ("{every: Mon 09:00}", "lacks `channel`"),
        ("Mon 09:00", "is not a mapping"),
        ("{channel: releases, every: Mon 09:00}", "is not the id of a Slack channel"),
        ("{channel: C0SHIP, every: Mun 09:00}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: monday 09:00}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: Mon 9:00}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: Mon 24:00}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: Mon 25:61}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: Mon}", "a day and a time like `Mon 09:00`"),
        ("{channel: C0SHIP, every: Mon 09:00, evry: x}", "did you mean `every`?"),
    ],
)
def test_faults_lead_to_the_line(tmp_path: Path, written: str, message: str) -> None:
    errors = read(tmp_path, reported(written)).errors
    line = reported(written).splitlines().index(f"report: {written}") + 1
    assert any(message in each.message for each in errors), errors
    assert {each.line for each in errors} == {line}
