"""The sample's repository is real, and ignores the user's git settings."""

import subprocess
from pathlib import Path

import pytest

from bot.demo.errors import DemoError
from bot.demo.repository import FIRST_COMMITS, SAMPLE, Commit, Repository
from tests.bot.demo.conftest import Sample


def git(folder: Path, *words: str) -> str:
    told = ["git", "-c", "safe.directory=*", "-C", str(folder), *words]
    return subprocess.run(told, capture_output=True, text=True, check=True).stdout.strip()


async def test_first_commits(sample: Sample) -> None:
    folder = sample.repository.folder
    log = git(folder, "log", "--reverse", "--format=%an <%ae>|%s").splitlines()
    assert log == [f"{name} <{name.lower()}@space-game.example>|{title}" for name, title, _ in FIRST_COMMITS]
    assert git(folder, "rev-parse", "--abbrev-ref", "HEAD") == "main"
    assert git(folder, "status", "--porcelain") == ""


def test_every_source_is_committed() -> None:
    committed = {file.replace(".gitignore", "gitignore") for _, _, files in FIRST_COMMITS for file in files}
    there = {path.relative_to(SAMPLE).as_posix() for path in SAMPLE.rglob("*") if path.is_file()}
    assert {each for each in there if "__" not in each} == committed


async def test_a_repository_that_is_there_stays(sample: Sample) -> None:
    before = await sample.repository.head()
    await Repository(sample.repository.folder).prepare()
    assert await sample.repository.head() == before


async def test_commits_since(sample: Sample) -> None:
    before = await sample.repository.head()
    (sample.repository.folder / "README.md").write_text("changed\n", encoding="utf-8")
    assert await sample.repository.changed()
    sha = await sample.repository.commit("Mara", "Say 'less' & mean <it>")
    assert not await sample.repository.changed()
    assert await sample.repository.commits(before) == [Commit(sha, "Mara", "Say 'less' & mean <it>")]
    assert len(await sample.repository.commits("")) == len(FIRST_COMMITS) + 1


async def test_settings_of_the_user_do_not_matter(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text("[commit]\n\tgpgsign = true\n[user]\n\tname = Somebody\n", encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Somebody Else")
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    (sample.repository.folder / "README.md").write_text("changed\n", encoding="utf-8")
    await sample.repository.commit("Andy", "Change")
    assert [each.author for each in await sample.repository.commits("HEAD~1")] == ["Andy"]


async def test_a_machine_without_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(DemoError, match="git was not found: install it"):
        await Repository(tmp_path / "website").prepare()


async def test_a_failure_of_git_raises(sample: Sample) -> None:
    with pytest.raises(DemoError, match="git commit failed"):
        await sample.repository.commit("Andy", "Nothing")
