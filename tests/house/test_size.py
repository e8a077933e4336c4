"""Nothing is longer than a reader can hold in mind."""

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


def test_files_are_short() -> None:
    lines = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in module_files()}
    assert not {path: count for path, count in lines.items() if count > FILE_LINES}


def test_functions_are_short() -> None:
    lengths = {
        f"{named(path)}:{each.name}": length(each) for path in module_files() for each in functions(path)
    }
    assert not {name: count for name, count in lengths.items() if count > FUNCTION_LINES}


def test_functions_ask_for_little() -> None:
    asked = {
        f"{named(path)}:{each.name}": parameters(each) for path in module_files() for each in functions(path)
    }
    assert not {name: count for name, count in asked.items() if count > PARAMETERS}
