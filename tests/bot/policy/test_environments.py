"""Environments: what is said of them, with the defaults that follow from their order."""

from pathlib import Path

import pytest

from handlers.plan import Deploy, EnvironmentPlan
from handlers.sign_off_rule import SignOffRule
from tests.bot.policy.drafts import Change, changed, faults, lines, read

STAGING = "- name: staging"
PRODUCTION = "- name: production"
OPS_GATE = "- {sign_off: ops}"
COMMAND = "command: [./deploy.sh, staging]"
HERE = "here: {kind: local, directory: .}"
UNGUARDED = (
    "is protected (as the last one and production, prod and live are, unless set otherwise) and has no gate: "
    "add `gates: [{sign_off: TEAM}]`, or say `signed: false` if nobody has to sign, or `protected: false`"
)


def environments(folder: Path, *changes: Change) -> tuple[EnvironmentPlan, ...]:
    reading = read(folder, changed(*changes))
    assert lines(reading.errors) == []
    assert reading.policy is not None
    return reading.policy.plans["website"].environments


def test_what_is_not_said_follows_from_the_rest(tmp_path: Path) -> None:
    assert environments(tmp_path) == (
        EnvironmentPlan(
            name="staging",
            deploy=Deploy("here", 3600, ("./deploy.sh", "staging"), "", (), (), claim=False),
            url="",
            protected=False,
            branches=("main",),
            start="on_request",
            kept=("testers", "ops"),
            gates=(),
            rollback_gates=(),
        ),
        EnvironmentPlan(
            name="production",
            deploy=Deploy("here", 3600, ("./deploy.sh", "production")),
            protected=True,
            branches=("main",),
            gates=(SignOffRule("testers", 1, (), False, False, True), SignOffRule("ops")),
        ),
    )


def test_what_is_said_is_taken(tmp_path: Path) -> None:
    said = (
        "url: https://staging.example.org\n        protected: true\n        branches: [main, 'release/1.x']\n"
    )
    said += "        start: automatic\n        kept: [ops]\n        gates:\n"
    said += (
        "          - {sign_off: developers, needs: 2, checklist: [Log in works], requester_may_sign: true,\n"
    )
    said += "             same_person: true, authors_may_sign: false}\n"
    said += "        rollback: {gates: [{sign_off: ops, requester_may_sign: true}]}"
    staging, _ = environments(
        tmp_path, (STAGING, f"{STAGING}\n        {said}"), (COMMAND, f"{COMMAND}, timeout: 2h30m")
    )
    assert staging == EnvironmentPlan(
        name="staging",
        deploy=Deploy("here", 9000, ("./deploy.sh", "staging")),
        url="https://staging.example.org",
        protected=True,
        branches=("main", "release/1.x"),
        start="automatic",
        kept=("ops",),
        gates=(SignOffRule("developers", 2, ("Log in works",), True, True, False),),
        rollback_gates=(SignOffRule("ops", requester_may_sign=True),),
    )


@pytest.mark.parametrize(
    ("name", "said", "protected"),
    [
        ("production", "", True),
        ("prod", "", True),
        ("live", "", True),
        ("preview", "", False),
        ("production", "protected: false", False),
        ("preview", "protected: true", True),
    ],
)
def test_which_environments_are_protected(name: str, said: str, protected: bool, tmp_path: Path) -> None:
    gated = f"- name: {name}\n        gates: [{{sign_off: developers}}]\n        {said}".rstrip()
    first, last = environments(tmp_path, (PRODUCTION, "- name: end"), (STAGING, gated))
    assert (first.protected, last.protected) == (protected, True)


def test_the_last_one_may_be_unprotected(tmp_path: Path) -> None:
    last = environments(tmp_path, (PRODUCTION, "- name: end\n        protected: false"))[-1]
    assert not last.protected


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (STAGING, "- url: https://x.org"),
            ["16:9: this environment lacks `name`: what it is called, like `staging`"],
        ),
        (
            (STAGING, "- name: Staging"),
            [
                "16:15: `Staging` is not a name of lowercase letters, digits and hyphens that begins with a letter"
            ],
        ),
        ((STAGING, "- name: lock"), ["16:15: `lock` is a word of `/release`: choose another name"]),
        (
            (PRODUCTION, "- name: staging"),
            ["18:15: there is an environment `staging` above: choose another name"],
        ),
        ((STAGING, f"- here\n      {STAGING}"), ["16:9: `here` is not a mapping (`key: value`)"]),
        (
            (STAGING, f"{STAGING}\n        uri: x"),
            ["17:9: `uri` is not a setting of environment `staging`; did you mean `url`?"],
        ),
        (
            (STAGING, f"{STAGING}\n        url: example.org"),
            [
                "17:14: `example.org` is not an address that begins with https:// or http:// and has no password in it"
            ],
        ),
        (
            (STAGING, f"{STAGING}\n        protected: yes"),
            ["17:20: `yes`: write `true` or `false`, without quotes"],
        ),
        (
            (STAGING, f"{STAGING}\n        start: auto"),
            ["17:16: `auto` is not known here; did you mean `automatic`?"],
        ),
        (
            (STAGING, f"{STAGING}\n        branches: [2.0]"),
            ['17:20: YAML reads `2.0` as a number: quote it ("2.0") if it is meant as text'],
        ),
        (
            (STAGING, f"{STAGING}\n        kept: []"),
            ["17:15: the list is empty: name something, or remove the line"],
        ),
        (
            (STAGING, f"{STAGING}\n        rollback: {{}}"),
            ["17:9: `rollback` lacks `gates`: what a rollback has to pass, or `[]` for nothing"],
        ),
        (
            (STAGING, f"{STAGING}\n        rollback: {{gates: [], to: x}}"),
            ["17:31: `to` is not a setting of `rollback`; possible: `gates`"],
        ),
        ((STAGING, f"{STAGING}\n        rollback: []"), ["17:19: a list is not a mapping (`key: value`)"]),
        (
            (f"        deploy: {{ci: here, {COMMAND}}}\n", ""),
            [
                "16:9: environment `staging` lacks `deploy`: how a build gets there, like `{ci: here, command: [./deploy.sh]}`"
            ],
        ),
        (
            (f"{{ci: here, {COMMAND}}}", "./deploy.sh"),
            ["17:17: `./deploy.sh` is not a mapping (`key: value`)"],
        ),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_nobody_signs_where_that_is_said(tmp_path: Path) -> None:
    gates = "        gates:\n          - {sign_off: testers}\n          - {sign_off: ops}\n"
    (_, production) = environments(tmp_path, (gates, "        signed: false\n"))
    assert (production.protected, production.signed, production.gates) == (True, False, ())
    assert production.branches == ("main",)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(STAGING, f"{STAGING}\n        protected: true")], [f"16:15: `staging` {UNGUARDED}"]),
        ([(STAGING, "- name: live")], [f"16:15: `live` {UNGUARDED}"]),
        ([(STAGING, "- name: prod\n        gates: []")], [f"16:15: `prod` {UNGUARDED}"]),
        (
            [("        gates:\n          - {sign_off: testers}\n          - {sign_off: ops}\n", "")],
            [f"18:15: `production` {UNGUARDED}"],
        ),
        (
            [(STAGING, f"{STAGING}\n        kept: [developers]")],
            ["17:16: `developers` does not sign for the next environment; those are `testers`, `ops`"],
        ),
        (
            [(PRODUCTION, f"{PRODUCTION}\n        kept: [testers]")],
            ["19:16: `testers` does not sign for the next environment; nobody does, so remove `kept`"],
        ),
        (
            [(STAGING, f"{STAGING}\n        kept: [tester]")],
            ["17:16: `tester` is not described under `teams`; did you mean `testers`?"],
        ),
        (
            [(PRODUCTION, f"{PRODUCTION}\n        signed: false")],
            ["19:9: `production` says `signed: false`, and has a `sign_off` gate: remove one of the two"],
        ),
        (
            [(STAGING, f"{STAGING}\n        signed: false\n        gates: [{{sign_off: ops}}]")],
            ["17:9: `staging` says `signed: false`, and has a `sign_off` gate: remove one of the two"],
        ),
        (
            [(STAGING, f"{STAGING}\n        protected: true\n        signed: true")],
            [f"16:15: `staging` {UNGUARDED}"],
        ),
        (
            [(OPS_GATE, "- {sign_off: testers}")],
            ["21:13: `testers` signs for this step already: keep one gate, with `needs: 2` if two should"],
        ),
    ],
)
def test_faults_between_environments(changes: list[Change], expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, *changes) == expected
