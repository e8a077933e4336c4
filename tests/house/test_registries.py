"""An action, a gate or a CI is one module, one line in its registry and one test file: none is missing."""

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

import pytest

from bot.ci import KINDS
from handlers.actions import ACTIONS, COMMANDS
from handlers.gates import GATES
from tests.house.tree import ROOT

REGISTRIES: dict[str, tuple[Mapping[str, object], str]] = {
    "handlers.actions": (COMMANDS, "action"),
    "handlers.gates": (GATES, "gate"),
    "bot.ci": (KINDS, "http"),
}
"""By package: its registry, and the part that all of its others share."""


def modules(package: str) -> list[str]:
    """List the modules of a package that must be registered; where each has a folder of its own, the folders."""
    folder = ROOT.joinpath(*package.split("."))
    inner = [file.parent.name for file in folder.glob("*/__init__.py")]
    names = inner or [file.stem for file in folder.glob("*.py") if file.stem != "__init__"]
    return sorted(name for name in names if name != REGISTRIES[package][1])


def made_in(entry: object, module: ModuleType) -> bool:
    """Whether a registry's entry is defined in a module."""
    return any(entry is each for each in vars(module).values())


MODULES = [(package, name) for package in REGISTRIES for name in modules(package)]


def test_there_are_modules() -> None:
    assert {package for package, _ in MODULES} == set(REGISTRIES)


@pytest.mark.parametrize(("package", "name"), MODULES)
def test_a_module_is_registered_by_its_name(package: str, name: str) -> None:
    registry, _ = REGISTRIES[package]
    assert name in registry
    assert made_in(registry[name], import_module(f"{package}.{name}"))


@pytest.mark.parametrize("package", REGISTRIES)
def test_nothing_else_is_registered(package: str) -> None:
    assert sorted(REGISTRIES[package][0]) == modules(package)


@pytest.mark.parametrize(("package", "name"), MODULES)
def test_a_module_has_a_test_file(package: str, name: str) -> None:
    assert ROOT.joinpath("tests", *package.split("."), f"test_{name}.py").is_file()


def test_no_action_hides_another_of_its_name() -> None:
    assert len(COMMANDS) == len(ACTIONS)
