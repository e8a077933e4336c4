"""People and teams: who is one person, and that no team is empty."""

from pathlib import Path

import pytest

from handlers.people import Person, Team
from tests.bot.policy.drafts import Change, changed, faults, lines, read

PERSON = "- {name: Mara, slack: [U0MARA]}"
OPS = "ops: {members: [U0TIM, U0KIM]}"


def test_people_and_teams_are_read(tmp_path: Path) -> None:
    text = changed(
        (PERSON, "- {name: Mara, slack: [U0MARA, W0MARA], github: mara-dev, email: mara@example.org}"),
        (OPS, "ops: {members: [U0TIM], usergroup: S0OPS}\n  devs: {usergroup: S0DEVS}"),
        ("starters: [developers]", "starters: [developers, devs]"),
    )
    reading = read(tmp_path, text)
    assert reading.policy is not None
    assert reading.policy.directory.people == (
        Person("Mara", ("U0MARA", "W0MARA"), "mara-dev", "mara@example.org"),
    )
    assert reading.policy.directory.teams == {
        "developers": Team("developers", ("U0ANDY", "U0MARA")),
        "testers": Team("testers", ("U0AMITA",)),
        "ops": Team("ops", ("U0TIM",), "S0OPS"),
        "devs": Team("devs", (), "S0DEVS"),
    }
    assert reading.warnings == ()


def test_people_are_optional(tmp_path: Path) -> None:
    reading = read(tmp_path, changed((f"people:\n  {PERSON}\n", "")))
    assert reading.policy is not None
    assert reading.policy.directory.people == ()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((PERSON, "- {slack: [U0MARA]}"), ["3:5: this person lacks `name`: the person's name"]),
        (
            (PERSON, "- {name: 007, slack: [U0MARA]}"),
            ['3:12: YAML reads `007` as a number: quote it ("007") if it is meant as text'],
        ),
        ((PERSON, "- {name: Mara, slack: U0MARA}"), ["3:25: `U0MARA` is not a list, like `[one, two]`"]),
        (
            (PERSON, "- {name: Mara, slak: [U0MARA]}"),
            ["3:18: `slak` is not a setting of person `Mara`; did you mean `slack`?"],
        ),
        (
            (PERSON, "- {name: Mara, slack: [mara]}"),
            [
                "3:26: `mara` is not a Slack member id, like U0TIM (in Slack: the profile, then Copy member ID)"
            ],
        ),
        (
            (PERSON, "- {name: Mara, slack: [U0MARA], github: '@mara'}"),
            ["3:43: `@mara` is not a GitHub login without @"],
        ),
        ((PERSON, "- {name: Mara, slack: [U0MARA], email: mara}"), ["3:42: `mara` is not an e-mail address"]),
        (
            (PERSON, f"{PERSON}\n  - {{name: Andy, slack: [U0ANDY, U0MARA]}}"),
            ["4:34: `U0MARA` belongs to another person above: one person is one entry with all names"],
        ),
        (
            (PERSON, "- {name: Mara, slack: [U0MARA], github: mara}\n  - {name: MARA, slack: [U0ANDY]}"),
            ["4:12: `MARA` belongs to another person above: one person is one entry with all names"],
        ),
        (
            ("people:\n", "people: []\npeople2:\n"),
            [
                "2:9: the list is empty: name something, or remove the line",
                "3:1: `people2` is not a setting of the policy; did you mean `people`?",
            ],
        ),
        (
            (OPS, "ops: {}"),
            ["7:3: team `ops` is empty: name `members: [U0TIM]`, a `usergroup: S0OPS`, or both"],
        ),
        ((OPS, "ops: {members: []}"), ["7:18: the list is empty: name something, or remove the line"]),
        ((OPS, "ops:"), ["7:7: there is no value here: give one, or remove the line"]),
        ((OPS, "ops: [U0TIM]"), ["7:8: a list is not a mapping (`key: value`)"]),
        ((OPS, "ops: {members: [U0TIM, U0TIM]}"), ["7:26: this is in the list already: keep one of them"]),
        ((OPS, "ops: {usergroup: U0OPS}"), ["7:20: `U0OPS` is not the id of a Slack user group, like S0OPS"]),
        (
            (OPS, "ops: {members: [U0TIM], member: [U0KIM]}"),
            ["7:27: `member` is not a setting of team `ops`; did you mean `members`?"],
        ),
        (
            (OPS, f"{OPS}\n  to: {{usergroup: S0X}}"),
            ["8:3: `to` is a word of `/release`: choose another name"],
        ),
        (
            (OPS, f"{OPS}\n  Devs: {{usergroup: S0X}}"),
            ["8:3: `Devs` is not a name of lowercase letters, digits and hyphens that begins with a letter"],
        ),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_a_person_without_slack_is_warned_of(tmp_path: Path) -> None:
    reading = read(tmp_path, changed((PERSON, "- {name: Mara, github: mara-dev}")))
    assert lines(reading.warnings) == [
        "shiproom.yml:3:5: person `Mara` has no `slack`: as an author this person counts as unknown"
    ]
    assert reading.policy is not None


def test_one_person_may_have_one_word_for_everything(tmp_path: Path) -> None:
    assert faults(tmp_path, (PERSON, "- {name: mara, slack: [U0MARA], github: mara}")) == []


@pytest.mark.parametrize(
    ("old", "new"), [(OPS, "ops: {members: [shiproom]}"), (PERSON, "- {name: Mara, slack: [shiproom]}")]
)
def test_nobody_is_shiproom_itself(tmp_path: Path, old: str, new: str) -> None:
    """Its name stands in the history for what the clock, a CI or an earlier decision caused."""
    [fault] = faults(tmp_path, (old, new))
    assert "`shiproom` is not a Slack member id, like U0TIM" in fault
