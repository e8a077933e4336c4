"""The units of docs/deploy/systemd: valid, closed, and with every system call that the bot makes.

systemd itself does not run here; its `systemd-analyze` reads units without it, and `strace` sees what the bot asks for.
"""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.settings import Settings, read_settings
from tests.house.tree import ROOT
from tests.scenarios.test_ship import ship
from tests.world import World

pytestmark = pytest.mark.full

UNITS = ROOT / "docs" / "deploy" / "systemd"
PROGRAM = "/opt/shiproom/bin/shiproom"
WORST = 3.0

Place = Callable[..., Path]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Copy the units and drop-ins to where systemd would look, with a program that is there."""

    def placed(*drop_ins: str) -> Path:
        for unit in UNITS.glob("shiproom*"):
            text = unit.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
            (tmp_path / unit.name).write_text(text, encoding="utf-8")
        folder = tmp_path / "shiproom.service.d"
        folder.mkdir()
        for name in drop_ins:
            text = (UNITS / name).read_text(encoding="utf-8").replace(PROGRAM, "/bin/true")
            (folder / name).write_text(text, encoding="utf-8")
        return tmp_path

    return placed


def analyzed(folder: Path, *words: str) -> str:
    """Run systemd-analyze on units in a folder, and on nothing of this machine's own."""
    tool = shutil.which("systemd-analyze")
    assert tool, "systemd-analyze is missing: install the package systemd"
    environ = {
        "SYSTEMD_UNIT_PATH": f"{folder}:/lib/systemd/system",
        "SYSTEMD_PAGER": "",
        "PATH": "/usr/bin:/bin",
    }
    done = subprocess.run(
        (tool, *words), check=False, capture_output=True, text=True, env=environ, cwd=folder
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    return said


DROP_INS = [(), ("local-ci.conf",), ("credentials.conf",), ("credentials.conf", "local-ci.conf")]


@pytest.mark.parametrize("drop_ins", DROP_INS, ids="-".join)
def test_every_unit_is_valid(place: Place, drop_ins: tuple[str, ...]) -> None:
    folder = place(*drop_ins)
    units = sorted(each.name for each in folder.glob("shiproom*") if each.is_file())
    assert units == ["shiproom-backup.service", "shiproom-backup.timer", "shiproom.service"]
    assert analyzed(folder, "verify", "--man=no", *(str(folder / unit) for unit in units)) == ""


@pytest.mark.parametrize("drop_ins", DROP_INS, ids="-".join)
@pytest.mark.parametrize("unit", ["shiproom.service", "shiproom-backup.service"])
def test_every_unit_is_closed(place: Place, drop_ins: tuple[str, ...], unit: str) -> None:
    folder = place(*drop_ins)
    said = analyzed(folder, "security", "--offline=true", "--no-pager", str(folder / unit))
    score = re.search(r"Overall exposure level for [\w.-]+: (\d+\.\d)", said)
    assert score is not None, said
    assert float(score[1]) < WORST, said


def test_a_mistake_in_a_unit_is_noticed(place: Place) -> None:
    folder = place()
    unit = folder / "shiproom.service"
    unit.write_text(unit.read_text(encoding="utf-8").replace("UMask=", "UMaks="), encoding="utf-8")
    assert "UMaks" in analyzed(folder, "verify", "--man=no", str(unit))


async def test_the_bot_makes_no_call_that_the_units_forbid(tmp_path: Path) -> None:
    """A whole release with a `local` CI, whose scripts do more than the bot does."""
    strace = shutil.which("strace")
    assert strace, "strace is missing: install the package strace"
    traced = tmp_path / "calls"
    world = World(
        tmp_path, f"sqlite:///{tmp_path / 'shiproom.db'}", environ={"DEPLOY_KEY": "key-for-deploys"}
    )
    world.python = (strace, "-f", "-qq", "-o", str(traced), *world.python)
    async with world:
        await world.start()
        await world.build("2.4.0")
        await ship(world, 1, "2.4.0")
        # strace passes no signal on to what it started.
        assert world.bot is not None
        for child in psutil.Process(world.bot.pid).children():
            child.terminate()
        assert await world.bot.wait() == 0
    lines = traced.read_text(encoding="utf-8", errors="replace").splitlines()
    made = {found[1] for line in lines if (found := re.match(r"\d+ +([a-z0-9_]+)\(", line))}
    assert {"mmap", "openat", "execve", "epoll_wait"} <= made
    assert made - allowed(strict=False) == set()
    both = [
        line
        for line in lines
        if re.search(r" (?:mmap|mprotect|pkey_mprotect)\(.*PROT_WRITE\|PROT_EXEC", line)
    ]
    assert both == []
    # SQLite gives its files to the owner of the database, and only where it runs as root, as these tests may.
    assert made - allowed(strict=True) <= {"fchown"}


def allowed(*, strict: bool) -> set[str]:
    """List the system calls of a filter, as this machine's systemd has them."""
    found = listed("@system-service")
    return found - listed("@privileged") - listed("@resources") if strict else found


def listed(group: str) -> set[str]:
    """List the calls of a group, and of the groups in it."""
    said = subprocess.run(
        ("/usr/bin/systemd-analyze", "syscall-filter", group), check=True, capture_output=True, text=True
    )
    words = [line.strip() for line in said.stdout.splitlines()[1:] if not line.strip().startswith("#")]
    inner = {name for word in words if word.startswith("@") for name in listed(word)}
    return inner | {word for word in words if word and not word.startswith("@")}


def test_the_credentials_are_read_as_the_drop_in_reads_them(tmp_path: Path) -> None:
    text = (UNITS / "credentials.conf").read_text(encoding="utf-8")
    (script,) = re.findall(r"^ExecStart=/bin/sh -c '(.*)'$", text, re.MULTILINE)
    (tmp_path / "shiproom.env").write_text(
        "SLACK_BOT_TOKEN=xoxb-1\nSLACK_SIGNING_SECRET='" + "s" * 32 + "'\n# a comment\n", encoding="utf-8"
    )
    shown = script.replace(f"exec {PROGRAM} run", "exec env")
    done = subprocess.run(
        ("/bin/sh", "-c", shown),
        check=True,
        capture_output=True,
        text=True,
        env={"CREDENTIALS_DIRECTORY": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )
    environ = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)
    settings = read_settings(environ)
    assert isinstance(settings, Settings)
    assert settings.bot_token == "xoxb-1"
