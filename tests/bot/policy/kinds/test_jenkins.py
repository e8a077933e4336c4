"""The `jenkins` kind: where it is, and the user that it is spoken to as."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import changed, lines, read

HERE = "  here: {kind: local, directory: .}"
GOOD = "url: 'https://ci.example.com/jenkins/', user: bot, token: '${JENKINS_TOKEN}'"
SECRETS = {"JENKINS_TOKEN": "11f0e1d2c3b4a5968778", "HOOK": "a-secret-of-20-chars"}
STAGING = "deploy: {ci: here, command: [./deploy.sh, staging]}"


def test_settings(tmp_path: Path) -> None:
    line = f"{HERE}\n  there: {{kind: jenkins, {GOOD}, webhook_secret: '${{HOOK}}'}}"
    use = STAGING.replace("here, command: [./deploy.sh, staging]", "there, workflow: website/deploy")
    reading = read(tmp_path, changed((HERE, line), (STAGING, use)), SECRETS)
    assert reading.policy is not None
    assert reading.policy.connections["there"].settings == {
        "url": "https://ci.example.com/jenkins",
        "poll": 15,
        "webhook_secret": SECRETS["HOOK"],
        "user": "bot",
        "token": SECRETS["JENKINS_TOKEN"],
        "unstable": "failed",
    }
    deploy = reading.policy.plans["website"].environments[0].deploy
    assert deploy.workflow == "website/deploy"


@pytest.mark.parametrize(
    ("written", "deploy", "expected"),
    [
        (
            "kind: jenkins",
            "",
            [
                "CI `there` lacks `url`: the address of its start page",
                "CI `there` lacks `user`: the user that starts the jobs",
                "CI `there` lacks `token`: an API token of that user, as `${JENKINS_TOKEN}`",
            ],
        ),
        (
            f"kind: jenkins, {GOOD.replace('${JENKINS_TOKEN}', 'in-the-open')}",
            "",
            ["a secret stands in the policy under `token`: write `${NAME}` and set NAME"],
        ),
        (
            f"kind: jenkins, {GOOD}, unstable: ignored",
            "",
            ["`ignored` is not known here; possible: `failed`, `succeeded`"],
        ),
        (
            f"kind: jenkins, {GOOD}",
            "deploy: {ci: there, command: [x]}",
            [
                "this `deploy` lacks `workflow`: the job that deploys, with its folders, like `folder/job`",
                "the CI `there` has no setting `command`: remove it",
            ],
        ),
    ],
)
def test_faults(written: str, deploy: str, expected: list[str], tmp_path: Path) -> None:
    text = changed((HERE, f"{HERE}\n  there: {{{written}}}"), (STAGING, deploy or STAGING))
    found = lines(read(tmp_path, text, SECRETS).errors)
    assert sorted(each.partition(": ")[2] for each in found) == sorted(expected)
