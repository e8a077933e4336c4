"""The changelog has its form, and a tag that does not fit the version or the changelog is refused."""

import re
import subprocess
import tomllib

import pytest

from bot import VERSION
from tests import release
from tests.house.tree import ROOT
from tests.storage.released import COMMITS, REVISIONS

CHANGELOG = """\
# Changelog

## [Unreleased]

## [0.3.0] - 2026-12-31

### Breaking changes
- `shiproom fly` is gone: use `shiproom run`.

### Added
- Wings.

## [0.2.1] - 2026-12-01

### Fixed
- A leak.
"""


def test_the_changelog_has_its_form() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert release.malformed(text) == []
    assert f"**{release.BREAKING}**" in text.partition("## [")[0]


def test_the_newest_schema_is_kept() -> None:
    assert release.not_kept() == []


def test_every_released_schema_is_listed() -> None:
    page = (ROOT / "docs/upgrade.md").read_text(encoding="utf-8")
    table = page.partition("<!-- schemas -->")[2].partition("<!-- end of schemas -->")[0]
    listed = re.findall(r"^\| `(\d{4})` \| `(\d+\.\d+\.\d+)` \|", table, re.MULTILINE)
    assert tuple(schema for schema, _ in listed) == REVISIONS == tuple(COMMITS)


def test_the_version_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert "version" not in project["project"]
    assert project["project"]["dynamic"] == ["version"]
    source = (ROOT / project["tool"]["hatch"]["version"]["path"]).read_text(encoding="utf-8")
    assert re.findall(r'^VERSION = "(.+)"$', source, re.MULTILINE) == [VERSION]


def test_what_belongs_together_is_published() -> None:
    assert release.unreleasable("v0.3.0", "0.3.0", CHANGELOG) == []
    stable = CHANGELOG.replace("[0.3.0]", "[2.0.0]").replace("[0.2.1]", "[1.9.0]")
    assert release.unreleasable("v2.0.0", "2.0.0", stable) == []


@pytest.mark.parametrize(
    ("tag", "version", "old", "new", "said"),
    [
        ("v0.3.1", "0.3.0", "", "", "The tag is v0.3.1, and bot/__init__.py says that it has to be v0.3.0"),
        ("0.3.0", "0.3.0", "", "", "The tag is 0.3.0,"),
        ("", "0.3.0", "", "", "The tag is missing"),
        ("v0.4.0", "0.4.0", "", "", "The newest version of CHANGELOG.md is not 0.4.0"),
        ("v0.3.0rc1", "0.3.0rc1", "", "", "The version 0.3.0rc1 is not of three numbers"),
        ("v0.3.0", "0.3.0", " - 2026-12-31", "", "[0.3.0] has no date"),
        ("v0.3.0", "0.3.0", "## [Unreleased]\n", "", "does not begin with a section [Unreleased]"),
        ("v0.3.0", "0.3.0", "Unreleased]\n", "Unreleased]\n### Added\n- More.\n", "is not empty"),
        ("v0.3.0", "0.3.0", "### Added", "### New", "[0.3.0] has the heading New"),
        ("v0.3.0", "0.3.0", "- Wings.", "", "[0.3.0] has nothing under Added"),
        ("v0.3.0", "0.3.0", "### Fixed", "### Fixed\n- That.\n### Added", "[0.2.1] has its headings in"),
        ("v0.3.0", "0.3.0", "[0.2.1]", "[0.3.0]", "0.3.0 does not come after 0.3.0"),
        ("v0.3.0", "0.3.0", "[0.2.1]", "[0.2]", "[0.2] is no version"),
        ("v0.2.2", "0.2.2", "[0.3.0]", "[0.2.2]", "breaking changes after 0.2.1: raise its second number"),
        ("v1.3.0", "1.3.0", "[0.", "[1.", "breaking changes after 1.2.1: raise its first number"),
    ],
)
def test_what_does_not_fit_is_refused(tag: str, version: str, old: str, new: str, said: str) -> None:
    wrong = release.unreleasable(tag, version, CHANGELOG.replace(old, new) if old else CHANGELOG)
    assert [each for each in wrong if said in each], wrong


def test_make_release_refuses_a_tag_that_does_not_fit() -> None:
    """Before anything is built: what make calls ends with status 1 and the reasons."""
    recipe = subprocess.run(
        ["make", "--dry-run", "--assume-old=.venv/.dev", "release", "TAG=v9.9.9"],  # noqa: S607 - the make of whoever tests
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert re.search(r"-m tests\.release v9\.9\.9\n(.*\n)*.*-m hatchling build", recipe)


def test_a_wrong_tag_ends_with_status_1(capsys: pytest.CaptureFixture[str]) -> None:
    assert release.main(["v9.9.9"]) == 1
    assert f"has to be v{VERSION}." in capsys.readouterr().out
