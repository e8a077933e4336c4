"""The `github` kind: Actions of github.com or of an Enterprise Server, and the token and secret to speak with it."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.policy.kinds.kind import REMOTE_DEPLOY, KindReader, read_remote, read_secret
from bot.policy.section import Section
from bot.policy.words import Shape

API = "https://api.github.com"

_NEEDED = {"token": "a token that may read and write Actions and read Contents, as `${GITHUB_TOKEN}`"}
_ISSUER = Shape(
    "the address of an issuer of tokens, which begins with https://",
    re.compile(
        r"""(?:https://[^\s/?#@|<>"]+|http://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?)(?:/[^\s?#|<>"]*)?"""
    ),
)


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read `token`, `url` (of the API: github.com's if it is not set), `poll`, `webhook_secret` and `oidc_issuer`.

    The API of an Enterprise Server is at https://HOST/api/v3 (GitHub Enterprise Server's docs, "Getting started with the
    REST API"); an issuer that is not set follows from `url`.
    """
    del folder
    section.need(**_NEEDED)
    return {
        **read_remote(section, url=API),
        "token": read_secret(section, "token"),
        "oidc_issuer": section.text("oidc_issuer", _ISSUER),
    }


READER = KindReader(
    read=read,
    deploy=REMOTE_DEPLOY,
    needed={"workflow": "the name of the workflow's file, like `deploy.yml`"},
    announces=True,
    repository="its repository on GitHub, like `owner/name`",
)
