"""What is allowed and probably not meant."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import Change, changed, lines, read

STARTERS = "starters: [developers]"
OPS = "ops: {members: [U0TIM, U0KIM]}"
ONE = (OPS, "ops: {members: [U0TIM]}")
STARTING = (STARTERS, "starters: [developers, ops]")
OPS_GATE = "- {sign_off: ops}"
SOLE = "21:13: production/ops: only U0TIM can sign; nobody can sign what they start"
STAGING = "- name: staging"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], []),
        ([ONE], []),
        ([STARTING], []),
        ([ONE, STARTING], [SOLE]),
        ([ONE, STARTING, (OPS_GATE, "- {sign_off: ops, requester_may_sign: true}")], []),
        ([(OPS, "ops: {members: [U0TIM], usergroup: S0OPS}"), STARTING], []),
        ([(OPS, "ops: {usergroup: S0OPS}"), STARTING], []),
        (
            [
                ONE,
                (STARTERS, "starters: [guests]"),
                ("  developers:", "  guests: {members: [U0TIM], usergroup: S0X}\n  developers:"),
            ],
            ["6:3: no service names `developers` of `teams`", SOLE.replace("21:", "22:")],
        ),
        (
            [(OPS_GATE, "- {sign_off: ops, needs: 2}"), STARTING],
            [
                (
                    "21:13: production/ops: only U0KIM and U0TIM can sign, and all of them have to; "
                    "they cannot sign what U0KIM or U0TIM starts"
                )
            ],
        ),
        (
            [
                (OPS, "ops: {members: [U0TIM, U0TIM2]}"),
                STARTING,
                ("name: Mara, slack: [U0MARA]", "name: Tim, slack: [U0TIM, U0TIM2]"),
            ],
            [SOLE],
        ),
        (
            [ONE, (STAGING, f"{STAGING}\n        rollback: {{gates: [{{sign_off: ops}}]}}")],
            ["17:28: staging/rollback/ops: only U0TIM can sign; nobody can sign what they start"],
        ),
        (
            [(STAGING, f"{STAGING}\n        start: automatic")],
            [],
        ),
        (
            [
                (STAGING, f"{STAGING}\n        start: automatic"),
                ("- name: production", "- name: production\n        start: automatic"),
            ],
            [
                (
                    "11:3: `website`: every environment has `start: automatic`, so each new build goes through all of them "
                    "as soon as their gates are open, and nobody has to ask for it"
                )
            ],
        ),
        (
            [(OPS, f"{OPS}\n  spare: {{usergroup: S0X}}")],
            ["8:3: no service names `spare` of `teams`"],
        ),
        (
            [("here: {kind: local, directory: .}", "here: {kind: local}\n  there: {kind: local}")],
            ["10:3: no service names `there` of `ci`"],
        ),
        (
            [(STAGING, f"{STAGING}\n        branches: [main]")],
            ["17:9: `staging` is not protected and takes builds of every branch"],
        ),
        (
            [(STAGING, f"{STAGING}\n        signed: false")],
            ["17:9: `staging` is not protected, so `signed: false` says nothing: remove it"],
        ),
        (
            [(STAGING, f"{STAGING}\n        protected: true\n        signed: false")],
            [
                (
                    "18:9: `staging` is protected, and nobody signs for it: "
                    "starters and operators deploy there by asking for it"
                )
            ],
        ),
        (
            [
                (
                    STAGING,
                    f"{STAGING}\n        protected: true\n        signed: false\n        start: automatic",
                )
            ],
            [
                (
                    "18:9: `staging` is protected, and nobody signs for it: "
                    "with `start: automatic` whoever holds a build token deploys there"
                )
            ],
        ),
    ],
)
def test_warnings(changes: list[Change], expected: list[str], tmp_path: Path) -> None:
    reading = read(tmp_path, changed(*changes))
    assert lines(reading.errors) == []
    assert reading.policy is not None
    assert [line.removeprefix("shiproom.yml:") for line in lines(reading.warnings)] == expected
