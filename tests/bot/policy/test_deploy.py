"""How a step is carried out: what a CI of either sort can be told."""

from pathlib import Path

import pytest

from handlers.plan import Deploy
from tests.bot.policy.drafts import Change, changed, faults, lines, read

COMMAND = "command: [./deploy.sh, staging]"
SENT = "possible: `version`, `environment`, `service`, `release`, `digest`, `build_url`"
HERE = "here: {kind: local, directory: .}"


def deploy(folder: Path, *changes: Change) -> Deploy:
    reading = read(folder, changed(*changes))
    assert lines(reading.errors) == []
    assert reading.policy is not None
    return reading.policy.plans["website"].environments[0].deploy


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (f"ci: here, {COMMAND}", COMMAND),
            ["17:9: this `deploy` lacks `ci`: the name of one of those under `ci`"],
        ),
        (
            (f"ci: here, {COMMAND}", f"ci: her, {COMMAND}"),
            ["17:22: `her` is not described under `ci`; did you mean `here`?"],
        ),
        (
            (f"ci: here, {COMMAND}", "ci: here"),
            ["17:9: this `deploy` lacks `command`: what is to be run, like `[./deploy.sh, staging]`"],
        ),
        ((COMMAND, "command: []"), ["17:37: the list is empty: name something, or remove the line"]),
        (
            (COMMAND, "command: ./deploy.sh staging"),
            ["17:37: `./deploy.sh staging` is not a list, like `[one, two]`"],
        ),
        (
            (COMMAND, "command: [wait, 5, ~, '', [a], y]"),
            [
                '17:44: YAML reads `5` as a number: quote it ("5") if it is meant as text',
                '17:47: YAML reads `~` as nothing: quote it ("~") if it is meant as text',
                "17:50: there is no value here: give one, or remove the line",
                "17:54: a list is not text",
                '17:59: YAML reads `y` as true or false: quote it ("y") if it is meant as text',
            ],
        ),
        (
            (COMMAND, f"{COMMAND}, timeout: 90"),
            ["17:70: `90`: write a duration of at most 24h, like `90s`, `10m` or `2h30m`"],
        ),
        (
            (COMMAND, f"{COMMAND}, shell: bash"),
            [
                (
                    "17:61: `shell` is not a setting of this `deploy`; "
                    "possible: `ci`, `command`, `timeout`, `workflow`, `job`, `inputs`, `send`, `claim`"
                )
            ],
        ),
        (
            (COMMAND, f"{COMMAND}, workflow: w, send: [version], claim: required, inputs: {{a: b}}"),
            [
                "17:61: the CI `here` has no setting `workflow`: remove it",
                "17:74: the CI `here` has no setting `send`: remove it",
                "17:91: the CI `here` has no setting `claim`: remove it",
                "17:108: the CI `here` has no setting `inputs`: remove it",
            ],
        ),
    ],
)
def test_faults_of_deploy(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected


def test_arguments_may_repeat_and_have_several_lines(tmp_path: Path) -> None:
    found = deploy(tmp_path, (COMMAND, 'command: [run, -v, -v, "a\\nb"]'))
    assert found.command == ("run", "-v", "-v", "a\nb")


@pytest.mark.usefixtures("remote")
def test_a_deploy_elsewhere(tmp_path: Path) -> None:
    far = "ci: far, workflow: d.yml, inputs: {region: eu, dry: 'false'}, send: [version, digest], claim: required"
    found = deploy(tmp_path, (HERE, f"{HERE}\n  far: {{kind: remote}}"), (f"ci: here, {COMMAND}", far))
    inputs = (("region", "eu"), ("dry", "false"))
    assert found == Deploy("far", 3600, (), "d.yml", inputs, ("version", "digest"), claim=True)


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("", ["18:9: this `deploy` lacks `workflow`: the workflow that deploys"]),
        (", workflow: w, command: [x]", ["18:40: the CI `far` has no setting `command`: remove it"]),
        (", workflow: w, claim: optional", ["18:47: `optional` is not known here; possible: `required`"]),
        (
            ", workflow: w, send: [sha]",
            [f"18:47: `sha` is not known here; {SENT}"],
        ),
        (
            ", workflow: w, send: [1]",
            [
                '18:47: YAML reads `1` as a number: quote it ("1") if it is meant as text',
                f"18:47: `1` is not known here; {SENT}",
            ],
        ),
        (
            ", workflow: w, inputs: {dry: false}",
            ['18:54: YAML reads `false` as true or false: quote it ("false") if it is meant as text'],
        ),
        (
            ", workflow: w, inputs: {shiproom_sha: x}",
            [
                "18:49: `shiproom_sha`: inputs that begin with `shiproom_` are Shiproom's own, so choose another name"
            ],
        ),
    ],
)
@pytest.mark.usefixtures("remote")
def test_faults_of_a_deploy_elsewhere(said: str, expected: list[str], tmp_path: Path) -> None:
    far = (HERE, f"{HERE}\n  far: {{kind: remote}}")
    assert faults(tmp_path, far, (f"ci: here, {COMMAND}", f"ci: far{said}")) == expected
