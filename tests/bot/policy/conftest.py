"""A second kind of CI, of the sort that runs elsewhere, so that the settings of such a one can be read."""

import pytest

from bot.ci import KINDS
from bot.ci.kind import CiKind
from bot.ci.local.provider import connect
from bot.ci.settings import CiSettings
from bot.schema.fields import Text, Url


class RemoteSettings(CiSettings):
    url: Url = ""
    token: Text = ""


@pytest.fixture
def remote(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind `remote`: it has an address and a token, takes all that a remote CI takes, and announces builds."""
    needed = {"workflow": "the workflow that deploys"}
    monkeypatch.setitem(KINDS, "remote", CiKind(RemoteSettings, connect, needed=needed, announces=True))
