"""Services, their builds and links: from the file to a plan."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from handlers.plan import BuildSource, Plan
from storage.codec import dump_plan
from tests.bot.policy.drafts import SOUND, Change, changed, faults, lines, read

CHANNEL = "channel: C0RELEASES"


def plan_of(folder: Path, *changes: Change) -> Plan:
    reading = read(folder, changed(*changes))
    assert lines(reading.errors) == []
    assert reading.policy is not None
    return reading.policy.plans["website"]


def test_a_plan_is_read(tmp_path: Path) -> None:
    settings = (
        "repository: tailspin/web\n    links: {Test plan: https://example.org/plan, 'On': http://x.org}"
    )
    plan = plan_of(
        tmp_path,
        (CHANNEL, f"{CHANNEL}\n    {settings}"),
        ("starters: [developers]", "starters: [developers, ops]"),
    )
    assert (plan.service, plan.channel, plan.repository) == ("website", "C0RELEASES", "tailspin/web")
    assert plan.links == (("Test plan", "https://example.org/plan"), ("On", "http://x.org"))
    assert (plan.starters, plan.operators) == (("developers", "ops"), ("ops",))
    assert [each.name for each in plan.environments] == ["staging", "production"]


def test_what_is_not_said(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert (plan.repository, plan.links, plan.builds) == ("", (), BuildSource("main", "", "", ""))


@pytest.mark.usefixtures("remote")
def test_builds_of_a_ci(tmp_path: Path) -> None:
    builds = 'builds: {ci: far, workflow: build.yml, branch: trunk, version: "2.4.{run_number}"}'
    here = "here: {kind: local, directory: .}"
    plan = plan_of(
        tmp_path, (CHANNEL, f"{CHANNEL}\n    {builds}"), (here, f"{here}\n  far: {{kind: remote}}")
    )
    assert plan.builds == BuildSource("trunk", "far", "build.yml", "2.4.{run_number}")
    assert [each.branches for each in plan.environments] == [("trunk",), ("trunk",)]


def test_a_fingerprint_names_all_the_rest_of_a_plan(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan.fingerprint == sha256(dump_plan(plan).encode()).hexdigest()
    other = plan_of(tmp_path, (CHANNEL, "channel: C0OTHER"))
    assert other.fingerprint != plan.fingerprint
    assert replace(other, channel=plan.channel, fingerprint=plan.fingerprint) == plan


@pytest.mark.parametrize(
    "change",
    [
        ("testers: {members: [U0AMITA]}", "testers: {members: [U0AMITA, U0TOM]}"),
        ("- {name: Mara, slack: [U0MARA]}", "- {name: Mara, slack: [U0MARA, U0MARA2]}"),
        ("here: {kind: local, directory: .}", "here: {kind: local, pass_env: [HOME]}"),
        ("version: 1", "version: 1\ntime_zone: Europe/Berlin"),
        (CHANNEL, f"# a comment\n    {CHANNEL}"),
    ],
)
def test_teams_people_and_connections_are_no_part_of_a_plan(change: Change, tmp_path: Path) -> None:
    assert plan_of(tmp_path, change) == plan_of(tmp_path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (CHANNEL, "chanel: C0RELEASES"),
            [
                "11:3: service `website` lacks `channel`: the id of the Slack channel where its cards go, like C0RELEASES",
                "12:5: `chanel` is not a setting of service `website`; did you mean `channel`?",
            ],
        ),
        (
            (CHANNEL, "channel: '#releases'"),
            [
                (
                    "12:14: `#releases` is not the id of a Slack channel, like C0RELEASES "
                    "(in Slack: the channel's details, at the end)"
                )
            ],
        ),
        ((CHANNEL, "channel: *here"), ["12:14: `*here`: aliases are not read, so write the value out"]),
        (
            (CHANNEL, "channel: #releases"),
            ["12:13: there is no value here, as `#` starts a comment: quote a value that begins with it"],
        ),
        ((CHANNEL, "channel:"), ["12:13: there is no value here: give one, or remove the line"]),
        (
            (CHANNEL, f"{CHANNEL}\n    {CHANNEL}"),
            ["13:5: `channel` is already set in line 12: keep one of them"],
        ),
        (
            (CHANNEL, "channel: 0123456"),
            ['12:14: YAML reads `0123456` as a number: quote it ("0123456") if it is meant as text'],
        ),
        ((CHANNEL, f"{CHANNEL}\n    repository: a b"), ["13:17: `a b` is not text without spaces"]),
        (
            (CHANNEL, f"{CHANNEL}\n    links: {{}}"),
            ["13:5: `links` has nothing in it: name something, or remove it"],
        ),
        ((CHANNEL, f"{CHANNEL}\n    links: [a]"), ["13:12: a list is not a mapping (`key: value`)"]),
        (
            (CHANNEL, f"{CHANNEL}\n    links: {{Off: 'javascript:x'}}"),
            [
                '13:13: YAML reads `Off` as true or false: quote it ("Off") if it is meant as text',
                "13:18: `javascript:x` is not an address that begins with https:// or http:// and has no password in it",
            ],
        ),
        (
            (CHANNEL, f"{CHANNEL}\n    builds: {{branch: 1.10}}"),
            ['13:22: YAML reads `1.10` as a number: quote it ("1.10") if it is meant as text'],
        ),
        (
            (CHANNEL, f"{CHANNEL}\n    builds: {{brunch: x}}"),
            ["13:14: `brunch` is not a setting of `builds`; did you mean `branch`?"],
        ),
        (
            (CHANNEL, f"{CHANNEL}\n    builds: {{ci: here, workflow: w.yml}}"),
            ["13:18: builds cannot come from this kind of CI: remove it, and post them to /api/v1/builds"],
        ),
        (
            (CHANNEL, f"{CHANNEL}\n    builds: {{ci: there}}"),
            ["13:18: `there` is not described under `ci`; did you mean `here`?"],
        ),
        (
            (CHANNEL, f"{CHANNEL}\n    builds: {{workflow: w.yml, version: x}}"),
            [
                "13:14: `workflow` says how to read the builds of a CI: name that under `ci`",
                "13:31: `version` says how to read the builds of a CI: name that under `ci`",
            ],
        ),
        (
            ("starters: [developers]", "starters: [develpers]"),
            ["13:16: `develpers` is not described under `teams`; did you mean `developers`?"],
        ),
        (
            ("starters: [developers]", "starters: []"),
            ["13:15: the list is empty: name something, or remove the line"],
        ),
        (
            ("starters: [developers]", "starters: [developers, developers]"),
            ["13:28: this is in the list already: keep one of them"],
        ),
        (
            ("    operators: [ops]\n", ""),
            [
                "11:3: service `website` lacks `operators`: the teams that may also roll back, lock and settle, like `[ops]`"
            ],
        ),
        (("  website:", "  status:"), ["11:3: `status` is a word of `/release`: choose another name"]),
        (("  website:", "  website: []\n  shop:"), ["11:12: a list is not a mapping (`key: value`)"]),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_a_service_without_environments(tmp_path: Path) -> None:
    head, _, _ = SOUND.partition("    environments:")
    expected = "11:3: service `website` lacks `environments`: where a build goes, first to last"
    assert lines(read(tmp_path, head).errors) == [f"shiproom.yml:{expected}"]
    empty = lines(read(tmp_path, f"{head}    environments: []\n").errors)
    assert empty == ["shiproom.yml:15:19: the list is empty: name something, or remove the line"]
