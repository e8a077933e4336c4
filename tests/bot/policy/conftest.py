"""A second kind of CI, of the sort that runs elsewhere, so that the settings of such a one can be read."""

import pytest

from bot.policy.kinds import KINDS, KindReader
from bot.policy.words import URL


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind `remote`: it has an address and a token, takes all that a remote CI takes, and announces builds."""
    reader = KindReader(
        read=lambda section, _folder: {"url": section.text("url", URL), "token": section.text("token")},
        deploy=frozenset({"workflow", "inputs", "send", "claim"}),
        needed={"workflow": "the workflow that deploys"},
        announces=True,
    )
    monkeypatch.setitem(KINDS, "remote", reader)
