"""What a policy says of how builds relate: who tells changes, whose branches go where, what must be contained."""

from pathlib import Path

import pytest

from handlers.plan import Plan
from handlers.sign_off_rule import SignOffRule
from tests.bot.policy.drafts import Change, changed, faults, lines, read

HERE = "here: {kind: local, directory: .}"
CHANNEL = "channel: C0RELEASES"
OPS_GATE = "- {sign_off: ops}"
STAGING = "- name: staging"
PRODUCTION = "- name: production"
AUTHORS = (OPS_GATE, "- {sign_off: ops, authors_may_sign: false}")
SECRETS = {"TOKEN": "t" * 24}
KINDS = {
    "hub": "hub: {kind: github, token: '${TOKEN}'}",
    "lab": "lab: {kind: gitlab, token: '${TOKEN}'}",
    "den": "den: {kind: jenkins, url: 'https://den.example.org', user: bot, token: '${TOKEN}'}",
    "bb": "bb: {kind: buildbot, url: 'https://bb.example.org', user: bot, password: '${TOKEN}'}",
}


def connected(*names: str, service: str = "") -> tuple[Change, Change]:
    """Return the changes that describe these connections, and say more of the service."""
    listed = "".join(f"\n  {KINDS[name]}" for name in names)
    return (HERE, HERE + listed), (CHANNEL, CHANNEL + service)


def said(*, builds: str = "", changes: str = "", repository: str = "tailspin/web") -> str:
    """Return the lines of a service that has builds of the CI and changes of another one."""
    lines_of = [f"repository: {repository}"] if repository else []
    if builds:
        lines_of.append(f"builds: {{ci: {builds}, workflow: push}}")
    if changes:
        lines_of.append(f"changes: {{ci: {changes}}}")
    return "".join(f"\n    {line}" for line in lines_of)


def plan_of(folder: Path, *edits: Change) -> Plan:
    reading = read(folder, changed(*edits), SECRETS)
    assert lines(reading.errors) == []
    assert reading.policy is not None
    return reading.policy.plans["website"]


def found(folder: Path, *edits: Change) -> list[str]:
    """Return the faults, with their places."""
    reading = read(folder, changed(*edits), SECRETS)
    return [line.removeprefix("shiproom.yml:") for line in lines(reading.errors)]


@pytest.mark.parametrize("name", ["hub", "lab"])
def test_another_connection_may_tell_the_changes(name: str, tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, *connected(name, "den", service=said(builds="den", changes=name)), (OPS_GATE, AUTHORS[1])
    )
    assert (plan.changes_ci, plan.changes_source, plan.builds.ci) == (name, name, "den")


def test_without_it_the_ci_of_the_builds_tells_them(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, *connected("hub", service=said(builds="hub")), AUTHORS)
    assert (plan.changes_ci, plan.changes_source) == ("", "hub")


def test_builds_that_are_posted_can_have_changes_of_a_ci(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, *connected("hub", service=said(changes="hub")), AUTHORS)
    assert (plan.changes_source, plan.builds.ci) == ("hub", "")


def test_it_is_a_part_of_the_plan(tmp_path: Path) -> None:
    without = plan_of(tmp_path, *connected("hub", "lab", service=said(builds="hub")))
    with_it = plan_of(tmp_path, *connected("hub", "lab", service=said(builds="hub", changes="lab")))
    assert without.fingerprint != with_it.fingerprint


@pytest.mark.parametrize("name", ["den", "bb", "here"])
def test_a_kind_that_cannot_compare_is_a_fault(name: str, tmp_path: Path) -> None:
    also = () if name == "here" else (name,)
    at = found(tmp_path, *connected(*also, service=said(changes=name)))
    line = 14 + len(also)
    expected = (
        f"{line}:19: this kind of CI cannot tell the changes between two commits: "
        "name one of the kind `github`, `gitlab`"
    )
    assert expected in at


def test_an_unknown_name_is_a_fault(tmp_path: Path) -> None:
    assert found(tmp_path, *connected("hub", service=said(changes="hup"))) == [
        "15:19: `hup` is not described under `ci`; did you mean `hub`?"
    ]
    assert faults(tmp_path, (CHANNEL, f"{CHANNEL}\n    changes: {{}}")) == [
        "13:5: `changes` lacks `ci`: the name of one of those under `ci`"
    ]


@pytest.mark.parametrize(("name", "hint"), [("hub", "owner/name"), ("lab", "project")])
def test_it_needs_the_repository(name: str, hint: str, tmp_path: Path) -> None:
    (fault,) = found(tmp_path, *connected(name, service=said(changes=name, repository="")))
    assert fault.startswith("12:3: service `website` lacks `repository`: "), fault
    assert hint in fault


@pytest.mark.parametrize("name", ["den", "bb"])
def test_a_rule_about_authors_is_a_fault_where_nobody_tells_them(name: str, tmp_path: Path) -> None:
    edits = connected(name, service=said(builds=name))
    untold = (
        f"`authors_may_sign: false` cannot be held: `{name}` does not tell who wrote a build. Name a CI that does "
        "under `changes: {ci: NAME}` of the service, or remove the rule"
    )
    assert found(tmp_path, *edits) == []
    assert found(tmp_path, *edits, AUTHORS) == [f"24:13: {untold}"]
    for_rollback = f"{PRODUCTION}\n        rollback: {{gates: [{{sign_off: ops, authors_may_sign: false}}]}}"
    assert found(tmp_path, *edits, (PRODUCTION, for_rollback)) == [f"22:28: {untold}"]


def test_a_rule_about_authors_holds_where_builds_are_posted(tmp_path: Path) -> None:
    """A program tells the changes with each build, or its author is unknown and somebody has to waive that."""
    gates = plan_of(tmp_path, AUTHORS).environments[1].gates
    assert gates[1] == SignOffRule("ops", authors_may_sign=False)


def test_builds_of_every_pattern_are_watched_that_may_go_somewhere_protected(tmp_path: Path) -> None:
    to_production = f"{PRODUCTION}\n        branches: [main, 'hotfix/*']"
    assert plan_of(tmp_path, (PRODUCTION, to_production)).builds.patterns == ("main", "hotfix/*")
    to_staging = f"{STAGING}\n        branches: [main, 'feature/**']"
    assert plan_of(tmp_path, (STAGING, to_staging)).builds.patterns == ("main",)
    both = plan_of(
        tmp_path,
        (
            STAGING,
            f"{STAGING}\n        protected: true\n        gates: [{{sign_off: ops}}]\n        branches: ['**']",
        ),
        (PRODUCTION, f"{PRODUCTION}\n        branches: ['hotfix/*', main]"),
        (CHANNEL, f"{CHANNEL}\n    builds: {{branch: trunk}}"),
    )
    assert both.builds.patterns == ("trunk", "**", "hotfix/*", "main")
    assert [each.branches for each in both.environments] == [("**",), ("hotfix/*", "main")]


def test_what_is_live_may_have_to_be_contained(tmp_path: Path) -> None:
    asked = plan_of(tmp_path, (PRODUCTION, f"{PRODUCTION}\n        contains_live: required"))
    assert [each.contains_live for each in asked.environments] == [False, True]
    assert asked.fingerprint != plan_of(tmp_path).fingerprint


@pytest.mark.parametrize("value", ["true", "wanted", "[required]"])
def test_it_is_required_or_not_said(value: str, tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, (PRODUCTION, f"{PRODUCTION}\n        contains_live: {value}"))
    assert fault.startswith("19:24: "), fault
    assert "required" in fault or "list" in fault


@pytest.mark.parametrize("version", ["r{run_number}", "R{run_id}"])
def test_a_version_that_reads_as_the_number_of_a_release_is_a_fault(version: str, tmp_path: Path) -> None:
    written = said(builds="hub").replace("workflow: push", f"workflow: push, version: '{version}'")
    assert found(tmp_path, *connected("hub", service=written)) == [
        f"15:48: `{version}` would be read as the number of a release, like r7: begin it differently"
    ]
    good = written.replace(version, f"v{version}")
    assert plan_of(tmp_path, *connected("hub", service=good)).builds.version == f"v{version}"
