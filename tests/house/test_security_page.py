"""docs/security.md says what is so: its scopes are the manifest's, its proofs are there, and its files are the units'."""

import re
from typing import Any

import yaml

from tests.house.tree import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
MANIFEST = (ROOT / "manifest.yml").read_text(encoding="utf-8")


def rows(mark: str) -> list[list[str]]:
    """List the cells of the table under a mark, without its head."""
    table = PAGE.partition(f"<!-- {mark} -->")[2].partition(f"<!-- end of the {mark} -->")[0]
    lines = [line.strip().strip("|").split("|") for line in table.strip().splitlines()[2:]]
    return [[cell.strip() for cell in line] for line in lines]


def test_every_scope_of_the_manifest_has_its_reason() -> None:
    manifest: Any = yaml.safe_load(MANIFEST)
    wanted = manifest["oauth_config"]["scopes"]["bot"]
    named = {cell.strip("`"): why for cell, why in rows("scopes")}
    assert list(named) == wanted
    assert all(len(why) >= len("`/release`") for why in named.values())


def test_what_the_page_says_of_the_app_is_so() -> None:
    manifest: Any = yaml.safe_load(MANIFEST)
    assert ("subscribes to no events" in PAGE) is ("event_subscriptions" not in manifest["settings"])
    assert ("No token of a person is used" in PAGE) is ("user" not in manifest["oauth_config"]["scopes"])
    assert "connections:write" in PAGE
    assert "connections:write" in MANIFEST


def test_every_threat_has_a_proof() -> None:
    threats = rows("threats")
    assert len(threats) >= 15
    for threat, done, proofs in threats:
        files = re.findall(r"`(tests/[\w/]+\.py)`", proofs)
        assert done, threat
        assert files, threat
        assert not [file for file in files if not (ROOT / file).is_file()]


def test_where_to_report_invents_no_address() -> None:
    text = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
    assert "Report a vulnerability" in text
    assert "@" not in text
    assert len(text.splitlines()) <= 25
