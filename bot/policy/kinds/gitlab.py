"""The `gitlab` kind: gitlab.com or a GitLab of one's own, and the token and secret to speak with it."""

import re
from collections.abc import Mapping
from pathlib import Path

from bot.policy.kinds.kind import REMOTE_DEPLOY, KindReader, read_remote, read_secret
from bot.policy.section import Section
from bot.policy.words import URL

_SIGNING = re.compile(r"whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,4}={0,2})")
"""A signing token: its key in base64 follows."""

_NEEDED = {"token": "an access token with the scope `api`, as `${GITLAB_TOKEN}`"}


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read `url` (its pages; gitlab.com if it is not set), `token`, `webhook_secret` and `oidc_issuer`."""
    del folder
    section.need(**_NEEDED)
    settings = read_remote(section, url="https://gitlab.com")
    settings["token"] = read_secret(section, "token")
    settings["oidc_issuer"] = section.text("oidc_issuer", URL)
    secret = str(settings["webhook_secret"])
    if secret.startswith("whsec_") and not _SIGNING.fullmatch(secret):
        place = section.value_place("webhook_secret")
        section.findings.fault(
            place, "the signing token is broken: copy all of it, `whsec_` and what follows"
        )
    return settings


READER = KindReader(
    read=read,
    deploy=REMOTE_DEPLOY,
    needed={},
    announces=True,
    repository="the project's path, like `group/project`",
)
