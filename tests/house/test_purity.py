"""handlers/ decides with plain values: the standard library, nothing awaited, nothing asked of the world."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.house.tree import module_files, named, parsed

ALLOWED = sys.stdlib_module_names | {"handlers"}
AWAITING = ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith


def imported(path: Path) -> Iterator[str]:
    """Give the top-level name of everything that a file imports."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "handlers" if node.level else (node.module or "").split(".")[0]


def test_imports_the_standard_library_only() -> None:
    foreign = {named(path): set(imported(path)) - ALLOWED for path in module_files("handlers")}
    assert not {path: names for path, names in foreign.items() if names}


def test_awaits_nothing() -> None:
    assert not [
        f"{named(path)}:{node.lineno}"
        for path in module_files("handlers")
        for node in ast.walk(parsed(path))
        if isinstance(node, AWAITING)
    ]
