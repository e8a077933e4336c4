"""Deploys a built version atomically: a new folder, then one switch."""

import fcntl
import hashlib
import json
import os
import shutil
import sys
import tarfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent
SITES = ROOT.parent / "sites"
KEPT = 5
PAUSE = float(os.environ.get("DEPLOY_PAUSE", "1.5"))
"""Seconds between two steps, so that the deployment is visible."""


def say(words: str) -> None:
    """Write a line into the deployment's output, and pause."""
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
    time.sleep(PAUSE)


def note(place: Path, words: str) -> None:
    """Add a line to the site's log of deployments."""
    with (place / "deployments.log").open("a", encoding="utf-8") as log:
        log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {words}\n")


def checked(archive: Path, digest: str) -> Path:
    """Return the archive if it exists and has the signed digest."""
    if not archive.is_file():
        sys.exit(f"{archive.name} was never built here.")
    found = f"sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}"
    if found != digest:
        sys.exit(
            f"{archive.name} is not what was signed for: its digest is {found}, expected {digest or 'none'}."
        )
    return archive


def unpack(archive: Path, folder: Path) -> int:
    """Unpack an archive of plain files into a new folder; return their number."""
    folder.mkdir(parents=True)
    with tarfile.open(archive) as packed:
        members = packed.getmembers()
        for member in members:
            content = packed.extractfile(member)
            if content is None or ".." in Path(member.name).parts or Path(member.name).is_absolute():
                sys.exit(f"{archive.name} holds {member.name}, which is no plain file.")
            target = folder / member.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content.read())
    return len(members)


def switch(place: Path, release: Path) -> None:
    """Point `current` at a release by a rename, so that no reader sees a mixture."""
    link = place / "current.new"
    link.unlink(missing_ok=True)
    link.symlink_to(release.relative_to(place))
    link.replace(place / "current")


def look_at(site: Path, environment: str) -> None:
    """Look at what is served now, as a reader would; exit if it has no front page."""
    if not (site / "index.html").is_file():
        sys.exit(f"{environment} answers 404: it has no front page")


def spring_trap(environment: str, release: Path) -> None:
    """Break the release if the demo asked for that, once: then one can see what becomes of a failure."""
    trap = ROOT.parent / f"break-{environment}"
    if trap.exists():
        trap.unlink()
        (release / "index.html").unlink()


def version_at(site: Path) -> str:
    """Return the version in a folder."""
    try:
        return str(json.loads((site / "version.json").read_text(encoding="utf-8"))["version"])
    except FileNotFoundError:
        return "nothing"


def forget_old(place: Path) -> None:
    """Delete old releases, except the newest and the one that is served."""
    served = (place / "current").resolve()
    releases = sorted((place / "releases").iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for release in releases[KEPT:]:
        if release != served:
            shutil.rmtree(release)


def main(environment: str) -> None:
    """Deploy the version that the environment variables name."""
    version, run = os.environ["SHIPROOM_VERSION"], os.environ["SHIPROOM_CORRELATION_ID"]
    place, name = SITES / environment, f"{version}-{run}"
    (place / "releases").mkdir(parents=True, exist_ok=True)
    # Kept until this process ends, whatever ends it: the demo's page tells from it what runs.
    lock = (place / "deploying.lock").open("w", encoding="utf-8")
    fcntl.flock(lock, fcntl.LOCK_EX)
    note(place, f"began {version} {run}")
    archive = checked(ROOT / "dist" / f"website-{version}.tar.gz", os.environ["SHIPROOM_DIGEST"])
    say(f"1/4 {archive.name} has the digest of its build")
    unfinished, release = place / "releases" / f"{name}.new", place / "releases" / name
    say(f"2/4 unpacked its {unpack(archive, unfinished)} files")
    unfinished.rename(release)
    spring_trap(environment, release)
    before = version_at(place / "current")
    if version_at(release) != version:
        sys.exit(f"The archive says that it is {version_at(release)}, not {version}.")
    say(f"3/4 switching {environment} from {before} to {version}")
    switch(place, release)
    look_at(place / "current", environment)
    note(place, f"ended {version} {run}")
    forget_old(place)
    say(f"4/4 {environment} serves {version_at(place / 'current')}")


if __name__ == "__main__":
    main(sys.argv[1])
