"""The texts to paste: valid policies, complete lists, no secrets."""

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
        assert any("shiproom run" in part["text"] for part in choice["parts"])
