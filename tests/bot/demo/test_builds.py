"""Real builds of the sample: its tests decide, and builds are reproducible."""

import hashlib
import json
import tarfile
from dataclasses import replace

import pytest

from bot.demo.builds import Builds
from bot.demo.folder import DemoFolder
from tests.bot.demo.conftest import Sample


def theme(sample: Sample, colour: str, words: str) -> None:
    written = json.dumps({"colour": colour, "words": words})
    (sample.repository.folder / "theme.json").write_text(written, encoding="utf-8")


async def test_a_build(sample: Sample) -> None:
    built = await sample.built()
    assert (built.version, built.sha, built.failure) == ("1.0.1", await sample.repository.head(), "")
    archive = sample.repository.folder / "dist" / "website-1.0.1.tar.gz"
    assert built.digest == f"sha256:{hashlib.sha256(archive.read_bytes()).hexdigest()}"
    with tarfile.open(archive) as packed:
        names = packed.getnames()
        page = packed.extractfile("index.html")
        assert page
        shown = page.read().decode()
    assert names == sorted(names)
    assert {"index.html", "game.js", "style.css", "version.json"} <= set(names)
    assert "<h1>Space Game</h1>" in shown
    assert "--headline: #7fd1ff;" in shown
    assert "OK" in sample.builds.log(1).read_text(encoding="utf-8")
    assert not await sample.repository.changed()


async def test_the_same_sources_are_the_same_bytes(sample: Sample) -> None:
    first = await sample.built()
    (sample.folder.builds / "1.json").unlink()
    (sample.repository.folder / "site" / "icon.svg").touch()
    assert await sample.built() == first


@pytest.mark.parametrize(
    ("colour", "words", "failure"),
    [
        ("#7fd1ff", "", "the headline has no words"),
        ("#7fd1ff", "  ", "the headline has no words"),
        ("#7fd1ff", "x" * 41, "the headline has more than 40 characters"),
        ("#101828", "Hello", "#101828 on #0b1020 cannot be read: contrast 1.1, needed 3.0"),
        ("red", "Hello", "the headline has no colour such as #7fd1ff"),
        ("#fff; } h1 { display: none", "Hello", "the headline has no colour such as #7fd1ff"),
    ],
)
async def test_what_the_tests_refuse_is_not_packed(
    sample: Sample, colour: str, words: str, failure: str
) -> None:
    theme(sample, colour, words)
    built = await sample.built()
    assert (built.digest, built.failure) == ("", failure)
    assert not (sample.repository.folder / "dist").exists()


async def test_a_broken_link_is_refused(sample: Sample) -> None:
    (sample.repository.folder / "site" / "style.css").rename(sample.repository.folder / "site" / "style2.css")
    assert "style.css" in (await sample.built()).failure


@pytest.mark.parametrize("words", ["<b>Hello</b>", "Tom & Jerry", 'say "hi"', "$words"])
async def test_words_are_only_words(sample: Sample, words: str) -> None:
    theme(sample, "#ffb454", words)
    assert (await sample.built()).failure == ""


async def test_builds_are_numbered_and_remembered(sample: Sample) -> None:
    theme(sample, "#7fd1ff", "")
    failed = await sample.built()
    theme(sample, "#7fd1ff", "Hello")
    passed = await sample.built()
    again = Builds(DemoFolder(sample.folder.root), sample.repository)
    assert again.all() == [failed, passed]
    assert (again.newest(), passed.version) == (passed, "1.0.2")


async def test_changes_are_those_since_the_last_announced(sample: Sample) -> None:
    first = replace(await sample.built(), announced=True)
    sample.builds.store(first)
    assert len(await sample.builds.changes(first)) == 4
    for words in ("", "Hello"):
        theme(sample, "#7fd1ff", words)
        await sample.repository.commit("Andy", f"Say {words}!")
        await sample.built()
    newest = sample.builds.newest()
    assert newest
    assert [each.title for each in await sample.builds.changes(newest)] == ["Say Hello!", "Say !"]
