"""An install takes exactly what was locked, from wherever the machine gets its packages."""

import re
import tomllib
from importlib.metadata import distributions
from typing import Any

import pytest
from packaging.markers import Marker
from packaging.utils import canonicalize_name

from tests.house.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(
    r"^(?P<name>[a-z0-9-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)", re.MULTILINE
)


def text(lock: str) -> str:
    """Read a lock file."""
    return (ROOT / lock).read_text(encoding="utf-8")


def pins(lock: str) -> dict[str, str]:
    """Give the version of every package in a lock file."""
    return {each["name"]: each["version"] for each in PINNED.finditer(text(lock))}


def meant_for_here(lock: str) -> dict[str, str]:
    """Give what a lock file names for this Python and platform."""
    entries = [(each, re.search(r"; ([^\\\n]+)", each["rest"])) for each in PINNED.finditer(text(lock))]
    return {
        each["name"]: each["version"]
        for each, marker in entries
        if marker is None or Marker(marker[1]).evaluate()
    }


def project() -> dict[str, Any]:
    """Read pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def names(requirements: list[str]) -> set[str]:
    """Give the packages that requirements name, as a lock file spells them."""
    return {re.split(r"[\[<>=~!; ]", each)[0].lower() for each in requirements}


@pytest.mark.parametrize("lock", LOCKS)
def test_no_address_is_named(lock: str) -> None:
    assert not [
        line for line in text(lock).splitlines() if "://" in line or line.startswith("-") or " @ " in line
    ]


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_has_a_hash(lock: str) -> None:
    requirements = re.findall(r"^[^\s#].*", text(lock), re.MULTILINE)
    assert len(requirements) == len(PINNED.findall(text(lock)))
    assert not [each["name"] for each in PINNED.finditer(text(lock)) if "--hash=sha256:" not in each["rest"]]


def test_tests_run_with_what_is_shipped() -> None:
    assert pins("requirements.lock").items() <= pins("requirements-dev.lock").items()


def test_everything_asked_for_is_locked() -> None:
    groups = project()["dependency-groups"]
    runtime = names([*project()["project"]["dependencies"], *groups["build"]])
    assert runtime <= pins("requirements.lock").keys()
    assert runtime | names(groups["dev"]) <= pins("requirements-dev.lock").keys()


def test_the_build_takes_what_is_locked() -> None:
    assert project()["build-system"]["requires"] == project()["dependency-groups"]["build"]


def test_what_is_installed_here_is_what_is_locked() -> None:
    brought_along = {"pip", "shiproom"}
    there = {canonicalize_name(each.name): each.version for each in distributions()}
    besides = {name: version for name, version in there.items() if name not in brought_along}
    assert besides == meant_for_here("requirements-dev.lock"), "rm -r .venv && make install"
