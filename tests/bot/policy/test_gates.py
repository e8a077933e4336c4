"""The gates of a step: how each is written, and whether the people there are can fill them all."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import Change, faults

OPS_GATE = "- {sign_off: ops}"
TESTERS_GATE = "- {sign_off: testers}"
DEVELOPERS = "developers: {members: [U0ANDY, U0MARA]}"
TESTERS = "testers: {members: [U0AMITA]}"
OPS = "ops: {members: [U0TIM, U0KIM]}"
PERSON = "- {name: Mara, slack: [U0MARA]}"
LEFT = "as one person fills one slot of a step: add members, or `same_person: true` to this gate"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (OPS_GATE, "- {sign_of: ops}"),
            ["21:13: a gate is named by one key of its mapping; possible: `sign_off: ...`"],
        ),
        ((OPS_GATE, "- ops"), ["21:13: `ops` is not a mapping (`key: value`)"]),
        (
            (OPS_GATE, "- {sign_off: opps}"),
            ["21:24: `opps` is not described under `teams`; did you mean `ops`?"],
        ),
        ((OPS_GATE, "- {sign_off: [ops]}"), ["21:24: a list is not one line of text"]),
        (
            (OPS_GATE, "- {sign_off: ops, need: 1}"),
            ["21:29: `need` is not a setting of this gate; did you mean `needs`?"],
        ),
        (
            (OPS_GATE, "- {sign_off: ops, needs: '1'}"),
            ['21:36: `"1"`: write a whole number from 1 to 99, without quotes'],
        ),
        (
            (OPS_GATE, "- {sign_off: ops, same_person: on}"),
            ["21:42: `on`: write `true` or `false`, without quotes"],
        ),
        (
            (OPS_GATE, "- {sign_off: ops, checklist: [a, b, a]}"),
            ["21:47: this is in the list already: keep one of them"],
        ),
        (
            (OPS_GATE, "- {sign_off: ops, checklist: [a, 22:30]}"),
            ['21:44: YAML reads `22:30` as a number: quote it ("22:30") if it is meant as text'],
        ),
        (
            (OPS_GATE, f"- {{sign_off: ops, checklist: [{', '.join('abcdefghijk')}]}}"),
            ["21:71: a checklist has at most 10 items: shorten it"],
        ),
        (
            (OPS_GATE, f"- {{sign_off: ops, checklist: [{'x' * 75}, {'y' * 76}]}}"),
            [f"21:118: `{'y' * 60}...` has 76 characters: an item of a checklist has at most 75"],
        ),
    ],
)
def test_faults_of_gates(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([(OPS_GATE, "- {sign_off: ops, needs: 2}")], []),
        (
            [(OPS_GATE, "- {sign_off: ops, needs: 3}")],
            ["21:13: 3 of `ops` have to sign, and that is 2 persons: add members, or lower `needs`"],
        ),
        (
            [(TESTERS_GATE, "- {sign_off: testers, needs: 2}")],
            ["20:13: 2 of `testers` have to sign, and that is one person: add members, or lower `needs`"],
        ),
        (
            [(OPS_GATE, "- {sign_off: ops, needs: 2}"), (PERSON, "- {name: Tim, slack: [U0TIM, U0KIM]}")],
            ["21:13: 2 of `ops` have to sign, and that is one person: add members, or lower `needs`"],
        ),
        ([(OPS_GATE, "- {sign_off: ops, needs: 3}"), (OPS, "ops: {members: [U0TIM], usergroup: S0OPS}")], []),
        ([(OPS, "ops: {members: [U0AMITA]}")], [f"21:13: too few people are left for `ops`, {LEFT}"]),
        (
            [(OPS, "ops: {members: [U0OTHER]}"), (PERSON, "- {name: Amita, slack: [U0AMITA, U0OTHER]}")],
            [f"21:13: too few people are left for `ops`, {LEFT}"],
        ),
        ([(OPS, "ops: {members: [U0AMITA]}"), (OPS_GATE, "- {sign_off: ops, same_person: true}")], []),
        (
            [(OPS, "ops: {members: [U0AMITA]}"), (TESTERS_GATE, "- {sign_off: testers, same_person: true}")],
            [],
        ),
        ([(OPS, "ops: {members: [U0AMITA], usergroup: S0OPS}")], []),
        # Amita can only be a tester, Andy only an operator, and so Mara has to be the developer.
        (
            [
                (DEVELOPERS, "developers: {members: [U0AMITA, U0ANDY, U0MARA]}"),
                (OPS, "ops: {members: [U0ANDY, U0AMITA]}"),
                (TESTERS_GATE, "- {sign_off: developers}\n          - {sign_off: testers}"),
            ],
            [],
        ),
        (
            [
                (DEVELOPERS, "developers: {members: [U0AMITA, U0ANDY]}"),
                (OPS, "ops: {members: [U0ANDY, U0AMITA]}"),
                (TESTERS_GATE, "- {sign_off: developers}\n          - {sign_off: testers}"),
            ],
            [f"22:13: too few people are left for `ops`, {LEFT}"],
        ),
        (
            [
                (OPS_GATE, "- {sign_off: developers, needs: 2}"),
                (TESTERS, "testers: {members: [U0ANDY, U0MARA]}"),
            ],
            [f"21:13: too few people are left for `developers`, {LEFT}"],
        ),
        (
            [(TESTERS_GATE, "- {sign_off: ops}")],
            ["21:13: `ops` signs for this step already: keep one gate, with `needs: 2` if two should"],
        ),
        (
            [("- name: staging", "- name: staging\n        rollback: {gates: [{sign_off: ops, needs: 3}]}")],
            ["17:28: 3 of `ops` have to sign, and that is 2 persons: add members, or lower `needs`"],
        ),
    ],
)
def test_gates_can_be_filled(changes: list[Change], expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, *changes) == expected
