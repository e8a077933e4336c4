"""How the shell on the pages is run: each page from first to last block, in a folder that has of a clone what they need.

A block that cannot run here stands in NOT_RUN by a command of it, with the reason and the tests that prove what it does
instead. A page that is added with such a command adds its line here, and no other place has to be changed.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.docs.pages import Block
from tests.house.tree import ROOT

STUBS = {
    "git": "exit 0",
    "python3": '[ "$1" = -m ] || exec "$PYTHON" "$@"; mkdir -p .venv; cp -r "$STUBS/venv" .venv/bin',
    "venv/pip": 'for each; do case "$each" in *.lock) [ -f "$each" ] || exit 1;; esac; done',
    "venv/shiproom": 'exec "$PYTHON" -m bot "$@"',
    "venv/activate": 'PATH="$PWD/.venv/bin:$PATH"',
}
"""What stands in for git, a new environment and its pip, which tests/install has; `shiproom` is the real one."""


@dataclass(frozen=True, slots=True)
class NotRun:
    """Why a command of a block does not run here, and the tests that prove what it does."""

    why: str
    proved_by: tuple[str, ...]


NOT_RUN = {
    r"make demo": NotRun("it runs until it is stopped", ("tests/bot/demo/test_demo.py",)),
    r"check --online": NotRun("it asks Slack", ("tests/bot/test_online.py",)),
    r"curl .*127\.0\.0\.1:3000": NotRun("it is sent to a running bot", ("tests/docs/test_requests.py",)),
    r"claim\.sh": NotRun("it asks a running bot", ("tests/bot/http/test_claim_step.py",)),
    r"shiproom (?:backup|restore)\b": NotRun(
        "it needs a bot's database", ("tests/bot/test_backup.py", "tests/storage/test_restore.py")
    ),
    r"shiproom audit (?:export|verify) ": NotRun(
        "it needs a bot's database", ("tests/bot/test_audit_export.py", "tests/bot/test_tampering.py")
    ),
    r"shiproom (?:audit )?report ": NotRun(
        "it needs a bot's database", ("tests/bot/test_audit_report.py", "tests/bot/test_report_command.py")
    ),
    r"shiproom (?:init|doctor|ids)\b": NotRun("it asks people, or Slack", ("tests/bot/commands",)),
    r"\b(?:docker|podman|buildah|helm|kubectl)\b": NotRun(
        "it needs a container engine or a cluster", ("tests/deploy",)
    ),
    r"systemctl|journalctl": NotRun("it asks a running systemd", ("tests/deploy/test_systemd.py",)),
    r"apt-get|cyclonedx-py|cd /srv/shiproom": NotRun(
        "it installs something", ("tests/deploy/test_stranger.py", "tests/deploy/test_image.py")
    ),
    r"\$run\" backup": NotRun("it needs a bot's database", ("tests/bot/test_backup.py",)),
    r"--against ": NotRun("it needs an older policy", ("tests/policy_ci/test_review.py",)),
}
"""By a pattern that one of the block's lines matches."""


def reason(block: Block) -> NotRun | None:
    """Return why a block is not run; None if it is."""
    return next((why for pattern, why in NOT_RUN.items() if re.search(pattern, block.text)), None)


def prepared(folder: Path) -> Path:
    """Make a folder like a clone that was installed, with a database of an hour ago."""
    for name, body in STUBS.items():
        stub = folder / "stubs" / name
        stub.parent.mkdir(parents=True, exist_ok=True)
        stub.write_text(f"#!/bin/sh\n{body}\n")
        stub.chmod(0o755)
    shutil.copytree(folder / "stubs" / "venv", folder / ".venv" / "bin")
    shutil.copytree(ROOT / "docs", folder / "docs")
    shutil.copy(ROOT / "requirements.lock", folder)
    with closing(sqlite3.connect(folder / "shiproom.db")) as database:
        database.execute("CREATE TABLE kept (word)")
        database.commit()
    return folder


def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run shell in a folder, as somebody types it in a terminal in which Shiproom was installed."""
    environ = {
        "PATH": f"{folder}/stubs:{folder}/.venv/bin:/usr/bin:/bin",
        "STUBS": f"{folder}/stubs",
        "PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }
    command = ["/bin/sh", "-eu", "-c", re.sub(r"<[a-z ]+>", "PLACEHOLDER", code)]
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, check=False)
