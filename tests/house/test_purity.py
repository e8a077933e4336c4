"""handlers/ decides with plain values: the standard library, nothing awaited, nothing asked of the world."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("path", module_files("handlers"), ids=named)
def test_imports_the_standard_library_only(path: Path) -> None:
    assert not set(imported(path)) - ALLOWED


@pytest.mark.parametrize("path", module_files("handlers"), ids=named)
def test_awaits_nothing(path: Path) -> None:
    assert not [node.lineno for node in ast.walk(parsed(path)) if isinstance(node, AWAITING)]
