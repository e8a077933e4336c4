"""The database decides a condition; `is`, `in`, `not`, `and`, `or` are decided by Python before that."""

import ast
from collections.abc import Iterator

import pytest

from tests.house.tree import module_files, named, parsed

ASKING = frozenset({"where", "having", "filter", "and_", "or_", "not_"})


def decided_too_early(argument: ast.expr) -> bool:
    """Tell whether Python and not the database gives the answer."""
    match argument:
        case ast.Compare(ops=ops):
            return any(isinstance(each, ast.Is | ast.IsNot | ast.In | ast.NotIn) for each in ops)
        case ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return True
        case ast.BinOp(left=left, right=right):
            return decided_too_early(left) or decided_too_early(right)
        case _:
            return False


def early(tree: ast.AST) -> Iterator[int]:
    """Give the lines of conditions that Python decides."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in ASKING:
                yield from (each.lineno for each in node.args if decided_too_early(each))


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("select(Row).where(Row.run is None)", [1]),
        ("select(Row).where(Row.a == 1, Row.run is not None)", [1]),
        ("select(Row).where(or_(Row.a == 1, not Row.done))", [1]),
        ("select(Row).where((Row.a == 1) & (Row.run is None))", [1]),
        ("select(Row).where(Row.a in (1, 2))", [1]),
        ("select(Row).where(Row.a == 1 and Row.b == 2)", [1]),
        ("select(Row).where(col(Row.run).is_(None), col(Row.a).in_([1]), ~Row.done)", []),
        ("found = [row for row in rows if row.run is None]", []),
    ],
)
def test_early_decisions_are_found(query: str, lines: list[int]) -> None:
    assert list(early(ast.parse(query))) == lines


def test_conditions_are_decided_by_the_database() -> None:
    assert not [f"{named(path)}:{line}" for path in module_files("storage") for line in early(parsed(path))]
