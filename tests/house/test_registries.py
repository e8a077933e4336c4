"""A gate, a command, a CI provider is one module, one registry line and one test file: none is missing."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType
from typing import cast

from tests.house.tree import ROOT

REGISTRIES = {
    "handlers.gates": ("GATES", "verdict"),
    "handlers.commands": ("COMMANDS", "command"),
    "bot.ci": ("PROVIDERS", "provider"),
}
"""By package: the name of its registry, and the module that all of its others share."""


def modules(package: str) -> list[str]:
    """List the modules of a package that must be registered."""
    files = ROOT.joinpath(*package.split(".")).glob("*.py")
    return sorted(file.stem for file in files if file.stem not in {"__init__", REGISTRIES[package][1]})


def is_of(entry: object, module: ModuleType) -> bool:
    """Tell whether a registry's entry is a module or was made in it."""
    made_there = any(entry is each for each in vars(module).values())
    return entry is module or getattr(entry, "__module__", None) == module.__name__ or made_there


MODULES = [(package, name) for package in REGISTRIES for name in modules(package)]


def is_registered(package: str, name: str) -> bool:
    """Tell whether a module of a package is in its registry."""
    registry = cast(Mapping[str, object], getattr(import_module(package), REGISTRIES[package][0]))
    module = import_module(f"{package}.{name}")
    return any(is_of(entry, module) for entry in registry.values())


def has_test_file(package: str, name: str) -> bool:
    """Tell whether a module has tests of its own."""
    return ROOT.joinpath("tests", *package.split("."), f"test_{name}.py").is_file()


def test_modules_are_registered() -> None:
    assert not [each for each in MODULES if not is_registered(*each)]


def test_modules_have_test_files() -> None:
    assert not [each for each in MODULES if not has_test_file(*each)]
