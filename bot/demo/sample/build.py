"""Builds one version of the website: fills in the page, tests it and packs it.

The same sources give the same bytes.
"""

import gzip
import hashlib
import html
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from string import Template

ROOT = Path(__file__).resolve().parent


def say(words: str) -> None:
    """Write a line into the build's log at once."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def fill_in(site: Path, version: str, sha: str) -> None:
    """Make the site: the page with its headline and version, and its version.json."""
    shutil.copytree(ROOT / "site", site)
    theme = json.loads((ROOT / "theme.json").read_text(encoding="utf-8"))
    values = {name: html.escape(str(theme[name])) for name in ("words", "colour")}
    page = site / "index.html"
    filled = Template(page.read_text(encoding="utf-8")).substitute(values, version=html.escape(version))
    page.write_text(filled, encoding="utf-8")
    (site / "version.json").write_text(json.dumps({"version": version, "sha": sha}) + "\n", encoding="utf-8")


def passes_tests(site: Path, version: str) -> bool:
    """Run the tests on the very files that will be packed."""
    environment = {**os.environ, "SITE": str(site), "VERSION": version}
    tests = [sys.executable, "-B", "-m", "unittest", "-v", "test_site"]
    return subprocess.run(tests, cwd=ROOT, env=environment, check=False).returncode == 0  # noqa: S603 - its own tests


def pack(site: Path, archive: Path) -> str:
    """Pack a site reproducibly and return the archive's digest."""
    archive.parent.mkdir(exist_ok=True)
    unfinished = archive.with_suffix(".part")
    with (
        unfinished.open("wb") as file,
        gzip.GzipFile("", "wb", fileobj=file, mtime=0) as squeezed,
        tarfile.open(fileobj=squeezed, mode="w", format=tarfile.PAX_FORMAT) as packed,
    ):
        for path in sorted(each for each in site.rglob("*") if each.is_file()):
            # Owners, times and order are fixed: the same site is the same bytes.
            entry = tarfile.TarInfo(path.relative_to(site).as_posix())
            entry.size, entry.mode = path.stat().st_size, 0o644
            with path.open("rb") as content:
                packed.addfile(entry, content)
    unfinished.replace(archive)
    return f"sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}"


def main(version: str, sha: str) -> int:
    """Build a version; write its digest beside the archive, unless the tests fail."""
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder) / "site"
        fill_in(site, version, sha)
        say(f"Testing website {version}, made of {sha[:7]}")
        if not passes_tests(site, version):
            say("The tests failed, so nothing was packed.")
            return 1
        archive = ROOT / "dist" / f"website-{version}.tar.gz"
        digest = pack(site, archive)
    built = {"version": version, "sha": sha, "digest": digest}
    archive.with_name(f"website-{version}.json").write_text(json.dumps(built) + "\n", encoding="utf-8")
    say(f"Packed {archive.name}, {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
