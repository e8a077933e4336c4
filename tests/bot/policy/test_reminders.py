"""The `remind:` and `notify:` of a service, and the `hours:` of a team."""

from datetime import time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from handlers.hours import Hours
from handlers.plan import Notifying, Reminding
from storage.codec import dump_plan, load_plan
from tests.bot.policy.drafts import SOUND, changed, faults, read

CHANNEL = "channel: C0RELEASES"


def written(setting: str) -> tuple[str, str]:
    return (CHANNEL, f"{CHANNEL}\n    {setting}")


@pytest.mark.parametrize(
    ("setting", "remind", "notify"),
    [
        ("remind: {after: 30m}", Reminding(1800), Notifying()),
        ("remind: {after: 30m, then: 2h}", Reminding(1800, 7200), Notifying()),
        (
            "remind: {after: 1d, escalate: {after: 4h, to: [ops]}}",
            Reminding(86400, 0, 14400, ("ops",)),
            Notifying(),
        ),
        ("notify: {author_live: never}", None, Notifying("never")),
        ("notify: {author_live: opt_in, requester: false}", None, Notifying("opt_in", requester=False)),
        ("links: {Plan: https://example.org}", None, Notifying()),
    ],
)
def test_a_plan_keeps_them(setting: str, remind: Reminding | None, notify: Notifying, tmp_path: Path) -> None:
    policy = read(tmp_path, changed(written(setting))).policy
    assert policy is not None
    plan = policy.plans["website"]
    assert (plan.remind, plan.notify) == (remind, notify)
    assert load_plan(dump_plan(plan), plan.fingerprint) == plan


@pytest.mark.parametrize(
    ("setting", "fault"),
    [
        ("remind: {then: 2h}", "lacks `after`"),
        (
            "remind: {after: 30m, then: 59m}",
            "nobody is reminded more than once an hour: write `1h` or longer",
        ),
        ("remind: {after: 30, then: 2h}", "`30`"),
        ("remind: {after: 30m, every: 2h}", "`every` is not a setting of `remind`"),
        ("remind: {after: 30m, escalate: {after: 4h}}", "lacks `to`"),
        (
            "remind: {after: 30m, escalate: {after: 4h, to: [leeds]}}",
            "`leeds` is not described under `teams`",
        ),
        ("remind: {after: 30m, escalate: {after: 4h, to: []}}", "empty"),
        ("notify: {author_live: always}", "opt_in"),
        ("notify: {requester: maybe}", "write `true` or `false`"),
        ("notify: {requesters: true}", "did you mean `requester`"),
    ],
)
def test_a_fault_says_what_is_meant(setting: str, fault: str, tmp_path: Path) -> None:
    found = faults(tmp_path, written(setting))
    assert any(fault in each for each in found), found


def test_a_team_has_hours_and_everybody_the_zone_of_the_policy(tmp_path: Path) -> None:
    team = "  leads: {members: [U0LEA], hours: {days: 'Mon, Wed', from: '22:00', to: '06:00'}}\n"
    text = f"{SOUND.replace('teams:', f'teams:{chr(10)}{team.rstrip()}', 1)}"
    policy = read(tmp_path, f"{text}\ntime_zone: Europe/Berlin\n" if "time_zone" not in text else text).policy
    assert policy is not None
    assert policy.directory.teams["leads"].hours == Hours(frozenset({0, 2}), time(22), time(6))
    assert policy.directory.teams["ops"].hours is None
    assert policy.directory.zone == ZoneInfo(policy.time_zone)
