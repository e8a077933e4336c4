"""What git keeps: no stray file at the top, and nothing that holds on one machine only."""

import re

import pytest

from tests.house.tree import ROOT, tracked_files

TOP = frozenset(
    {
        ".ci",
        ".gitignore",
        ".dockerignore",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Containerfile",
        "LICENSE",
        "Makefile",
        "README.md",
        "SECURITY.md",
        "bot",
        "compose.yml",
        "docs",
        "handlers",
        "manifest-workflow.yml",
        "manifest.yml",
        "pyproject.toml",
        "requirements-dev.lock",
        "requirements.lock",
        "storage",
        "tests",
        "zensical.toml",
    },
)
GIT_OWN = frozenset({".gitattributes", ".github", ".mailmap"})
MACHINE_PATH = re.compile(r"(?<![\w.:/}~-])/(?:work|home|root)/\w")


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"see /{'home'}/mara/notes", True),
        (f"'/{'work'}/main'", True),
        ("https://example.org/home/page", False),
        ("~/work/shiproom", False),
        ("GET /homepage", False),
    ],
)
def test_machine_paths_are_found(line: str, found: bool) -> None:
    assert bool(MACHINE_PATH.search(line)) is found


def test_top_level_is_what_was_agreed() -> None:
    assert {name.split("/")[0] for name in tracked_files()} <= TOP | GIT_OWN


def test_no_path_of_one_machine() -> None:
    kept = [ROOT / name for name in tracked_files() if (ROOT / name).is_file()]
    texts = {path: path.read_text(encoding="utf-8", errors="replace") for path in kept}
    assert not [
        path.relative_to(ROOT).as_posix() for path, text in texts.items() if MACHINE_PATH.search(text)
    ]
