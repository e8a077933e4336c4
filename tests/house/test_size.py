"""Nothing is longer than a reader can hold in mind."""

from pathlib import Path

import pytest

from tests.house.tree import Function, functions, module_files, named

FILE_LINES = 250
FUNCTION_LINES = 40
PARAMETERS = 5


def length(function: Function) -> int:
    """Count the lines from `def` to the last one."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def parameters(function: Function) -> int:
    """Count what a caller may pass; an object's own first parameter is not passed by anybody."""
    asked = function.args
    every = [*asked.posonlyargs, *asked.args, *asked.kwonlyargs]
    return len(every) - (bool(every) and every[0].arg in {"self", "cls"})


@pytest.mark.parametrize("path", module_files(), ids=named)
def test_file_is_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES


@pytest.mark.parametrize("path", module_files(), ids=named)
def test_functions_are_short(path: Path) -> None:
    long = {each.name: length(each) for each in functions(path) if length(each) > FUNCTION_LINES}
    assert not long


@pytest.mark.parametrize("path", module_files(), ids=named)
def test_functions_ask_for_little(path: Path) -> None:
    greedy = {each.name: parameters(each) for each in functions(path) if parameters(each) > PARAMETERS}
    assert not greedy
