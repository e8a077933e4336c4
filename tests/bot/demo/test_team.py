"""The texts to paste: valid policies, complete lists, no secrets."""

import json
import os
import subprocess
from pathlib import Path

import pytest

from bot.cli import run_command
from bot.demo.team import HERE, SETUPS, team_panel

POLICIES = [path for path in sorted(HERE.glob("*.yml")) if "services:" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_every_policy_is_fine(policy: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "--without-secrets", "--config", str(policy)]) == 0
    assert "is fine: website." in capsys.readouterr().out


def test_all_of_it_is_shown() -> None:
    choices = team_panel()["choices"]
    assert [choice["title"] for choice in choices] == [way.title for way in SETUPS]
    used = {name for way in SETUPS for _, name in way.parts}
    assert used == {path.name for path in HERE.iterdir() if path.is_file() and path.suffix != ".py"}
    for choice in choices:
        assert "socket_mode_enabled: true" in choice["parts"][0]["text"]
        assert any("services:" in part["text"] for part in choice["parts"])
        texts = [part["text"] for part in choice["parts"]]
        (installing,) = (place for place, text in enumerate(texts) if ". .venv/bin/activate" in text)
        (running,) = (place for place, text in enumerate(texts) if "shiproom run" in text)
        assert installing < running, "the program is there before it is called"


def test_a_build_is_announced_with_its_changes(tmp_path: Path) -> None:
    """A title is no text to paste into JSON: it has quotes, backslashes and letters of all kinds in it."""
    (tmp_path / "curl").write_text("#!/bin/sh\ncat >sent.json\n")
    (tmp_path / "curl").chmod(0o755)
    titles = ['Say "hello"', "a\\b $HOME `id` 'x'", "Grüße & <mehr>"]
    git = ["git", "-c", "user.name=Mara", "-c", "user.email=mara@example.org"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    for title in ["before", *titles]:
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", title], cwd=tmp_path, check=True)
    environ = {
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "BEFORE": "HEAD~3",
        "VERSION": "2.4.1",
        "BUILD_URL": "https://x",
    }
    script = ["/bin/sh", str(HERE / "announce.sh")]
    subprocess.run(script, cwd=tmp_path, env=environ, check=True)
    sent = json.loads((tmp_path / "sent.json").read_text())
    assert [each["title"] for each in sent["changes"]] == titles[::-1]
    assert {each["author"] for each in sent["changes"]} == {"mara@example.org"}
    assert sent["sha"] == sent["changes"][0]["sha"]
    assert (sent["service"], sent["version"], sent["branch"]) == ("website", "2.4.1", "main")
    for before in ("", "nowhere"):
        (tmp_path / "sent.json").unlink(missing_ok=True)
        failed = subprocess.run(
            script, cwd=tmp_path, env={**environ, "BEFORE": before}, capture_output=True, check=False
        )
        assert failed.returncode
        assert not (tmp_path / "sent.json").exists(), "changes that are not known are not none"
