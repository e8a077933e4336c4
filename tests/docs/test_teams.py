"""The policies of six teams on docs/policy.md are sound, without a warning that is not meant, and mean what the page says."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.policy import PolicyResult, read_policy
from bot.simulation import Case, simulate
from tests.docs.pages import FENCED, PAGES
from tests.docs.policies import framed
from tests.house.tree import ROOT

READ_AT = datetime(2026, 11, 28, 9, tzinfo=ZoneInfo("UTC"))


def examples() -> dict[str, str]:
    """Return the policy under each heading of the section."""
    section = PAGES[ROOT / "docs" / "policy.md"].partition("\n## Six teams\n")[2].partition("\n## ")[0]
    parts = (part.partition("\n") for part in section.split("\n### ")[1:])
    return {heading: found[3] for heading, _, text in parts if (found := FENCED.search(text)) is not None}


EXAMPLES = examples()


def policy(heading: str, folder: Path) -> PolicyResult:
    parts = framed(EXAMPLES[heading])
    assert parts is not None
    script = folder / "deploy.sh"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    script.chmod(0o755)
    path = folder / "shiproom.yml"
    path.write_text(parts.text(), encoding="utf-8")
    return read_policy(path, None, READ_AT)


def test_there_are_six() -> None:
    assert len(EXAMPLES) == 6


@pytest.mark.parametrize("heading", EXAMPLES)
def test_each_is_sound(heading: str, tmp_path: Path) -> None:
    found = policy(heading, tmp_path)
    assert found.errors == ()
    warned = [each.message.partition(",")[0] for each in found.warnings]
    meant = {"A start-up": ["`app`: every environment has `start: automatic`"]}
    assert warned == meant.get(heading, [])


BOTH = ["sign_off_missing", "sign_off_missing"]
BRANCHES = {"game": "release/26.48"}
CASES = [
    ("A web team", "website", "2026-11-30 10:00", BOTH, "2026-11-30 10:00"),
    ("A web team", "website", "2026-12-04 13:00", [*BOTH, "window_closed"], "2026-12-07 09:00"),
    ("A web team", "website", "2026-12-24 15:45", [*BOTH, "window_closed"], "2026-12-28 09:00"),
    ("A platform team", "cart", "2027-11-23 10:00", [*BOTH, "frozen"], "2027-11-30 08:00"),
    ("A platform team", "search", "2027-11-23 10:00", BOTH, "2027-11-23 10:00"),
    ("A bank", "payments", "2026-12-01 23:00", [*BOTH, "changes_unknown"], "2026-12-01 23:00"),
    (
        "A bank",
        "payments",
        "2026-12-02 01:00",
        [*BOTH, "window_closed", "changes_unknown"],
        "2026-12-03 20:00",
    ),
    (
        "A bank",
        "payments",
        "2026-12-15 12:00",
        [*BOTH, "window_closed", "frozen", "changes_unknown"],
        "2027-01-05 20:00",
    ),
    ("A release train", "game", "2026-12-02 14:00", ["sign_off_missing"], "2026-12-02 14:00"),
    (
        "A release train",
        "game",
        "2026-12-03 10:00",
        ["sign_off_missing", "window_closed"],
        "2026-12-07 10:00",
    ),
    ("A start-up", "app", "2026-11-28 23:30", ["sign_off_missing"], "2026-11-28 23:30"),
    ("A start-up", "app", "2026-11-29 00:00", ["sign_off_missing", "window_closed"], "2026-11-29 07:00"),
    ("Operations at night", "gateway", "2026-12-01 03:30", ["sign_off_missing"], "2026-12-01 03:30"),
    (
        "Operations at night",
        "gateway",
        "2026-12-01 04:00",
        ["sign_off_missing", "window_closed"],
        "2026-12-01 23:00",
    ),
    (
        "Operations at night",
        "gateway",
        "2027-05-06 23:30",
        ["sign_off_missing", "frozen"],
        "2027-05-10 23:00",
    ),
]


@pytest.mark.parametrize(("heading", "service", "at", "codes", "starts"), CASES)
def test_each_means_what_it_says(  # noqa: PLR0913 - one row of the table
    heading: str, service: str, at: str, codes: list[str], *, starts: str, tmp_path: Path
) -> None:
    found = policy(heading, tmp_path).policy
    assert found is not None
    zone = ZoneInfo(found.time_zone)
    now = datetime.fromisoformat(at).replace(tzinfo=zone)
    last = found.plans[service].environments[-1].name
    step = simulate(None, found, Case(service, "2.4.1", last, now, branch=BRANCHES.get(service, ""))).steps[
        -1
    ]
    assert sorted({reason.code for reason in step.reasons}) == sorted(set(codes))
    assert step.starts_at == datetime.fromisoformat(starts).replace(tzinfo=zone)


def test_each_is_simulated() -> None:
    assert {case[0] for case in CASES} == set(EXAMPLES)
