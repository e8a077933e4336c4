"""Every line of shell on the pages runs as it is written, or says in tests/docs/shell.py why not and what proves it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, Block, blocks
from tests.docs.shell import NOT_RUN, prepared, reason, run
from tests.house.tree import ROOT

SHELL = blocks("sh")
WITH_SHELL = sorted({block.page for block in SHELL if reason(block) is None})

LEAVES = {
    "README.md": (r"^shiproom\.yml$", r"shiproom\.yml is fine: website\."),
    "docs/install-owner.md": (r"^shiproom\.yml$", r"shiproom\.yml is fine: website\."),
    "docs/operate.md": (r"^copy\.db$", r"^shiproom \d+\.\d+\.\d+"),
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


def test_who_types_shiproom_has_installed_it() -> None:
    """A page that types `shiproom` alone says where it was installed, so that a shell finds it."""
    lost: list[str] = []
    for page, text in PAGES.items():
        name = page.relative_to(ROOT).as_posix()
        typed = any(
            re.search(r"^shiproom ", block.text, re.MULTILINE) for block in SHELL if block.page == name
        )
        if typed and "/activate" not in text and "install.md#the-program" not in text:
            lost.append(f"{name}: link to install.md#the-program, or write .venv/bin/shiproom")
    assert not lost
