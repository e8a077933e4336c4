"""The file as a whole: what is read when, how much is said of it, and that one reading says everything."""

from hashlib import sha256
from pathlib import Path

import pytest

from bot.policy import Diagnostic, read_policy
from bot.schema.diagnostics import MOST_DIAGNOSTICS
from tests.bot.policy.drafts import SOUND, Change, changed, faults, lines, read


def test_a_fault_reads_as_editors_jump_to_it() -> None:
    assert (
        str(Diagnostic(Path("conf/shiproom.yml"), 12, 5, "this is wrong"))
        == "conf/shiproom.yml:12:5: this is wrong"
    )


def test_a_sound_policy_is_taken(tmp_path: Path) -> None:
    reading = read(tmp_path, SOUND, {})
    assert (reading.errors, reading.warnings) == ((), ())
    assert reading.policy is not None
    assert list(reading.policy.plans) == ["website"]
    assert reading.policy.time_zone == "UTC"
    assert reading.policy.fingerprint == sha256(SOUND.encode()).hexdigest()


def test_windows_and_a_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    plain = read(tmp_path, SOUND).policy
    other = read(tmp_path, b"\xef\xbb\xbf" + SOUND.replace("\n", "\r\n").encode()).policy
    assert plain is not None
    assert other is not None
    assert other.plans == plain.plans
    assert other.fingerprint != plain.fingerprint


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("version: 1\n", ""), ["1:1: the policy lacks `version`: write `version: 1` at the top"]),
        (("version: 1", "version: 2"), ["1:10: this Shiproom reads `version: 1`, without quotes"]),
        (("version: 1", "version: '1'"), ["1:10: this Shiproom reads `version: 1`, without quotes"]),
        (("version: 1", "version: 1.0"), ["1:10: this Shiproom reads `version: 1`, without quotes"]),
        (("version: 1", "version: [1]"), ["1:10: this Shiproom reads `version: 1`, without quotes"]),
        (
            ("version: 1", "vresion: 1"),
            [
                "1:1: `vresion` is not a setting of the policy; did you mean `version`?",
                "1:1: the policy lacks `version`: write `version: 1` at the top",
            ],
        ),
        (
            ("version: 1", "version: 1\ntime_zone: Europe/Berln"),
            ["2:12: `Europe/Berln` is no time zone; did you mean `Europe/Berlin`?"],
        ),
        (
            ("version: 1", "version: 1\ntime_zone: ../../etc/passwd"),
            ["2:12: `../../etc/passwd` is no time zone; nothing is called like that"],
        ),
        (
            ("version: 1", "version: 1\ntime_zone: 22:30"),
            ['2:12: YAML reads `22:30` as a number: quote it ("22:30") if it is meant as text'],
        ),
        (
            ("version: 1", "version: 1\ntime_zone:"),
            ["2:11: there is no value here: give one, or remove the line"],
        ),
        (("version: 1", "version: 1\ntime_zone: [UTC]"), ["2:12: a list is not one line of text"]),
        (
            ("services:", "---\nservices:"),
            [
                "1:1: the policy lacks `services`: what is released",
                "10:1: a second document begins here: one file is one policy, so remove `---`",
            ],
        ),
        (
            ("services:", "services: []\nservice:"),
            [
                "10:11: a list is not a mapping (`key: value`)",
                "11:1: `service` is not a setting of the policy; did you mean `services`?",
            ],
        ),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_a_time_zone_is_taken(tmp_path: Path) -> None:
    reading = read(tmp_path, changed(("version: 1", "version: 1\ntime_zone: Europe/Berlin")))
    assert reading.policy is not None
    assert reading.policy.time_zone == "Europe/Berlin"


def test_a_part_of_the_world_is_no_time_zone(tmp_path: Path) -> None:
    [found] = faults(tmp_path, ("version: 1", "version: 1\ntime_zone: Europe"))
    assert found.startswith("2:12: `Europe` is no time zone; did you mean `")


def test_one_reading_lists_everything(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        ("version: 1", "version: 2"),
        ("slack: [U0MARA]", "slack: [mara]"),
        ("  testers: {members", "  testers: {member"),
        ("kind: local", "kind: loca"),
        ("channel: C0RELEASES", "channel: '#releases'"),
        ("operators: [ops]", "operators: [opps]"),
        ("- name: staging", "- name: on"),
        ("- {sign_off: testers}", "- {sign_off: testers, needs: 0}"),
        ("- {sign_off: ops}", "- {sign_off: ops, needs: 3}"),
        ("production]}", "production], timeout: 1}\nextra: 1"),
    )
    assert [line.split(": ")[0] for line in found] == [
        "1:10",
        "3:26",
        "6:3",
        "6:13",
        "9:16",
        "12:14",
        "14:17",
        "16:15",
        "16:15",
        "20:40",
        "21:13",
        "22:73",
        "23:1",
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("", "Is a directory"), ("a\0b", "unreadable")],
)
def test_a_file_that_cannot_be_read(name: str, reason: str, tmp_path: Path) -> None:
    reading = read_policy(tmp_path / name, {})
    assert reading.policy is None
    expected = f"the policy cannot be read ({reason}): name the file with --config, or fix its permissions"
    assert [each.message for each in reading.errors] == [expected]


def test_a_file_that_is_not_there_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    reading = read_policy(Path("shiproom.yml"), {})
    assert [each.message for each in reading.errors] == [
        (
            "the policy cannot be read (No such file or directory): name the file with --config, or let "
            "`shiproom init` write one"
        )
    ]


def test_reading_ends_when_nearly_everything_is_wrong(tmp_path: Path) -> None:
    many = "".join(f"k{number:05}: 1\n" for number in range(2 * MOST_DIAGNOSTICS))
    reading = read(tmp_path, many)
    assert reading.policy is None
    assert len(lines(reading.errors)) == MOST_DIAGNOSTICS
