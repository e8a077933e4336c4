"""The `audit:` part of a policy: what is read, and every fault with its place."""

from pathlib import Path

import pytest

from handlers.policy import Anchoring
from tests.bot.policy.drafts import changed, read


def audited(text: str) -> str:
    return changed(("services:\n", f"audit: {text}\nservices:\n"))


@pytest.mark.parametrize(
    ("written", "channel", "file"),
    [
        ("{anchor: {channel: C0AUDIT}}", "C0AUDIT", ""),
        ("{anchor: {file: anchors.txt}}", "", "anchors.txt"),
        ("{anchor: {channel: C0AUDIT, file: /var/log/anchors.txt}}", "C0AUDIT", "/var/log/anchors.txt"),
    ],
)
def test_the_places_of_anchors(tmp_path: Path, written: str, channel: str, file: str) -> None:
    found = read(tmp_path, audited(written))
    assert not found.errors
    assert found.policy is not None
    assert found.policy.anchoring == Anchoring(channel, str(tmp_path / file) if file else "")


def test_without_it_nothing_is_anchored(tmp_path: Path) -> None:
    policy = read(tmp_path, changed()).policy
    assert policy is not None
    assert policy.anchoring is None


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("{anchor: {}}", "`anchor` names no place"),
        ("{}", "lacks `anchor`: where the heads are kept"),
        ("{anchor: C0AUDIT}", "is not a mapping"),
        ("{anchor: {channel: audit}}", "is not the id of a Slack channel"),
        ("{anchor: {chanel: C0AUDIT}}", "did you mean `channel`?"),
        ("{anchor: {file: here}}", "`here` is a directory: name a file in it"),
        ("{anchors: {file: here.txt}}", "did you mean `anchor`?"),
    ],
)
def test_faults_lead_to_the_line(tmp_path: Path, written: str, message: str) -> None:
    (tmp_path / "here").mkdir()
    errors = read(tmp_path, audited(written)).errors
    line = audited(written).splitlines().index(f"audit: {written}") + 1
    assert any(message in each.message for each in errors), errors
    assert {each.line for each in errors} == {line}
