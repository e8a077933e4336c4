"""The tree as the house rules see it: the product's modules as syntax trees, and the files that git keeps."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "handlers", "storage")

Function = ast.FunctionDef | ast.AsyncFunctionDef


def module_files(*packages: str) -> list[Path]:
    """List the Python files of the packages, of all three unless some are named."""
    return sorted(file for package in packages or PACKAGES for file in (ROOT / package).rglob("*.py"))


def named(path: Path) -> str:
    """Name a path as it is read in a test's id: from the top of the repository."""
    return path.relative_to(ROOT).as_posix()


@cache
def parsed(path: Path) -> ast.Module:
    """Parse a file once for all rules."""
    return ast.parse(path.read_text(encoding="utf-8"), named(path))


def functions(path: Path) -> Iterator[Function]:
    """Give every function and method of a file, nested ones too."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, Function))


@cache
def tracked_files() -> tuple[str, ...]:
    """List the files that git keeps here; nothing where this is no checkout."""
    command = ["git", "-c", "safe.directory=*", "-C", str(ROOT), "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, check=False)
    return tuple(name for name in listed.stdout.decode().split("\0") if name)
