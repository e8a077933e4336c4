"""The site of the pages is built strictly, and whatever is dead on it or comes from outside is found."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from tests.docs import fences, links, site
from tests.docs.pages import PAGES
from tests.house.tree import ROOT

CONFIG = ROOT / "zensical.toml"


def pages_of_nav(entries: list[Any]) -> Iterator[str]:
    for entry in entries:
        for value in cast("dict[str, Any]", entry).values():
            if isinstance(value, str):
                yield value
            else:
                yield from pages_of_nav(value)


def test_the_site_is_whole_and_loads_nothing_from_outside(tmp_path: Path) -> None:
    there = site.built(site.copied(tmp_path))
    assert not list(site.problems(there))
    assert (there / "search.json").stat().st_size > 10_000


def test_every_page_has_its_place_in_the_navigation() -> None:
    project = tomllib.loads(CONFIG.read_text(encoding="utf-8"))["project"]
    listed = list(pages_of_nav(project["nav"]))
    there = {path.name for path in PAGES if path.parent == ROOT / "docs"}
    missing = there - set(listed)
    assert not missing, f"give each a line in `nav` of zensical.toml (some wait there as comments): {missing}"
    assert sorted(listed) == sorted(there), "a page of `nav` is not in docs/, or is there twice"


def test_every_diagram_is_drawn() -> None:
    drawn = {fences.picture_of(text) for text in fences.diagrams()}
    assert drawn == set(fences.PICTURES.glob("*.svg")), "draw them: python -m tests.browser.diagrams"


def test_pictures_ask_for_nothing() -> None:
    for picture in fences.PICTURES.glob("*.svg"):
        named = re.findall(
            r"(?:href|src)=\"(?!#)([^\"]*)\"|url\((?!\"?#|&quot;#)", picture.read_text(encoding="utf-8")
        )
        assert not named, picture


FAULTS = {
    '<a href="gone.html">x</a>': "index.html links to gone.html",
    '<a href="other.html#gone">x</a>': "index.html links to other.html#gone",
    '<a href="#gone">x</a>': "index.html links to #gone",
    '<img src="gone.png">': "index.html links to gone.png",
    "<p>As follows:\n1. one\n2. two</p>": "index.html has '1. one",
    "<p>As follows:\n- one</p>": "index.html has '- one'",
    "<p>As follows:\n| a | b |\n|---|---|</p>": "index.html has '| a | b |",
    '<script src="https://cdn.example.org/x.js"></script>': "index.html loads https://cdn.example.org/x.js",
    '<link rel="stylesheet" href="//fonts.example.org/css">': "index.html loads //fonts.example.org/css",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_is_dead_or_from_outside_is_found(fault: str, tmp_path: Path) -> None:
    (tmp_path / "other.html").write_text('<h1 id="top">x</h1>', encoding="utf-8")
    fine = '<a href="other.html#top"></a><a href="https://example.org"></a><a href="#here" id="here"></a>'
    (tmp_path / "index.html").write_text(fine, encoding="utf-8")
    assert list(site.problems(tmp_path)) == []
    (tmp_path / "index.html").write_text(fine + fault, encoding="utf-8")
    [found] = site.problems(tmp_path)
    assert found.startswith(FAULTS[fault])


@pytest.mark.parametrize(
    "style", ["a {b: url(https://example.org/font)}", '@import "//example.org/x.css";'], ids=["url", "import"]
)
def test_styles_from_outside_are_found(style: str, tmp_path: Path) -> None:
    (tmp_path / "site.css").write_text(style, encoding="utf-8")
    assert list(site.problems(tmp_path)) == ["site.css loads something from outside"]


def test_a_dead_link_ends_the_build(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "zensical.toml").write_text(
        '[project]\nsite_name = "x"\nsite_dir = "build/site"\n', encoding="utf-8"
    )
    (tmp_path / "docs" / "index.md").write_text("# x\n\n[a](gone.md)\n\n[b](#gone)\n", encoding="utf-8")
    with pytest.raises(
        AssertionError, match=r"index.md:3:5 page does not exist\nindex.md:5:6 anchor does not exist"
    ):
        site.built(tmp_path)


def test_links_that_lead_outside_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    links.main()
    said = capsys.readouterr().out
    assert "https://keepachangelog.com/en/1.1.0/  CHANGELOG.md\n" in said
    assert "example.org" not in said
    assert links.outside(
        "see https://a.org/x. `https://b.org` [c](https://c.org)\n```sh\nhttps://d.org\n```\n"
    ) == {
        "https://a.org/x",
        "https://c.org",
    }
