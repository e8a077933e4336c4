"""What the page on connecting a CI shows is a sound policy, and its workflow is one that the check accepts."""

import re
from pathlib import Path

import pytest
import yaml

from bot.ci import KINDS
from bot.ci.github.compatibility import misfits
from bot.ci.github.workflow import read_workflow
from bot.ci.run import Target
from bot.policy import read_policy
from handlers.plan import Deploy
from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
TEAMS = """\
version: 1
teams:
  developers: {members: [U0ANDY, U0MARA]}
  testers: {members: [U0AMITA]}
  ops: {members: [U0TIM]}
"""
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
POLICIES = [block for block in BLOCKS if block.startswith("ci:")]


@pytest.mark.parametrize("block", POLICIES, ids=lambda block: block.split()[1].rstrip(":"))
def test_every_policy_is_sound(block: str, tmp_path: Path) -> None:
    path = tmp_path / "shiproom.yml"
    path.write_text(TEAMS + block, encoding="utf-8")
    environ = dict.fromkeys(re.findall(r"\$\{(\w+)\}", block), "a-secret-that-is-long-enough")
    reading = read_policy(path, environ)
    assert [str(fault) for fault in (*reading.errors, *reading.warnings)] == []


def test_every_kind_is_on_the_page() -> None:
    shown = {connection["kind"] for block in POLICIES for connection in yaml.safe_load(block)["ci"].values()}
    assert shown | {"local", "generic"} == {*KINDS, "generic"}


def test_the_workflow_of_github_passes_the_check() -> None:
    (written,) = [block for block in BLOCKS if block.startswith("name: Deploy")]
    deploy = Deploy("github", workflow="deploy.yml", inputs=(("environment", "staging"),))
    target = Target(deploy, "website", "staging", "tailspin/space-game-web", "main")
    workflow = read_workflow(written)
    assert workflow is not None
    assert list(misfits(target, workflow, is_server=False)) == []
