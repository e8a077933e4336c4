"""Every folder and every module says what lives there; no contract sees a folder without `__init__.py`."""

import ast
from pathlib import Path

from tests.house.tree import ROOT, module_files, named, parsed


def folders() -> list[Path]:
    """List the folders that have Python in them or below them, the three packages included."""
    above = {parent for file in module_files() for parent in file.parents}
    return sorted(folder for folder in above if folder.is_relative_to(ROOT) and folder != ROOT)


def test_folders_are_packages() -> None:
    assert not [named(folder) for folder in folders() if not (folder / "__init__.py").is_file()]


def test_modules_say_what_they_are() -> None:
    assert not [named(path) for path in module_files() if not ast.get_docstring(parsed(path))]
