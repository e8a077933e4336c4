"""The `buildbot` kind: where it is, who starts builds, and what its webhooks show."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.bot.policy.drafts import Change, changed, lines, read

HERE = "here: {kind: local, directory: .}"
URL = "url: 'https://buildbot.example.org'"
USER = "user: shiproom, password: '${PASSWORD}'"
USED = "[./deploy.sh, staging]}"
DEPLOY = f"{USED}\n      - {{name: next, deploy: {{ci: bb, workflow: force-deploy, send: [version]}}}}"
KNOWN = "`kind`, `url`, `poll`, `webhook_secret`, `user`, `password`"
ENVIRON = {"PASSWORD": "hunter2", "SECRET": "0123456789abcdef", "SHORT": "0123456789"}


def drafted(settings: str) -> tuple[Change, Change]:
    return (HERE, f"{HERE}\n  bb: {{kind: buildbot, {settings}}}"), (USED, DEPLOY)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (URL, {"user": "", "password": "", "poll": 15, "webhook_secret": ""}),
        (f"{URL}, {USER}", {"user": "shiproom", "password": "hunter2", "poll": 15, "webhook_secret": ""}),
        (
            f"{URL}, {USER}, poll: 30s, webhook_secret: '${{SECRET}}'",
            {"user": "shiproom", "password": "hunter2", "poll": 30, "webhook_secret": "0123456789abcdef"},
        ),
    ],
)
def test_settings(written: str, expected: Mapping[str, object], tmp_path: Path) -> None:
    reading = read(tmp_path, changed(*drafted(written)), ENVIRON)
    assert lines(reading.errors) == []
    assert reading.policy is not None
    assert reading.policy.connections["bb"].settings == {"url": "https://buildbot.example.org", **expected}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (USER, ["10:3: CI `bb` lacks `url`: where its pages are, like `https://buildbot.example.org`"]),
        (
            f"{URL}, user: x",
            ["10:3: CI `bb` lacks `password`: the user's password, as `${BUILDBOT_PASSWORD}`"],
        ),
        (f"{URL}, password: '${{PASSWORD}}'", ["10:3: CI `bb` lacks `user`: who forces builds"]),
        (
            f"{URL}, user: 'a:b', password: '${{PASSWORD}}'",
            ["10:67: `a:b` is not the name of a user, without a colon"],
        ),
        (
            f"{URL}, user: x, password: hunter2",
            ["10:80: a secret stands in the policy under `password`: write `${NAME}` and set NAME"],
        ),
        (
            f"{URL}, webhook_secret: '${{SHORT}}'",
            ["10:77: the secret is too short: it needs at least 16 characters"],
        ),
        (f"{URL}, poll: 1s", ["10:67: a CI is polled every 2 s to 300 s: choose a value between"]),
        (
            f"{URL}, token: '${{SECRET}}'",
            [
                f"10:61: `token` is not a setting of CI `bb`; possible: {KNOWN}",
            ],
        ),
    ],
)
def test_faults(written: str, expected: list[str], tmp_path: Path) -> None:
    reading = read(tmp_path, changed(*drafted(written)), ENVIRON)
    assert [line.removeprefix("shiproom.yml:") for line in lines(reading.errors)] == expected


def test_a_deployment_names_its_force_scheduler(tmp_path: Path) -> None:
    connection, deploy = drafted(URL)
    without = (deploy[0], deploy[1].replace("workflow: force-deploy, ", ""))
    reading = read(tmp_path, changed(connection, without), ENVIRON)
    expected = ["lacks `workflow`: the name of the force scheduler that deploys"]
    assert [line.partition("`deploy` ")[2] for line in lines(reading.errors)] == expected
