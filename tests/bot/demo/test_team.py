"""What is given to be pasted holds: every policy passes `shiproom check`, every file is shown, nothing names a secret."""

import pytest

from bot.cli import run_command
from bot.demo.team import HERE, WAYS, team_panel

POLICIES = [path for path in sorted(HERE.glob("*.yml")) if "services:" in path.read_text(encoding="utf-8")]


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_every_policy_is_fine(policy: object, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["check", "--without-secrets", "--config", str(policy)]) == 0
    assert "is fine: website." in capsys.readouterr().out


def test_all_of_it_is_shown() -> None:
    choices = team_panel()["choices"]
    assert [choice["title"] for choice in choices] == [way.title for way in WAYS]
    used = {name for way in WAYS for _, name in way.parts}
    assert used == {path.name for path in HERE.iterdir() if path.is_file() and path.suffix != ".py"}
    for choice in choices:
        assert "socket_mode_enabled: true" in choice["parts"][0]["text"]
        assert any("services:" in part["text"] for part in choice["parts"])
        assert any("shiproom run" in part["text"] for part in choice["parts"])
