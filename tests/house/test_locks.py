"""An install takes exactly what was locked, from wherever the machine gets its packages."""

import re
import tomllib
from typing import Any

import pytest

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
