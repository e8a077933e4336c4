"""The codes that the rest of Shiproom answers with, read from its source, so that none is without words."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from handlers.people import Eligibility
from tests.house.tree import ROOT, module_files, parsed

PLACE = {
    "Refusal": 0,
    "Reply": 0,
    "Reason": 0,
    "UsageError": 0,
    "PostToThread": 1,
    "PostToChannel": 1,
    "DirectMessage": 2,
    "post": 0,
    "post_last": 0,
    "notify": 0,
    "call": 0,
    "Call": 1,
    "warn": 0,
    "lose_track": 1,
}
"""Which argument of a call is the code."""

KIND: dict[str, str] = dict.fromkeys(("post", "post_last", "notify", "call", "Call", "warn"), "PostToThread")


@dataclass
class Emission:
    """One place that answers with a code, and the values that its function names."""

    kind: str
    code: str
    keys: set[str] = field(default_factory=set[str])
    open: bool = False


@cache
def emissions() -> tuple[Emission, ...]:
    """Find every place in handlers/ and storage/ that answers with a code; in the rest of bot/ only refusals and replies."""
    return tuple(
        each
        for path in module_files()
        if "blocks" not in path.parts
        for function in _functions(path)
        for each in _of(function)
        if "bot" not in path.relative_to(ROOT).parts or each.kind in {"Refusal", "Reply"}
    )


def codes(kind: str) -> set[str]:
    """Return the codes of one kind."""
    return {each.code for each in emissions() if each.kind == kind}


def actions() -> set[str]:
    """Return every action that a refusal may speak of."""
    found: set[str] = set()
    for path in module_files("handlers"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                found |= {text for key, value in pairs if "action" in strings(key) for text in strings(value)}
            if isinstance(node, ast.Call) and name_of(node).startswith("refuse_unless"):
                found |= {text for argument in node.args for text in strings(argument)}
    return found


def strings(node: ast.AST | None) -> set[str]:
    """Return the strings that an expression may be."""
    if isinstance(node, ast.Constant):
        return {node.value} if isinstance(node.value, str) else set()
    if isinstance(node, ast.IfExp):
        return strings(node.body) | strings(node.orelse)
    if isinstance(node, ast.JoinedStr) and ast.unparse(node) == "f'{why}_may_not_sign'":
        return {f"{why}_may_not_sign" for why in ("took_twice", "asker", "requester", "author", "waiver")}
    if isinstance(node, ast.BoolOp):
        return set[str]().union(*map(strings, node.values))
    if isinstance(node, ast.Attribute) and ast.unparse(node) == "eligible.value":
        return {each.value for each in Eligibility if each is not Eligibility.YES}
    return set()


def name_of(call: ast.Call) -> str:
    """Return the last word of what is called."""
    called = call.func
    return (
        called.attr
        if isinstance(called, ast.Attribute)
        else called.id
        if isinstance(called, ast.Name)
        else ""
    )


def _functions(path: Path) -> Iterator[ast.AST]:
    return (
        node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


def _of(function: ast.AST) -> Iterator[Emission]:
    keys = {
        text
        for node in ast.walk(function)
        if isinstance(node, ast.Dict)
        for key in node.keys
        for text in strings(key)
    }
    keys |= {
        text
        for node in ast.walk(function)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store)
        for text in strings(node.slice)
    }
    for node in ast.walk(function):
        if not isinstance(node, ast.Call) or name_of(node) not in PLACE:
            continue
        place, name = PLACE[name_of(node)], name_of(node)
        spread = any(isinstance(each, ast.Dict) and None in each.keys for each in ast.walk(node))
        for code in _codes(node.args[place], function) if len(node.args) > place else ():
            yield Emission(KIND.get(name, name), code, keys, spread)


def _codes(node: ast.expr, function: ast.AST) -> set[str]:
    """Return the codes that an expression may be, those included that a variable got from a call."""
    parts = node.values if isinstance(node, ast.BoolOp) else [node]
    names = {each.id for each in parts if isinstance(each, ast.Name)}
    calls = {
        name_of(each.value)
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Call)
        if any(isinstance(target, ast.Name) and target.id in names for target in each.targets)
    }
    return strings(node).union(*map(_returned, calls))


@cache
def _returned(name: str) -> frozenset[str]:
    """Return the codes that a function of handlers/ returns as strings."""
    return frozenset(
        text
        for path in module_files("handlers")
        for function in _functions(path)
        if getattr(function, "name", "") == name
        for node in ast.walk(function)
        if isinstance(node, ast.Return)
        for text in strings(node.value)
        if text
    )
