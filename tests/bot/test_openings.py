"""What `shiproom check` says of when environments take deployments next."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.openings import openings
from bot.policy import read_policy
from tests.bot.policy.drafts import Change, changed

NOW = datetime(2026, 11, 28, 9, tzinfo=UTC)
"""A Saturday."""
BERLIN = "time_zone: Europe/Berlin\n"
OFFICE = 'windows: [{days: Mon-Thu, from: "09:00", to: "16:00", last_start: "15:30"}]'
YEAR_END = "freezes: [{name: year end, from: 2026-12-14, to: 2027-01-04, environments: [production]}]"


def said(folder: Path, now: datetime, *changes: Change) -> list[str]:
    path = folder / "shiproom.yml"
    path.write_text(changed(*changes), encoding="utf-8")
    found = read_policy(path, None, NOW)
    assert found.policy is not None, found.errors
    return list(openings(found.policy, now))


def top(written: str) -> Change:
    return "version: 1\n", f"version: 1\n{BERLIN}{written}\n"


def production(written: str) -> Change:
    return "      - name: production\n", f"      - name: production\n        {written}\n"


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        ("2026-11-28 09:00", "opens Mon 30 Nov 2026 09:00 CET"),
        ("2026-11-30 09:00", "is open until Mon 30 Nov 2026 15:30 CET"),
        ("2026-11-30 14:30", "opens Tue 1 Dec 2026 09:00 CET"),
        ("2026-12-10 16:00", "opens Mon 4 Jan 2027 09:00 CET"),
        (
            "2026-12-20 16:00",
            "opens Mon 4 Jan 2027 09:00 CET, frozen until Mon 4 Jan 2027 00:00 CET: year end",
        ),
    ],
)
def test_windows_with_a_freeze(tmp_path: Path, now: str, sentence: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    found = said(tmp_path, at, top(YEAR_END), production(OFFICE))
    assert found == [f"website/production {sentence}."]


@pytest.mark.parametrize(
    ("now", "sentence"),
    [
        (
            "2026-11-30 09:00",
            "is open until Mon 14 Dec 2026 00:00 CET, when it is frozen until Mon 4 Jan 2027 00:00 CET: year end",
        ),
        (
            "2026-12-20 16:00",
            "opens Mon 4 Jan 2027 00:00 CET, frozen until Mon 4 Jan 2027 00:00 CET: year end",
        ),
        ("2027-01-04 08:00", "is open"),
    ],
)
def test_a_freeze_alone(tmp_path: Path, now: str, sentence: str) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    assert said(tmp_path, at, top(YEAR_END)) == [f"website/production {sentence}."]


def test_all_environments_that_have_one_are_named_in_order(tmp_path: Path) -> None:
    found = said(tmp_path, NOW, top(YEAR_END.replace(", environments: [production]", "")), production(OFFICE))
    assert [each.partition(" ")[0] for each in found] == ["website/staging", "website/production"]
    assert said(tmp_path, NOW) == []


def test_what_never_opens_is_said(tmp_path: Path) -> None:

    holidays = "holidays: {country: DE}"
    window = 'windows: [{days: Thu, from: "09:00", to: "10:00", not_on: holidays}]'
    late = datetime(2035, 12, 31, tzinfo=UTC)
    assert said(tmp_path, late, top(holidays), production(window)) == ["website/production never opens."]


def test_what_is_frozen_until_holidays_are_not_known_is_said(tmp_path: Path) -> None:
    freeze = "freezes: [{name: for ever, from: 2026-01-01, to: 2099-01-01, environments: [production]}]"
    window = 'windows: [{days: Thu, from: "09:00", to: "10:00", not_on: holidays}]'
    found = said(tmp_path, NOW, top(f"holidays: {{country: DE}}\n{freeze}"), production(window))
    assert found == [
        "website/production does not open any more, frozen until Thu 1 Jan 2099 00:00 CET: for ever."
    ]
