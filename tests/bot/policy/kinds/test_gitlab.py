"""The `gitlab` kind: where it is, what it is spoken to with, and what its secrets have to look like."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import changed, lines, read

HERE = "  here: {kind: local, directory: .}"
SECRETS = {
    "GITLAB_TOKEN": "glpat-0123456789abcdef0123",
    "PLAIN": "a-token-of-32-characters-0123456",
    "SIGNING": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "BROKEN": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZ***",
}
KNOWN = "`kind`, `token`, `url`, `poll`, `webhook_secret`, `oidc_issuer`"


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", {}),
        (
            ", url: 'https://gitlab.example.com/', poll: 30s, oidc_issuer: 'https://id.example.com'",
            {"url": "https://gitlab.example.com", "poll": 30, "oidc_issuer": "https://id.example.com"},
        ),
        (", webhook_secret: '${PLAIN}'", {"webhook_secret": SECRETS["PLAIN"]}),
        (", webhook_secret: '${SIGNING}'", {"webhook_secret": SECRETS["SIGNING"]}),
    ],
)
def test_settings(written: str, expected: dict[str, object], tmp_path: Path) -> None:
    line = f"{HERE}\n  there: {{kind: gitlab, token: '${{GITLAB_TOKEN}}'{written}}}"
    reading = read(tmp_path, changed((HERE, line)), SECRETS)
    assert reading.policy is not None
    assert reading.policy.connections["there"].settings == {
        "url": "https://gitlab.com",
        "poll": 15,
        "webhook_secret": "",
        "token": SECRETS["GITLAB_TOKEN"],
        "oidc_issuer": "",
        **expected,
    }


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", "CI `there` lacks `token`: an access token with the scope `api`, as `${GITLAB_TOKEN}`"),
        (
            "token: glpat-in-the-open",
            "a secret stands in the policy under `token`: write `${NAME}` and set NAME",
        ),
        (
            "token: '${GITLAB_TOKEN}', webhook_secret: '${BROKEN}'",
            "the signing token is incomplete: copy all of it, from `whsec_` on",
        ),
        ("token: '${GITLAB_TOKEN}', host: x", f"`host` is not a setting of CI `there`; possible: {KNOWN}"),
    ],
)
def test_faults(written: str, expected: str, tmp_path: Path) -> None:
    line = f"{HERE}\n  there: {{kind: gitlab{', ' if written else ''}{written}}}"
    found = lines(read(tmp_path, changed((HERE, line)), SECRETS).errors)
    assert [each.partition(": ")[2] for each in found] == [expected]
