"""Every example of the policy on the pages is one that `shiproom check` takes; all other YAML and JSON can be read."""

import json
from pathlib import Path

import pytest
import yaml

from tests.docs.pages import Block, blocks
from tests.docs.policies import Parts, faults, framed, policies

YAML = blocks("yaml", "yml")
HOW = "mend the example; what it leaves out is added by tests/docs/policies.py, which knows a part of a policy by its keys"


@pytest.mark.parametrize(
    ("block", "parts"), policies(YAML), ids=lambda each: str(each) if isinstance(each, Block) else ""
)
def test_every_policy_is_sound(block: Block, parts: Parts, tmp_path: Path) -> None:
    assert faults(block, parts, tmp_path) == [], f"{block}: {HOW}"


@pytest.mark.parametrize("block", YAML, ids=str)
def test_every_yaml_can_be_read(block: Block) -> None:
    assert list(yaml.safe_load_all(block.text)), f"{block}: this is no YAML"


def test_every_json_can_be_read() -> None:
    for block in blocks("json"):
        json.loads(block.text)


KINDS = {
    "teams:\n  auditors: {members: [U0KIM, U0TIM]}\n": True,
    "ci:\n  buildbot: {kind: buildbot, url: 'https://buildbot.example.org'}\n": True,
    "time_zone: Europe/Berlin\n": True,
    "tickets: {like: 'SG-[0-9]+', url: 'https://t.example/{ticket}'}\n": True,
    "start: automatic\n": True,
    "deploy: {ci: github, workflow: deploy.yml, claim: required}\n": True,
    "- {sign_off: auditors}\n": True,
    "- name: staging\n  deploy: {ci: here, command: [./deploy.sh]}\n- name: production\n  gates: [{sign_off: ops}]\n"
    "  deploy: {ci: here, command: [./deploy.sh]}\n": True,
    "services: {shiproom: {image: shiproom}}\n": None,
    "on: push\njobs: {}\n": None,
}


@pytest.mark.parametrize("text", KINDS)
def test_what_is_a_fragment(text: str, tmp_path: Path) -> None:
    parts = framed(text)
    assert (parts is not None) is bool(KINDS[text])
    assert parts is None or faults(Block("page", 1, "yaml", text), parts, tmp_path) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("time_zone: Berlin\n", "no time zone"),
        ("star: automatic\nname: x\n", ""),
        ("start: automatic\nurl: https://example.org\nkeeps: [ops]\n", "`keeps` is not a setting"),
        (
            "- name: staging\n  keeps: [ops]\n  deploy: {ci: here, command: [./deploy.sh]}\n",
            "`keeps` is not a setting",
        ),
        ("start: later\n", "later"),
        ("- {sign_off: ops, needs: 0}\n", "0"),
        ("teams: {ops: {members: [Tim]}}\nservices: {web: {channel: C0R, starters: [dev]}}\n", "dev"),
    ],
)
def test_a_wrong_example_is_found(text: str, fault: str, tmp_path: Path) -> None:
    parts = framed(text)
    assert (parts is None) is not fault
    found = [] if parts is None else faults(Block("page", 1, "yaml", text), parts, tmp_path)
    assert parts is None or any(fault in each for each in found)
