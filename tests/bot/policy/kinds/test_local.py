"""The `local` kind: where its commands run, and what of the bot's environment they see."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import Change, changed, faults, read

HERE = "{kind: local, directory: .}"
OWN = "SLACK_*, SHIPROOM_* and DATABASE_URL are never passed on: remove this one"


@pytest.mark.parametrize(
    ("written", "directory", "pass_env"),
    [
        ("{kind: local}", ".", ()),
        ("{kind: local, directory: deploy, pass_env: [KUBECONFIG, _x]}", "deploy", ("KUBECONFIG", "_x")),
        ("{kind: local, directory: ./deploy/../deploy}", "deploy/../deploy", ()),
    ],
)
def test_settings(written: str, directory: str, pass_env: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "deploy").mkdir()
    reading = read(tmp_path, changed((HERE, written)))
    assert reading.policy is not None
    settings = reading.policy.connections["here"].settings
    assert settings == {"directory": str(tmp_path / directory), "pass_env": pass_env}


def test_a_relative_path_to_the_policy_gives_an_absolute_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(tmp_path, changed())
    monkeypatch.chdir(tmp_path)
    reading = read(Path(), changed())
    assert reading.policy is not None
    assert reading.policy.connections["here"].settings["directory"] == str(tmp_path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            (HERE, "{kind: local, directory: nowhere}"),
            [
                "9:34: there is no directory `nowhere` beside this file: make it, or name another, relative to this file"
            ],
        ),
        (
            (HERE, "{kind: local, directory: shiproom.yml}"),
            [
                "9:34: there is no directory `shiproom.yml` beside this file: make it, or name another, relative to this file"
            ],
        ),
        (
            (HERE, f"{{kind: local, directory: {'x' * 300}}}"),
            [
                f"9:34: there is no directory `{'x' * 60}...` beside this file: make it, or name another, relative to this file"
            ],
        ),
        ((HERE, "{kind: local, directory: [a]}"), ["9:34: a list is not one line of text"]),
        ((HERE, "{kind: local, pass_env: [SLACK_BOT_TOKEN]}"), [f"9:34: {OWN}"]),
        (
            (HERE, "{kind: local, pass_env: [HOME, DATABASE_URL, SHIPROOM_API_TOKEN]}"),
            [f"9:40: {OWN}", f"9:54: {OWN}"],
        ),
        (
            (HERE, "{kind: local, pass_env: [A-B]}"),
            ["9:34: `A-B` is not the name of an environment variable"],
        ),
        (
            (HERE, "{kind: local, pass_env: KUBECONFIG}"),
            ["9:33: `KUBECONFIG` is not a list, like `[one, two]`"],
        ),
        (
            (HERE, "{kind: local, dir: deploy}"),
            ["9:23: `dir` is not a setting of CI `here`; possible: `kind`, `directory`, `pass_env`"],
        ),
        (
            (HERE, "{kind: local, poll: 15s}"),
            ["9:23: `poll` is not a setting of CI `here`; possible: `kind`, `directory`, `pass_env`"],
        ),
    ],
)
def test_faults(change: Change, expected: list[str], tmp_path: Path) -> None:
    assert faults(tmp_path, change) == expected
