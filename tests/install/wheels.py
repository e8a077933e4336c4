"""Builds wheels and sdists of a tree, and installs them into environments of their own, without a network."""

import os
import subprocess
import sys
import tarfile
import venv
from dataclasses import dataclass
from pathlib import Path
from sysconfig import get_path

EPOCH = 1_800_000_000
"""When everything was changed, as SOURCE_DATE_EPOCH says; reproducible-builds.org/specs/source-date-epoch."""


@dataclass(frozen=True, slots=True)
class Built:
    """What was built of a tree."""

    wheel: Path
    sdist: Path


def plain_environment(**more: str) -> dict[str, str]:
    """Return an environment in which no module of this clone is found by its path."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return {**kept, **more}


def build(tree: Path, out: Path, *targets: str) -> Built:
    """Build with the backend that runs here, at the version of the lock file: no isolation, and so no network."""
    words = [sys.executable, "-P", "-m", "hatchling", "build", "-d", str(out)]
    for target in targets:
        words += ["-t", target]
    environment = plain_environment(SOURCE_DATE_EPOCH=str(EPOCH))
    subprocess.run(words, cwd=tree, env=environment, check=True, capture_output=True)
    return Built(next(out.glob("*.whl")), next(out.glob("*.tar.gz"), out))


def unpack(sdist: Path, where: Path) -> Path:
    """Unpack an sdist; return its top folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(where, filter="data")
    return where / sdist.name.removesuffix(".tar.gz")


@dataclass(frozen=True, slots=True)
class Installed:
    """A virtual environment with a Shiproom in it, and what it requires from the environment of the tests."""

    home: Path

    @property
    def python(self) -> Path:
        return self.home / "bin/python"

    @property
    def command(self) -> Path:
        return self.home / "bin/shiproom"

    @property
    def packages(self) -> Path:
        """Return where modules are installed."""
        return Path(get_path("purelib", vars={"base": str(self.home), "platbase": str(self.home)}))


def install(home: Path, *words: str) -> Installed:
    """Make an environment, and install what the words for pip name."""
    venv.create(home, symlinks=True)
    made = Installed(home)
    # No .pth of that folder is read again, so that the clone of its own editable install is not found.
    (made.packages / "required.pth").write_text(get_path("purelib"), encoding="utf-8")
    pip = [sys.executable, "-P", "-m", "pip", "--python", str(made.python), "--disable-pip-version-check"]
    options = ["--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--no-compile"]
    subprocess.run(
        [*pip, "install", *options, *words],
        env=plain_environment(PIP_CONFIG_FILE=os.devnull),
        check=True,
        capture_output=True,
        text=True,
    )
    return made
