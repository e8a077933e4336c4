"""Every folder and every module says what lives there; no contract sees a folder without `__init__.py`."""

import ast
from pathlib import Path

import pytest

from tests.house.tree import ROOT, module_files, named, parsed


def folders() -> list[Path]:
    """List the folders that have Python in them or below them, the three packages included."""
    above = {parent for file in module_files() for parent in file.parents}
    return sorted(folder for folder in above if folder.is_relative_to(ROOT) and folder != ROOT)


@pytest.mark.parametrize("folder", folders(), ids=named)
def test_folder_is_a_package(folder: Path) -> None:
    assert (folder / "__init__.py").is_file()


@pytest.mark.parametrize("path", module_files(), ids=named)
def test_module_says_what_it_is(path: Path) -> None:
    assert ast.get_docstring(parsed(path))
