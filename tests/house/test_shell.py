"""Every line of shell on the pages runs as it is written, in a fresh shell in a fresh clone."""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.settings import Settings, read_settings
from tests.house.test_readme import DOCS, README, first_cells, section
from tests.house.tree import ROOT

SHELL = re.compile(r"^( *)```sh\n(.*?)^\1```", re.DOTALL | re.MULTILINE)
PAGES = {"README.md": README, **DOCS}
ENVIRONMENT = ROOT / "docs" / "shiproom.env.example"
STUBS = {
    "git": "exit 0",
    "python3": '[ "$1" = -m ] || exec "$PYTHON" "$@"; mkdir -p .venv; cp -r "$STUBS/venv" .venv/bin',
    "venv/pip": 'for each; do case "$each" in *.lock) [ -f "$each" ] || exit 1;; esac; done',
    "venv/shiproom": 'exec "$PYTHON" -m bot "$@"',
    "venv/activate": 'PATH="$PWD/.venv/bin:$PATH"',
}
"""What stands in for git, a new environment and its pip, which tests/install has; `shiproom` is the real one."""


def blocks(text: str) -> list[str]:
    """List the blocks of shell on a page, without the indentation of the list that they are in."""
    found = SHELL.findall(text)
    return [
        "".join(line.removeprefix(indent) for line in code.splitlines(keepends=True))
        for indent, code in found
    ]


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run shell in a folder that has of a clone what the steps of an installation need."""
    for name, body in STUBS.items():
        stub = folder / "stubs" / name
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(f"#!/bin/sh\n{body}\n")
        stub.chmod(0o755)
    shutil.copytree(ROOT / "docs", folder / "docs", dirs_exist_ok=True)
    shutil.copy(ROOT / "requirements.lock", folder)
    environ = {
        "PATH": f"{folder}/stubs:/usr/bin:/bin",
        "STUBS": f"{folder}/stubs",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }
    return subprocess.run(
        ["/bin/sh", "-eu", "-c", code], cwd=folder, env=environ, capture_output=True, text=True, check=False
    )


def test_the_steps_of_an_installation(tmp_path: Path) -> None:
    code = "".join(blocks(section(README, "Install it for a team")))
    done = run(code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "shiproom.yml").read_text() == (ROOT / "docs" / "shiproom.example.yml").read_text()
    assert "shiproom.yml is fine: website." in done.stdout


def test_the_steps_of_an_upgrade_and_a_backup(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "shiproom.db")) as database:
        database.execute("CREATE TABLE kept (word)")
        database.commit()
    code = "".join(
        [
            *blocks(section(DOCS["operate.md"], "Backups and the history")),
            *blocks(section(DOCS["operate.md"], "Upgrade")),
        ]
    )
    done = run(code, tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"shiproom \d+\.\d+\.\d+\n", done.stdout)
    assert (tmp_path / "copy.db").stat().st_size


@pytest.mark.parametrize("page", PAGES)
def test_shell_can_be_read_and_finds_shiproom(page: str) -> None:
    found = False
    for code in blocks(PAGES[page]):
        spoken = re.sub(r"<[a-z ]+>", "PLACEHOLDER", code)
        read = subprocess.run(["/bin/sh", "-n"], input=spoken, capture_output=True, text=True, check=False)
        assert read.stderr == ""
        for line in code.splitlines():
            found = found or line.startswith(". .venv/bin/activate")
            assert found or not line.startswith("shiproom "), line


def test_the_example_of_an_environment_is_one() -> None:
    written = re.findall(r"^(?:# )?([A-Z_]+)=(\S*)$", ENVIRONMENT.read_text(), re.MULTILINE)
    known = {name for cell in first_cells(README[README.index("| variable |") :]) for name in cell}
    assert {name for name, _ in written} - {"GITHUB_TOKEN"} <= known
    settings = read_settings({name: value.replace("...", "1") for name, value in written})
    assert isinstance(settings, Settings)
    assert settings.policy.parent != settings.state.parent
