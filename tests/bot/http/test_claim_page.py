"""The pages on claiming fit the code: what is written there for a CI passes what that CI's own check asks of a policy."""

import re
from collections.abc import Callable

import pytest
import yaml

from bot.ci.github.compatibility import misfits
from bot.ci.github.workflow import read_workflow
from bot.ci.gitlab.check import definition_problems
from bot.ci.inputs import CORRELATION, SECRET, SHA
from bot.ci.run import Target
from bot.http import claim
from handlers.plan import Deploy
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "claim.md").read_text(encoding="utf-8")
TARGET = Target(Deploy("there", workflow="deploy", claim=True), "website", "production", "a/b", "main")


def block(title: str, language: str) -> str:
    """Give the first block in a language below a heading."""
    below = PAGE.partition(f"## {title}\n")[2]
    found = re.search(rf"```{language}\n(.*?)```", below, re.DOTALL)
    assert found, title
    return found[1]


def github() -> list[str]:
    workflow = read_workflow(block("GitHub Actions", "yaml"))
    assert workflow is not None
    return list(misfits(TARGET, workflow, is_server=False))


def gitlab() -> list[str]:
    return definition_problems(block("GitLab CI", "yaml"), TARGET, tokens=True)


@pytest.mark.parametrize("faults", [github, gitlab])
def test_the_check_has_nothing_to_say(faults: Callable[[], list[str]]) -> None:
    assert faults() == []


@pytest.mark.parametrize(("title", "language"), [("Jenkins", "groovy"), ("Buildbot", "python")])
@pytest.mark.parametrize("name", [SHA, CORRELATION, SECRET])
def test_parameters_are_declared(title: str, language: str, name: str) -> None:
    assert name in block(title, language)


def test_the_python_is_python() -> None:
    compile(block("Buildbot", "python"), "docs/claim.md", "exec")


@pytest.mark.parametrize("title", ["GitLab CI", "Jenkins", "Buildbot", "Anything else"])
@pytest.mark.parametrize(
    "name", ["SHIPROOM_URL", "SHIPROOM_CORRELATION_ID", "SHIPROOM_CLAIM_TOKEN", "SHIPROOM_RUN_ID"]
)
def test_each_step_gives_what_the_snippet_needs(title: str, name: str) -> None:
    assert name in PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_every_refusal_is_on_the_page() -> None:
    for code in claim.REFUSALS:
        assert f"`{code}`" in PAGE


def test_the_action_declares_what_the_page_gives_it() -> None:
    action = yaml.safe_load((ROOT / "docs" / "claim" / "action.yml").read_text(encoding="utf-8"))
    steps = yaml.safe_load(block("GitHub Actions", "yaml"))["jobs"]["deploy"]["steps"]
    given = set(next(step["with"] for step in steps if step["uses"].endswith("/claim")))
    needed = {name for name, each in action["inputs"].items() if each["required"]}
    assert needed <= given <= set(action["inputs"])
