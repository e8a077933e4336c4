"""Bare systems of Debian's own packages, since no registry of images may be within reach; and programs of this machine."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

PATH = os.environ["PATH"] + ":/usr/sbin:/sbin"
SUITE = "bookworm"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
OF_PIP = "etc/pip-certificates.pem"


def program(name: str, package: str = "") -> str:
    """Return a program of this machine, installed if it is missing."""
    if shutil.which(name, path=PATH) is None:
        assert os.geteuid() == 0, f"{name} is missing, and only root can install it: these tests need root"
        environ = {**os.environ, "PATH": PATH, "DEBIAN_FRONTEND": "noninteractive"}
        lock = ["-o", "DPkg::Lock::Timeout=600"]
        for words in (["update"], ["install", "-y", "--no-install-recommends", package or name]):
            subprocess.run(["apt-get", "-qq", *lock, *words], env=environ, check=True, capture_output=True)  # noqa: S607 - Debian's own
    found = shutil.which(name, path=PATH)
    assert found is not None
    return found


def bootstrap(root: Path, *packages: str) -> Path:
    """Make the smallest Debian 12, and what is named."""
    words = [
        "--variant=minbase",
        *([f"--include={','.join(packages)}"] if packages else []),
        SUITE,
        str(root),
    ]
    subprocess.run(
        [program("debootstrap"), *words], env={**os.environ, "PATH": PATH}, check=True, capture_output=True
    )
    for rest in (root / "var/cache/apt", root / "var/lib/apt/lists"):
        shutil.rmtree(rest, ignore_errors=True)
        rest.mkdir()
    return root


def configure_pip(root: Path) -> None:
    """Let pip in another root find what it finds here: this machine's settings, without the files of this machine.

    A file: of this machine is not there, and a constraint has no say beside a lock with hashes.
    """
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    kept = ["[global]"]
    for line in listed.splitlines():
        key, _, quoted = line.partition("=")
        name = key.rpartition(".")[2]
        value = quoted.strip("'")
        if name in {"index-url", "extra-index-url", "proxy", "trusted-host", "timeout"}:
            remote = [each for each in value.split() if not each.startswith("file:")]
            kept += [f"{name} = {' '.join(remote)}"] if remote else []
    # In a place of its own: an installation of ca-certificates writes the usual one.
    kept.append(f"cert = /{OF_PIP}")
    (root / "etc/pip.conf").write_text("\n".join(kept) + "\n", encoding="utf-8")
    shutil.copy(CERTIFICATES, root / OF_PIP)


def unpacked(package: str, folder: Path) -> Path:
    """Unpack a package without installing it, and so without the service that it brings."""
    get, lock = program("apt-get"), ("-o", "DPkg::Lock::Timeout=600")
    download = [get, "-qq", "download", package]
    if subprocess.run(download, cwd=folder, capture_output=True, check=False).returncode:
        subprocess.run([get, "-qq", *lock, "update"], check=True, capture_output=True)
        subprocess.run(download, cwd=folder, check=True, capture_output=True)
    (archive,) = folder.glob(f"{package}_*.deb")
    root = folder / package
    subprocess.run([program("dpkg"), "-x", archive, root], check=True)
    return root
