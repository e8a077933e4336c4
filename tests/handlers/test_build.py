from typing import Any

import pytest

from tests.handlers.builders import build


@pytest.mark.parametrize(
    ("fields", "same"),
    [({}, True), ({"version": "9"}, True), ({"sha": "f" * 40}, False), ({"digest": "sha256:other"}, False)],
)
def test_an_artifact_is_its_commit_and_its_bytes(fields: dict[str, Any], same: bool) -> None:
    assert build().same_artifact(build(**fields)) is same
