"""A stranger on a bare Debian 12 follows docs/debian.md to the letter: every command is taken from the page, and timed."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import VERSION
from tests.deploy import debian
from tests.docs.pages import blocks_in
from tests.house.test_readme import section
from tests.house.tree import ROOT
from tests.install.wheels import build

pytestmark = [pytest.mark.slow, pytest.mark.long(4), pytest.mark.timeout(900)]

PAGE = (ROOT / "docs/debian.md").read_text(encoding="utf-8")
ADDRESS = re.compile(r"demo is at (http://127\.0\.0\.1:\d+/)")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Make a Debian with nothing on it but what the page begins with: a wheel, a lock, and an index that pip finds."""
    folder = tmp_path_factory.mktemp("stranger")
    root = debian.bootstrap(folder / "root")
    debian.configure_pip(root)
    shutil.copy(build(ROOT, folder / "dist", "wheel").wheel, root / "root")
    shutil.copy(ROOT / "requirements.lock", root / "root")
    try:
        yield root
    finally:
        shutil.rmtree(folder)


def start(root: Path, code: str) -> subprocess.Popen[str]:
    """Run shell in the machine, with its own processes, as root in root's home."""
    inside = "\n".join(
        [
            "set -eu",
            "mount --make-rprivate /",
            f"mount --rbind /dev {shlex.quote(str(root))}/dev",
            f"mount -t proc proc {shlex.quote(str(root))}/proc",
            f"exec chroot {shlex.quote(str(root))} /bin/sh -euc {shlex.quote('cd /root' + chr(10) + code)}",
        ]
    )
    environ = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LANG": "C.UTF-8", "TERM": "dumb"}
    proxies = {name: value for name, value in os.environ.items() if name.lower().endswith("_proxy")}
    spaces = ["unshare", "--mount", "--pid", "--fork", "--ipc", "--uts", "--kill-child"]
    return subprocess.Popen(
        [*spaces, "sh", "-c", inside],
        env={**environ, **proxies, "DEBIAN_FRONTEND": "noninteractive"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def commands(title: str) -> str:
    """Return the shell of a section of the page."""
    return "".join(
        block.text for block in blocks_in("docs/debian.md", section(PAGE, title)) if block.language == "sh"
    )


def test_the_page_is_followed(machine: Path) -> None:
    assert not (machine / "usr/bin/python3").exists()
    begun = time.monotonic()
    installing = start(machine, commands("Install"))
    said, _ = installing.communicate(timeout=800)
    assert installing.returncode == 0, said[-4000:]
    assert said.splitlines()[-1] == f"shiproom {VERSION}"
    print(f"installed in {time.monotonic() - begun:.0f} s")  # noqa: T201 - the figure of a run

    begun = time.monotonic()
    with start(machine, commands("Look at the demo")) as demo:
        try:
            assert demo.stdout is not None
            found = next((match for line in demo.stdout if (match := ADDRESS.search(line))), None)
            assert found is not None
            with urllib.request.urlopen(found[1], timeout=30) as page:  # noqa: S310 - an address of this machine
                text = page.read().decode()
            assert "<title>" in text
            print(f"the demo's page after {time.monotonic() - begun:.1f} s")  # noqa: T201 - the figure of a run
        finally:
            demo.send_signal(signal.SIGKILL)
