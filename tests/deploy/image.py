"""The image, built by `make image` with buildah on bases of Debian's packages, and its process as a container runs it.

crun and runc need control groups that a test machine may not have. What they do is done by hand here, with namespaces:
the process is the first of its own, its root cannot be written, and it has no rights.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from tests.deploy import debian
from tests.house.tree import ROOT

BASE, BUILD_BASE, IMAGE = "localhost/base:1", "localhost/build-base:1", "localhost/shiproom:test"
SHELLS = ("sh", "dash", "bash", "rbash")


@dataclass
class Built:
    """The image in a store of its own: how long each part took, and its root as a folder, without shells."""

    folder: Path
    seconds: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def engine(self) -> list[str]:
        store = ["--root", str(self.folder / "store"), "--runroot", str(self.folder / "run")]
        return [debian.program("buildah"), "--storage-driver", "vfs", *store]

    def buildah(
        self, *words: str | Path, given: str = "", check: bool = True
    ) -> subprocess.CompletedProcess[str]:
        """Run buildah."""
        done = subprocess.run(
            [*self.engine, *words],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env=environment(),
        )
        assert not check or done.returncode == 0, done.stderr
        return done

    def measured(self, what: str, since: float) -> None:
        """Note how long something took."""
        self.seconds[what] = round(time.monotonic() - since, 1)

    def make(self) -> None:
        """Make the bases, and build the image as docs/containers.md has it."""
        begun = time.monotonic()
        base = debian.bootstrap(self.folder / "base", "python3", "ca-certificates")
        self.measured("debootstrap", begun)
        self._commit(base, BASE)
        # A base that can build has pip besides.
        pip = ["install", "--quiet", "--no-deps", "--target", base / "usr/lib/python3/dist-packages", "pip"]
        subprocess.run([sys.executable, "-m", "pip", *pip], check=True)
        debian.configure_pip(base)
        self._commit(base, BUILD_BASE)
        shutil.rmtree(base)
        begun = time.monotonic()
        options = f"--isolation chroot --build-arg BASE={BASE} --build-arg BUILD_BASE={BUILD_BASE}"
        words = [f"ENGINE={shlex.join(self.engine)}", f"IMAGE={IMAGE}", f"IMAGE_OPTIONS={options}"]
        made = subprocess.run(
            ["make", "image", *words],  # noqa: S607 - the make of whoever tests
            cwd=ROOT,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        assert made.returncode == 0, made.stderr[-4000:]
        self.measured("image", begun)

    def _commit(self, root: Path, name: str) -> None:
        container = self.buildah("from", "scratch").stdout.strip()
        self.buildah("copy", "--quiet", container, root, "/")
        self.buildah("commit", "--quiet", container, name)
        self.buildah("rm", container)

    @cached_property
    def config(self) -> dict[str, Any]:
        """What a runtime reads: the user, the entry point, the environment."""
        inspected = json.loads(self.buildah("inspect", "--type", "image", IMAGE).stdout)
        return inspected["Docker"]["config"]

    @cached_property
    def container(self) -> str:
        return self.buildah("from", IMAGE).stdout.strip()

    @cached_property
    def root(self) -> Path:
        """The root of a container, from which every shell was taken."""
        root = Path(self.buildah("mount", self.container).stdout.strip())
        for name in SHELLS:
            (root / "usr/bin" / name).unlink(missing_ok=True)
        return root

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program in the container with buildah, as the user of the image."""
        assert self.root
        return self.buildah(
            "run", "--isolation", "chroot", self.container, "--", *words, given=given, check=False
        )

    @property
    def layer_megabytes(self) -> float:
        """How much the image adds to its base."""
        sizes = {
            name: json.loads(self.buildah("images", "--json", name).stdout)[0]["size"]
            for name in (IMAGE, BASE)
        }
        image, base = (float(str(sizes[name]).split()[0]) for name in (IMAGE, BASE))
        return image - base

    def launcher(self, policy: Path, volume: Path, passed: tuple[str, ...]) -> str:
        """Write the program that starts a container; what it is given as words does not count.

        `passed` are variables of its own environment that the container gets besides those of the image.
        """
        for place in ("etc/shiproom", "var/lib/shiproom"):
            (self.root / place).mkdir(parents=True, exist_ok=True)
        sets = [*map(shlex.quote, self.config["Env"]), *(f'{name}="${name}"' for name in passed)]
        command = shlex.join([*self.config["Entrypoint"], *self.config["Cmd"]])
        root = shlex.quote(str(self.root))
        chroot = f"chroot --userspec={self.config['User']} {root}"
        inside = "\n".join(
            [
                "set -eu",
                "mount --make-rprivate /",
                f"mount --bind {root} {root}",
                f"mount --bind {shlex.quote(str(volume))} {root}/var/lib/shiproom",
                f"mount --bind -o ro {shlex.quote(str(policy))} {root}/etc/shiproom",
                f"mount --rbind /dev {root}/dev",
                f"mount -t proc proc {root}/proc",
                f"mount -o remount,bind,ro {root}",
                # Not the directory of the image, which can be written: a runtime may be told another.
                f"cd {root}",
                # Rights that a process of this user has lost cannot come back.
                f"exec env -i {' '.join(sets)} setpriv --no-new-privs {chroot} {command}",
            ]
        )
        return f"#!/bin/sh\nexec unshare --mount --pid --fork --ipc --uts --kill-child sh -c {shlex.quote(inside)}\n"

    def enter(self, pid: int, *words: str, **more: str) -> list[str]:
        """Return the command that runs a program beside the first process of a container, as `docker exec` does."""
        user, group = self.config["User"].split(":")
        variables = [*self.config["Env"], *(f"{name}={value}" for name, value in more.items())]
        spaces = ["--target", str(pid), "--mount", "--pid", "--ipc", "--uts", "--root", "--wd"]
        return ["env", "-i", *variables, debian.program("nsenter"), *spaces, "-S", user, "-G", group, *words]


def environment() -> dict[str, str]:
    """Return this machine's environment, with what only root finds."""
    return {**os.environ, "PATH": debian.PATH}
