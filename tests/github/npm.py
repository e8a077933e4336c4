"""Programs and samples that npm has: fetched once into pytest's cache where node is at hand; otherwise the test is skipped."""

import fcntl
import shutil
import subprocess
from pathlib import Path

import pytest

WITHIN = 240
"""For how many seconds npm may fetch."""


def installed(packages: tuple[str, ...], request: pytest.FixtureRequest) -> Path:
    """Give the `node_modules` that these packages are in; skips the test where they cannot be had."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        pytest.skip("there is no node and npm here")
    place = _cache(request) / "-".join(each.strip("@").replace("/", "-") for each in packages)
    place.mkdir(parents=True, exist_ok=True)
    with (place / "lock").open("w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (place / "whole").exists():
            (place / "package.json").write_text('{"private": true}\n', encoding="utf-8")
            command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
            try:
                subprocess.run(
                    [*command, *packages], cwd=place, check=True, timeout=WITHIN, capture_output=True
                )
            except (subprocess.SubprocessError, OSError) as error:
                pytest.skip(f"npm cannot fetch {' '.join(packages)} here: {type(error).__name__}")
            (place / "whole").touch()
    return place / "node_modules"


def _cache(request: pytest.FixtureRequest) -> Path:
    cache: pytest.Cache | None = getattr(request.config, "cache", None)
    if cache is not None:
        return cache.mkdir("npm")
    factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")
    return factory.getbasetemp()
