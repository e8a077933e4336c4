"""Names say what a thing is; words that could stand on anything are banned."""

import ast
import re
from pathlib import Path

import pytest

from tests.house.tree import ROOT, Function, module_files, named, parsed

BANNED = frozenset({"util", "helper", "manager", "base", "common", "data", "info", "process"})


OLD = frozenset(
    {
        *(
            "desk",
            "deed",
            "doer",
            "wish",
            "misread",
            "roster",
            "looker",
            "doomed",
            "hasten",
            "unpark",
            "surroundings",
        ),
        *("ledger", "arrival", "keeper", "introduction", "outlook", "studio", "cheat", "whisper", "proclaim"),
        *(
            "teller",
            "telling",
            "arena",
            "teeth",
            "rig",
            "making",
            "rhythm",
            "ground",
            "hearing",
            "happening",
            "scene",
        ),
    }
)
"""Words of the dialect that this code was once written in; the field's words have taken their place."""


def words(name: str) -> set[str]:
    """Split snake_case and CamelCase into lower-case words, each also without a plural's ending."""
    found = {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}
    return found | {word.removesuffix("s") for word in found} | {word.removesuffix("es") for word in found}


def vague(name: str) -> set[str]:
    """Give the banned words of a name."""
    return words(name) & BANNED


def names_in(path: Path) -> list[str]:
    """Give the names of a file, of its folder, and of all functions and classes in it."""
    defined = [each.name for each in ast.walk(parsed(path)) if isinstance(each, Function | ast.ClassDef)]
    return [path.stem, path.parent.name, *defined]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("string_utils", {"util"}),
        ("BaseGate", {"base"}),
        ("HTTPHelper", {"helper"}),
        ("ProcessesRuns", {"process"}),
        ("database", set[str]()),
        ("metadata", set[str]()),
        ("information", set[str]()),
    ],
)
def test_vague_words_are_found(name: str, found: set[str]) -> None:
    assert vague(name) == found


def test_names_are_not_vague() -> None:
    assert not [f"{named(path)}: {name}" for path in module_files() for name in names_in(path) if vague(name)]


def identifiers(path: Path) -> set[str]:
    """Return every name that a file defines: of itself, of classes, functions, parameters and variables."""
    found = {path.stem, path.parent.name}
    for node in ast.walk(parsed(path)):
        if isinstance(node, Function | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            found.add(node.attr)
    return found


def test_names_are_of_the_field() -> None:
    files = [*module_files(), *(ROOT / "tests").rglob("*.py")]
    old = {named(path): sorted(name for name in identifiers(path) if words(name) & OLD) for path in files}
    assert not {path: names for path, names in old.items() if names}
