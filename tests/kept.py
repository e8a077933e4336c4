"""Counts what the bot keeps in memory: all objects that can be reached from it and from what its modules hold."""

import asyncio
import gc
import sqlite3
import sys
import types
from collections import Counter, deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol, cast

PRODUCT = frozenset({"bot", "storage", "handlers"})
CONTAINERS = (dict, list, set, frozenset, deque)
ELSEWHERE = (
    types.ModuleType,
    type,
    types.CodeType,
    types.FrameType,
    asyncio.AbstractEventLoop,
    asyncio.Task,
    sqlite3.Connection,
)
"""What leads to the test itself, or to what every process has: the walk ends there.

A connection of sqlite3 keeps references to its cursors, and drops those that are gone with every 200th (CPython's
`Modules/_sqlite/connection.c`, `pysqlite_connection_cursor`).
"""

LONGEST_PATH = 160
NAMED = 40
"""Up to so many entries of a mapping are told apart by their keys; those of larger ones share one path."""


class _Cached(Protocol):
    def cache_parameters(self) -> dict[str, Any]: ...


@dataclass
class Kept:
    """How many objects there are of each type, how large the containers are by the path to them, and bytes of all."""

    types: Counter[str] = field(default_factory=Counter[str])
    containers: dict[str, int] = field(default_factory=dict[str, int])
    bytes: int = 0

    def grown_since(self, before: "Kept", by: int) -> dict[str, tuple[int, int]]:
        """List what has at least so many more, with how many before: containers, and types that are not built in."""
        sizes = {path: (before.containers.get(path, 0), size) for path, size in self.containers.items()}
        sizes |= {name: (before.types[name], count) for name, count in self.types.items() if "." in name}
        return {name: (old, new) for name, (old, new) in sizes.items() if new - old >= by}


def kept_by(bot: object) -> Kept:
    """Walk through everything that a bot in this process holds."""
    gc.collect()
    loaded = [(name, module) for name, module in list(sys.modules.items()) if name.split(".")[0] in PRODUCT]
    found, seen = Kept(), dict[int, object]()
    waiting = deque[tuple[str, object]]([("app", bot), *((name, vars(module)) for name, module in loaded)])
    while waiting:
        path, each = waiting.popleft()
        if id(each) in seen or _is_elsewhere(each):
            continue
        seen[id(each)] = each  # held, so that its id is not given to another one meanwhile
        found.types[_type_name(each)] += 1
        found.bytes += sys.getsizeof(each)
        if (size := _size(each)) is not None:
            found.containers[path] = max(found.containers.get(path, 0), size)
        waiting.extend((f"{path}{name}"[-LONGEST_PATH:], inner) for name, inner in _inside(each))
    return found


def _size(each: object) -> int | None:
    """Return how much a container holds; None of what is none."""
    return len(cast("list[Any]", each)) if isinstance(each, CONTAINERS) else None


def _type_name(each: object) -> str:
    kind = type(each)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _is_elsewhere(each: object) -> bool:
    """Return whether the walk ends here: at what is of the tests, or of the interpreter, or has a bound of its own."""
    if isinstance(each, ELSEWHERE) or type(each).__module__.split(".")[0] == "tests":
        return True
    bounded = isinstance(each, type(_slots)) and cast("_Cached", each).cache_parameters()["maxsize"]
    return bool(bounded)


def _inside(each: object) -> Iterable[tuple[str, object]]:
    """List what an object refers to, with the names of its attributes or keys where there are few."""
    names = _names(each)
    if isinstance(each, types.FunctionType):
        inner: list[object] = [each.__defaults__, *(each.__closure__ or ())]
    else:
        inner = gc.get_referents(each)
    return [(names.get(id(value), f".{type(value).__name__}"), value) for value in inner]


def _names(each: object) -> dict[int, str]:
    if isinstance(each, dict):
        entries = cast("dict[object, object]", each)
        return (
            {id(value): f"[{key!r:.40}]" for key, value in entries.items()} if len(entries) <= NAMED else {}
        )
    names = dict[int, str]()
    with suppress(AttributeError):
        names[id(object.__getattribute__(each, "__dict__"))] = ""
    for name, slot in _slots(type(each)):
        with suppress(AttributeError):
            names[id(slot.__get__(each))] = f".{name}"
    return names


@cache
def _slots(kind: type) -> list[tuple[str, types.MemberDescriptorType]]:
    found = (entry for each in kind.__mro__ for entry in vars(each).items())
    return [(name, slot) for name, slot in found if isinstance(slot, types.MemberDescriptorType)]
