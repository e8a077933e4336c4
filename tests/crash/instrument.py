"""Rewrites the modules of bot/ and storage/ while they are imported: no file is touched, and no await can be forgotten."""

import ast
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from tests.crash import seeded
from tests.crash.probe import MOST_POINTS, Point, Probe
from tests.crash.seeded import Bug

HOME = Path(__file__).resolve().parents[2]
PACKAGES = frozenset({"bot", "storage"})
NAME = "__crash__"
LONGEST_TEXT = 70

ON_THREADS = {
    "storage/sqlite.py": {"SQLite._write_all", "_commit", "_run", "_settle", "_wake"},
    "bot/ci/local/launch.py": {"launch", "_spawn"},
    "bot/ci/local/rundir.py": {"Runs.prepare", "Runs.void", "Runs.void_all"},
}
"""The functions that write beside the event loop, where there is no await: each of their statements is a point."""


class Rewriter(ast.NodeTransformer):
    """Puts the probe into one module."""

    def __init__(self, probe: Probe, file: str) -> None:
        self._probe = probe
        self._file = file
        self._path: list[str] = []
        self.stepped: set[str] = set()

    def _point(self, node: ast.AST, text: str) -> ast.Constant:
        number = len(self._probe.points)
        line, function = getattr(node, "lineno", 0), ".".join(self._path) or "the module"
        first = " ".join(text.split())[:LONGEST_TEXT]
        self._probe.points.append(Point(number, self._file, line, function, first))
        return ast.Constant(number)

    def _inside(self, node: Any) -> ast.AST:  # noqa: ANN401 - any definition with a name
        self._path.append(node.name)
        self.generic_visit(node)
        if isinstance(node, ast.FunctionDef) and ".".join(self._path) in ON_THREADS.get(self._file, ()):
            self.stepped.add(".".join(self._path))
            self._step(node)
        self._path.pop()
        return node

    visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _inside  # noqa: N815 - named by the syntax tree

    def visit_Await(self, node: ast.Await) -> ast.AST:
        text = ast.unparse(node)
        self.generic_visit(node)
        node.value = _call("watch", self._point(node, text), node.value)
        return node

    def visit_AsyncWith(self, node: ast.AsyncWith) -> ast.AST:
        for item in node.items:
            text = ast.unparse(item.context_expr)
            begin = self._point(node, f"begin async with {text}")
            self._point(node, f"end async with {text}")
            item.context_expr = _call("within", begin, item.context_expr)
        self.generic_visit(node)
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AST:
        # Nothing of the product loops this way; one that did would have awaits at which nobody is killed, unnoticed.
        message = (
            f"{self._file}:{node.lineno}: an async for has awaits that are no points: make them points here"
        )
        raise AssertionError(message)

    def _step(self, node: ast.AST) -> None:
        for field, value in ast.iter_fields(node):
            if field in {"body", "orelse", "finalbody"} and isinstance(value, list):
                setattr(node, field, self._stepping(value))  # pyright: ignore[reportUnknownArgumentType]
            elif field == "handlers":
                for handler in value:
                    self._step(handler)

    def _stepping(self, statements: Sequence[ast.stmt]) -> list[ast.stmt]:
        stepping: list[ast.stmt] = []
        for statement in statements:
            if not (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)):
                stepping.append(ast.Expr(_call("step", self._point(statement, ast.unparse(statement)))))
            self._step(statement)
            stepping.append(statement)
        return stepping


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    probe = ast.Attribute(ast.Name(NAME, ast.Load()), name, ast.Load())
    return ast.Call(probe, list(arguments), [])


class Loader(SourceFileLoader):
    """Loads one module rewritten, never from compiled bytecode and never into it."""

    def __init__(self, probe: Probe, bug: Bug | None, name: str, path: str) -> None:
        super().__init__(name, path)
        self._probe = probe
        self._bug = bug

    def path_stats(self, path: str) -> Any:  # noqa: ANN401 - what the import system wants
        """Know nothing of the file's age: so no bytecode is taken, nor written."""
        raise OSError(path)

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> CodeType:  # noqa: ANN401
        file = Path(path).resolve().relative_to(HOME).as_posix()
        if self._bug is not None and self._bug.file == file:
            data = self._bug.planted(data)
        rewriter = Rewriter(self._probe, file)
        tree = ast.fix_missing_locations(rewriter.visit(ast.parse(data)))
        missing = ON_THREADS.get(file, set()) - rewriter.stepped
        if missing or len(self._probe.points) > MOST_POINTS:
            raise LookupError(f"{file}: {missing or 'there are too many points'}")
        return compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__[NAME] = self._probe
        super().exec_module(module)


class Finder(MetaPathFinder):
    """Finds the modules to rewrite; all others are found as always."""

    def __init__(self, probe: Probe, bug: Bug | None) -> None:
        self._probe = probe
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname.partition(".")[0] not in PACKAGES:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = Loader(self._probe, self._bug, fullname, spec.loader.path)
        return spec


def install(bug: Bug | None = None) -> Probe:
    """Rewrite whatever is imported from now on, with a bug in it if one is given; gives the probe that it will know."""
    loaded = {*PACKAGES, "handlers"} & {name.partition(".")[0] for name in sys.modules}
    if loaded:
        raise RuntimeError(f"{', '.join(loaded)} is imported already")
    probe = Probe()
    if bug is not None:
        sys.meta_path.insert(0, seeded.Finder(bug))
    sys.meta_path.insert(0, Finder(probe, bug))
    return probe
