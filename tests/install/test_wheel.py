"""`pip install shiproom`: what a wheel and an sdist hold, and whether what they install runs."""

import asyncio
import shutil
import signal
import subprocess
import tarfile
import zipfile
from asyncio.subprocess import DEVNULL, PIPE
from pathlib import Path

import pytest
from aiohttp import ClientSession

from bot import VERSION
from tests.bot.demo.test_demo import address
from tests.house.tree import PACKAGES, ROOT, tracked_files
from tests.install.wheels import Built, Installed, build, install, plain_environment, unpack

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
DECOYS = (
    "bot.py",
    "handlers/__init__.py",
    "storage/__init__.py",
    "bot/__init__.py",
    "shiproom/bot/__init__.py",
)
"""What may lie in the folder in which somebody runs `shiproom`."""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(tmp_path_factory.mktemp("venv"), str(built.wheel))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make a folder in which every module that is imported from it ends the program."""
    for name in DECOYS:
        decoy = tmp_path / "work" / name
        decoy.parent.mkdir(parents=True, exist_ok=True)
        decoy.write_text('raise SystemExit("a decoy was imported")\n')
    return tmp_path / "work"


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def output(folder: Path, *words: str | Path) -> str:
    ran = subprocess.run(
        words, cwd=folder, env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_a_wheel_holds_one_package_with_everything_that_is_read_from_it(built: Built) -> None:
    names = names_in(built.wheel)
    assert {name.split("/")[0] for name in names} == {"shiproom", f"shiproom-{VERSION}.dist-info"}
    ours = {name for name in tracked_files() if name.split("/")[0] in PACKAGES}
    launcher = {name for name in ours if name.startswith("bot/installed/")}
    assert {f"shiproom/{name}" for name in ours - launcher} == {
        name for name in names if name.split("/")[1] in PACKAGES
    }
    assert {name.replace("bot/installed/", "shiproom/") for name in launcher} <= names
    assert {
        "shiproom/manifest.yml",
        "shiproom/manifest-workflow.yml",
        "shiproom/docs/shiproom.example.yml",
        "shiproom/docs/shiproom.env.example",
        "shiproom/docs/claim/claim.sh",
    } <= names
    assert not [name for name in names if "tests/" in name or name.endswith((".pyc", ".png"))]


def test_an_sdist_holds_what_the_wheel_is_built_from(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        top = {name.split("/")[1] for name in archive.getnames()}
    assert "tests" not in top
    assert {
        *PACKAGES,
        "CHANGELOG.md",
        "LICENSE",
        "README.md",
        "docs",
        "manifest.yml",
        "manifest-workflow.yml",
        "pyproject.toml",
    } <= top


def test_the_same_sources_make_the_same_files(built: Built, tmp_path: Path) -> None:
    """Wherever they lie, whatever their modes: so does what was unpacked from the sdist."""
    tree = unpack(built.sdist, tmp_path)
    for path in tree.rglob("*.py"):
        path.chmod(0o600)
    again = build(tree, tmp_path / "dist")
    assert again.wheel.read_bytes() == built.wheel.read_bytes()
    assert again.sdist.read_bytes() == built.sdist.read_bytes()


def test_it_runs_wherever_it_is_called(installed: Installed, folder: Path) -> None:
    for words in ((installed.command,), (installed.python, "-m", "shiproom")):
        assert output(folder, *words, "--version") == f"shiproom {VERSION}\n"
    shutil.copy(installed.packages / "shiproom/docs/shiproom.example.yml", folder / "shiproom.yml")
    checked = subprocess.run(
        [installed.command, "check"],
        cwd=folder,
        env=plain_environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "is a placeholder of the example" in checked.stdout + checked.stderr
    assert "Traceback" not in checked.stderr


async def test_a_demo_of_an_install(installed: Installed, folder: Path) -> None:
    started = await asyncio.create_subprocess_exec(
        installed.command,
        "demo",
        "--port",
        "0",
        cwd=folder,
        env=plain_environment(TMPDIR=str(folder)),
        stdin=DEVNULL,
        stdout=PIPE,
    )
    try:
        async with ClientSession() as session, session.get(await address(started)) as answer:
            assert answer.status == 200
            assert "<title>" in await answer.text()
    finally:
        started.send_signal(signal.SIGTERM)
        await started.communicate()


def test_an_editable_install_starts_the_clone(tmp_path: Path) -> None:
    editable = install(tmp_path / "venv", "--editable", str(ROOT))
    for words in ((editable.command,), (editable.python, "-m", "shiproom"), (editable.python, "-m", "bot")):
        assert output(tmp_path, *words, "--version") == f"shiproom {VERSION}\n"
    where = output(tmp_path, editable.python, "-c", "import bot; print(bot.__file__)")
    assert where == f"{ROOT}/bot/__init__.py\n"
