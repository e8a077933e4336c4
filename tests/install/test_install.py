"""The Makefile's own install, from an index that has newer releases of everything: what the lock names, and nothing besides."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.house.tree import ROOT
from tests.install.index import Index, Package, index

PIPS = Path(sys.prefix) / ".pips"
"""Where `make install` puts the releases of pip that pips.txt names."""

RELEASES = re.findall(
    r"^pip==(\S+)", (ROOT / "tests/install/pips.txt").read_text(encoding="utf-8"), re.MULTILINE
)
OWN = "this Python's own"
FIRST_FOR_3_12 = (23, 2)
"""Older releases of pip do not start with Python 3.12 or newer."""

TESTED = [
    OWN,
    *(
        release
        for release in RELEASES
        if sys.version_info < (3, 12) or tuple(map(int, release.split(".")[:2])) >= FIRST_FOR_3_12
    ),
]

BACKEND = Package(
    "small-backend",
    "1.0",
    files={
        "small_backend.py": (
            "import pathlib, shutil\n"
            "def build_editable(directory, config_settings=None, metadata_directory=None):\n"
            "    return shutil.copy(next(pathlib.Path('built').glob('*.whl')), directory).rpartition('/')[2]\n"
        )
    },
)
LOCKED = (
    Package("runner", "1.0", ("measure[toml]>=1.0",)),
    # The extra that older releases of pip look up on the index, although the lock has it.
    Package("measure", "1.0", extras={"toml": "toml-reader>=1.0"}),
    Package("toml-reader", "1.0"),
    BACKEND,
)
NEWER = (
    Package("runner", "2.0", ("measure[toml]>=2.0", "unheard-of")),
    Package("measure", "1.1", extras={"toml": "toml-reader>=1.1"}),
    Package("toml-reader", "1.1"),
    Package("unheard-of", "1.0"),
    Package("small-backend", "1.1"),
)
PROJECT = """\
[build-system]
requires = ["small-backend"]
build-backend = "small_backend"

[project]
name = "shiproom"
version = "0.1.0"
"""
BROUGHT_ALONG = {"pip", "setuptools"}
"""What a new virtual environment holds."""


@dataclass
class Clone:
    """A project with this Makefile, and the index that it is installed from."""

    home: Path
    wheels: Path
    index: Index

    def lock(self, *packages: Package) -> None:
        """Write both lock files."""
        text = "".join(package.pin(self.wheels) for package in packages)
        for name in ("requirements.lock", "requirements-dev.lock"):
            (self.home / name).write_text(text)

    def make(self, target: str, release: str) -> subprocess.CompletedProcess[str]:
        """Make a target with a release of pip."""
        words = [] if release == OWN else [f"PIP=.venv/bin/python {PIPS}/pip=={release}/pip --no-input"]
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environ = {
            **kept,
            "PIP_INDEX_URL": self.index.url,
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_CACHE_DIR": "1",
        }
        return subprocess.run(
            ["make", target, f"PYTHON={sys.executable}", *words],  # noqa: S607 - the make of whoever tests
            cwd=self.home,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )

    def installed(self) -> dict[str, str]:
        """Give the version of everything that is there besides what every environment has."""
        listing = "import importlib.metadata as m; [print(d.name, d.version) for d in m.distributions()]"
        told = subprocess.run(
            [self.home / ".venv/bin/python", "-c", listing], capture_output=True, text=True, check=True
        )
        versions = dict(line.split() for line in told.stdout.splitlines())
        return {name: version for name, version in versions.items() if name not in BROUGHT_ALONG}


@pytest.fixture
def clone(tmp_path: Path) -> Iterator[Clone]:
    home, wheels = tmp_path / "clone", tmp_path / "wheels"
    for directory in (home / "tests/install", home / "built", wheels):
        directory.mkdir(parents=True)
    shutil.copy(ROOT / "Makefile", home)
    (home / "pyproject.toml").write_text(PROJECT)
    (home / "tests/install/pips.txt").touch()
    Package("shiproom", "0.1.0").write(home / "built")
    for package in NEWER:
        package.write(wheels)
    with index(wheels) as served:
        made = Clone(home, wheels, served)
        made.lock(*LOCKED)
        yield made


pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]


@pytest.mark.parametrize("release", TESTED)
def test_what_is_locked_is_installed_and_nothing_besides(clone: Clone, release: str) -> None:
    made = clone.make("install", release)
    assert made.returncode == 0, made.stderr
    assert clone.installed() == {"shiproom": "0.1.0"} | {each.name: each.version for each in LOCKED}
    taken = [path for path in clone.index.asked if path.startswith("/wheels/")]
    assert {path.split("-")[1] for path in taken} == {"1.0"}


def test_what_an_older_lock_named_goes(clone: Clone) -> None:
    assert clone.make(".venv/.runtime", OWN).returncode == 0
    clone.lock(LOCKED[2], BACKEND)
    assert clone.make("install", OWN).returncode == 0
    assert clone.installed().keys() == {"shiproom", "toml-reader", "small-backend"}


def test_a_lock_that_lacks_something_is_refused(clone: Clone) -> None:
    clone.lock(LOCKED[0], BACKEND)
    made = clone.make("install", OWN)
    assert made.returncode != 0
    assert "runner 1.0 requires measure" in made.stderr
    assert not (clone.home / ".venv/.dev").exists()


def test_another_file_than_the_locked_one_is_refused(clone: Clone) -> None:
    Package("toml-reader", "1.0", files={"toml_reader.py": "altered = True\n"}).write(clone.wheels)
    made = clone.make("install", OWN)
    assert made.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in made.stderr


def test_what_make_did_not_make_stays(clone: Clone) -> None:
    there = clone.home / ".venv/lib/a_bot_runs_from_here.py"
    there.parent.mkdir(parents=True)
    there.touch()
    for _ in range(2):
        assert clone.make("install", OWN).returncode == 0
        assert there.exists()
        assert (clone.home / ".venv-make/.dev").exists()
    assert not (clone.home / ".venv/bin").exists()
