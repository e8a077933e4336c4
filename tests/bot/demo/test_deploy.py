"""The sample's deployments: only signed versions, whole or not at all."""

import asyncio
import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot.demo.builds import BuildResult
from bot.demo.sites import Site
from tests.bot.demo.conftest import Sample


def deploy(sample: Sample, built: BuildResult, run: str, **other: str) -> subprocess.CompletedProcess[str]:
    """Run the script as the `local` CI does."""
    told = {
        "PATH": "",
        "SHIPROOM_VERSION": built.version,
        "SHIPROOM_DIGEST": built.digest,
        "SHIPROOM_CORRELATION_ID": run,
        "DEPLOY_PAUSE": "0",
        **other,
    }
    script = [sys.executable, "-B", "deploy.py", "staging"]
    folder = sample.repository.folder
    return subprocess.run(script, cwd=folder, env=told, capture_output=True, text=True, check=False)


def staging(sample: Sample) -> Site:
    return Site("staging", sample.folder.sites / "staging")


async def test_a_deployment(sample: Sample) -> None:
    built = await sample.built()
    ran = deploy(sample, built, "aaaa1111")
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "4/4 staging serves 1.0.1")
    site = staging(sample)
    assert (site.version, site.deployments()) == ("1.0.1", [1])
    assert json.loads((site.folder / "current" / "version.json").read_text(encoding="utf-8")) == {
        "version": "1.0.1",
        "sha": built.sha,
    }


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({"SHIPROOM_DIGEST": "sha256:" + "0" * 64}, "is not what was signed for"),
        ({"SHIPROOM_DIGEST": ""}, "expected none"),
        ({"SHIPROOM_VERSION": "1.0.99"}, "was never built here"),
    ],
)
async def test_what_was_not_signed_for_is_not_deployed(
    sample: Sample, other: dict[str, str], said: str
) -> None:
    built = await sample.built()
    deploy(sample, built, "aaaa1111")
    before = (staging(sample).folder / "current").readlink()
    ran = deploy(sample, built, "bbbb2222", **other)
    assert ran.returncode == 1
    assert said in ran.stderr
    assert (staging(sample).folder / "current").readlink() == before


async def test_a_deployment_fails_once_if_the_demo_asks_for_that(sample: Sample) -> None:
    built = await sample.built()
    sample.folder.trap.with_name("break-staging").touch()
    ran = deploy(sample, built, "aaaa1111")
    assert (ran.returncode, ran.stderr) == (1, "staging answers 404: it has no front page\n")
    assert (staging(sample).version, staging(sample).ended()) == ("1.0.1", {})
    assert deploy(sample, built, "bbbb2222").returncode == 0
    assert staging(sample).ended() == {"bbbb2222": 1}


async def test_what_runs_is_under_way_and_nothing_else(sample: Sample) -> None:
    built, site = await sample.built(), staging(sample)
    assert deploy(sample, built, "aaaa1111", SHIPROOM_DIGEST="").returncode == 1
    assert site.under_way() == []
    told = {"SHIPROOM_VERSION": built.version, "SHIPROOM_DIGEST": built.digest, "DEPLOY_PAUSE": "60"}
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-B", "deploy.py", "staging"),
        cwd=sample.repository.folder,
        env={"PATH": "", "SHIPROOM_CORRELATION_ID": "bbbb2222", **told},
        stdout=asyncio.subprocess.PIPE,
    )
    assert ran.stdout
    assert await ran.stdout.readline()
    assert site.under_way() == ["bbbb2222"]
    ran.kill()
    await ran.communicate()
    assert (site.under_way(), site.deployments()) == ([], [1, 1])


async def test_an_archive_that_was_changed_is_refused(sample: Sample) -> None:
    built = await sample.built()
    archive = sample.repository.folder / "dist" / "website-1.0.1.tar.gz"
    archive.write_bytes(archive.read_bytes() + b"\0")
    assert "is not what was signed for" in deploy(sample, built, "aaaa1111").stderr
    assert staging(sample).version == ""


async def test_a_reader_sees_one_version_or_the_other(sample: Sample) -> None:
    first, second = await sample.built(), await sample.built()
    deploy(sample, first, "run0")
    page = staging(sample).folder / "current" / "version.json"
    seen: set[str] = set()
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            seen.add(json.loads(page.read_text(encoding="utf-8"))["version"])

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1, 7):
        assert deploy(sample, (first, second)[number % 2], f"run{number}").returncode == 0
    over.set()
    reader.join()
    assert seen == {"1.0.1", "1.0.2"}


async def test_old_releases_go_and_the_served_one_stays(sample: Sample) -> None:
    built = await sample.built()
    for number in range(7):
        deploy(sample, built, f"run{number}")
    releases = sample.folder.sites / "staging" / "releases"
    assert len(list(releases.iterdir())) == 5
    assert (releases.parent / "current" / "index.html").is_file()


async def test_a_run_that_came_twice_is_counted(sample: Sample) -> None:
    built = await sample.built()
    assert deploy(sample, built, "aaaa1111").returncode == 0
    assert deploy(sample, built, "bbbb2222").returncode == 0
    assert deploy(sample, built, "bbbb2222").returncode != 0
    assert staging(sample).deployments() == [1, 2]


def test_nothing_deployed_yet(tmp_path: Path) -> None:
    site = Site("staging", tmp_path)
    assert (site.version, site.deployments()) == ("", [])
