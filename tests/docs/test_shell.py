"""Every line of shell on the pages runs as it is written, or says in tests/docs/shell.py why not and what proves it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import Block, blocks
from tests.docs.shell import NOT_RUN, prepared, reason, run
from tests.house.tree import ROOT

SHELL = blocks("sh")
WITH_SHELL = sorted({block.page for block in SHELL if reason(block) is None})

LEAVES = {
    "README.md": (r"^shiproom\.yml$", r"shiproom\.yml is fine: website\."),
    "docs/install-owner.md": (r"^shiproom\.yml$", r"shiproom\.yml is fine: website\."),
    "docs/operate.md": (r"", r"^shiproom \d+\.\d+\.\d+"),
}
"""What the shell of a page prints or leaves behind."""


@pytest.mark.parametrize("block", SHELL, ids=str)
def test_shell_can_be_read(block: Block) -> None:
    spoken = re.sub(r"<[a-z ]+>", "PLACEHOLDER", block.text)
    read = subprocess.run(["/bin/sh", "-n"], input=spoken, capture_output=True, text=True, check=False)
    assert read.stderr == ""


@pytest.mark.parametrize("page", WITH_SHELL)
def test_shell_runs(page: str, tmp_path: Path) -> None:
    folder = prepared(tmp_path)
    code = "".join(block.text for block in SHELL if block.page == page and reason(block) is None)
    done = run(code, folder)
    how = "mend the block, or give a command of it a line in NOT_RUN of tests/docs/shell.py"
    assert (done.returncode, done.stderr) == (0, ""), f"{page}: {how}: {done.stdout}{done.stderr}"
    for pattern in LEAVES.get(page, ()):
        there = "\n".join(each.relative_to(folder).as_posix() for each in folder.iterdir())
        assert re.search(pattern, f"{done.stdout}\n{there}", re.MULTILINE), f"{page} leaves no {pattern}"


def test_pages_that_leave_something_are_run() -> None:
    assert set(LEAVES) <= set(WITH_SHELL)


def test_what_is_not_run_is_proved_elsewhere() -> None:
    left_out = {str(block): why for block in SHELL if (why := reason(block)) is not None}
    assert all(why.why and why.proved_by for why in NOT_RUN.values())
    missing = {
        where: path for where, why in left_out.items() for path in why.proved_by if not (ROOT / path).exists()
    }
    assert not missing, "NOT_RUN of tests/docs/shell.py names tests that are not there"


def test_who_installs_shiproom_finds_it() -> None:
    """The pages that newcomers read say where `shiproom` was installed before they type it."""
    first = [block for block in SHELL if re.match(r"README\.md|docs/install", block.page)]
    typing = {block.page for block in first if re.search(r"^shiproom ", block.text, re.MULTILINE)}
    texts = {page: (ROOT / page).read_text(encoding="utf-8") for page in typing}
    lost = {page for page, text in texts.items() if not re.search(r"/activate|install\.md#the-program", text)}
    assert typing
    assert not lost, "link to install.md#the-program, or write .venv/bin/shiproom"
