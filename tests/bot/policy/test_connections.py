"""The `ci:` part, and the secrets that it may take from the environment."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.ci import KINDS
from tests.bot.policy.drafts import Change, changed, faults, lines, read

KNOWN = ", ".join(f"`{kind}`" for kind in KINDS)
HERE = "here: {kind: local, directory: .}"
REMOTE = f"{HERE}\n  far: {{kind: remote, url: https://ci.example.org, token: %s}}"
USED = (
    "[./deploy.sh, staging]}",
    "[./deploy.sh, staging]}\n      - {name: next, deploy: {ci: far, workflow: w}}",
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ((HERE, "here: {directory: .}"), [f"9:3: CI `here` lacks `kind`: one of {KNOWN}"]),
        ((HERE, "here: {kind: locl}"), ["9:16: `locl` is not known here; did you mean `local`?"]),
        (
            (HERE, "here: {kind: githab}"),
            ["9:16: `githab` is not known here; did you mean `gitlab` or `github`?"],
        ),
        (
            (HERE, "here: {kind: teamsity, url: x}"),
            [f"9:16: `teamsity` is not known here; possible: {KNOWN}"],
        ),
        ((HERE, "here: local"), ["9:9: `local` is not a mapping (`key: value`)"]),
        (
            (HERE, f"{HERE}\n  for: {{kind: local}}"),
            ["10:3: `for` is a word of `/release`: choose another name"],
        ),
        ((HERE, "here: {kind: '${KIND}'}"), [f"9:16: `${{KIND}}` is not known here; possible: {KNOWN}"]),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


@pytest.mark.parametrize(
    ("written", "environ", "token"),
    [
        ("'${TOKEN}'", {"TOKEN": "hunter2"}, "hunter2"),
        ("'Bearer ${TOKEN}'", {"TOKEN": "hunter2"}, "Bearer hunter2"),
        ("'${A}${B}'", {"A": "1", "B": "${A}"}, "1${A}"),
        ("'$${TOKEN}'", {"TOKEN": "hunter2"}, "${TOKEN}"),
        ("'$TOKEN'", {"TOKEN": "hunter2"}, "$TOKEN"),
        ("'${TOKEN}'", None, "${TOKEN}"),
        ("'$${TOKEN}'", None, "${TOKEN}"),
    ],
)
@pytest.mark.usefixtures("remote")
def test_secrets_are_taken_from_the_environment(
    written: str, environ: Mapping[str, str] | None, token: str, tmp_path: Path
) -> None:
    reading = read(tmp_path, changed((HERE, REMOTE % written), USED), environ)
    assert reading.policy is not None
    assert reading.policy.connections["far"].settings["token"] == token


@pytest.mark.parametrize(
    ("written", "environ", "expected"),
    [
        ("'${TOKEN}'", {}, "`${TOKEN}`: the environment variable TOKEN is not set: set it before the start"),
        (
            "'${TOKEN}'",
            {"TOKEN": ""},
            "`${TOKEN}`: the environment variable TOKEN is empty: set it before the start",
        ),
        (
            "'${}'",
            {},
            "a `${` without a name and a `}`: write `${NAME}`, or `$${` for the characters themselves",
        ),
        (
            "'${A:-b}'",
            None,
            "a `${` without a name and a `}`: write `${NAME}`, or `$${` for the characters themselves",
        ),
        (
            "'${TOKEN}'",
            {"TOKEN": "a\nb"},
            "`${TOKEN}` is not one line of text: a line end or a control character is in it",
        ),
    ],
)
@pytest.mark.usefixtures("remote")
def test_secrets_that_are_missing(
    written: str, environ: Mapping[str, str] | None, expected: str, tmp_path: Path
) -> None:
    reading = read(tmp_path, changed((HERE, REMOTE % written), USED), environ)
    assert reading.policy is None
    assert lines(reading.errors) == [f"shiproom.yml:10:59: {expected}"]


@pytest.mark.parametrize(
    "written",
    [
        "here: {kind: local, directory: '${CANARY}'}",
        "here: {kind: '${CANARY}'}",
        "here: {kind: local, directory: ., pass_env: ['${CANARY}', '${CANARY}']}",
        "here: {kind: local, directory: ., pass_env: '${CANARY}'}",
        "here: {kind: remote, url: '${CANARY}'}",
        "here: '${CANARY}'",
    ],
)
@pytest.mark.usefixtures("remote")
def test_no_message_repeats_a_secret(written: str, tmp_path: Path) -> None:
    reading = read(tmp_path, changed((HERE, written)), {"CANARY": "SLACK_hunter2"})
    assert reading.errors
    assert not [line for line in lines(reading.errors) if "hunter2" in line]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("C0RELEASES", "'${CHANNEL}'"), "12:14"),
        (("[./deploy.sh, staging]", "[echo, '${TOKEN}']"), "17:44"),
        (("version: 1", "version: 1\ntime_zone: ${TZ}"), "2:12"),
    ],
)
def test_the_environment_is_read_in_one_part_only(change: Change, place: str, tmp_path: Path) -> None:
    found = faults(tmp_path, change)
    assert len(found) == 1
    assert found[0].startswith(f"{place}: `${{")
    assert "is read in `ci:` and `tokens:` only; for the characters themselves write `$${`" in found[0]


def test_the_characters_themselves_can_be_written(tmp_path: Path) -> None:
    reading = read(tmp_path, changed(("[./deploy.sh, staging]", "[sh, -c, 'echo $${HOME}']")), {})
    assert reading.policy is not None
    deploy = reading.policy.plans["website"].environments[0].deploy
    assert deploy.command == ("sh", "-c", "echo ${HOME}")


@pytest.mark.usefixtures("remote")
def test_what_was_read_from_the_environment_is_known_to_be_secret(tmp_path: Path) -> None:
    reading = read(
        tmp_path, changed((HERE, REMOTE % "'Bearer ${TOKEN}'"), USED), {"TOKEN": "hunter2", "B": "x"}
    )
    assert reading.secrets == {"hunter2"}
