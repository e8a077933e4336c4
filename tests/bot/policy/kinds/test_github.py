"""The `github` kind: where it is, what it is spoken to with, and what a step that it carries out needs."""

from pathlib import Path

import pytest

from tests.bot.policy.drafts import changed, lines, read

HERE = "  here: {kind: local, directory: .}"
STAGING = "deploy: {ci: here, command: [./deploy.sh, staging]}"
SERVICE = "    channel: C0RELEASES\n"
HOME = f"{SERVICE}    repository: tailspin/space-game-web\n"
SECRETS = {
    "GITHUB_TOKEN": "github_pat_0123456789",
    "HOOK": "a-secret-of-32-characters-012345",
    "SHORT": "short",
}
KNOWN = "`kind`, `token`, `url`, `poll`, `webhook_secret`, `oidc_issuer`"


def policy(written: str, deploy: str = "workflow: deploy.yml") -> str:
    line = f"{HERE}\n  there: {{kind: github{written}}}"
    return changed((HERE, line), (STAGING, f"deploy: {{ci: there, {deploy}}}"), (SERVICE, HOME))


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", {}),
        (
            ", url: 'https://github.example.com/api/v3/', poll: 30s, oidc_issuer: 'https://id.example.com/x'",
            {
                "url": "https://github.example.com/api/v3",
                "poll": 30,
                "oidc_issuer": "https://id.example.com/x",
            },
        ),
        (", oidc_issuer: 'http://127.0.0.1:8080'", {"oidc_issuer": "http://127.0.0.1:8080"}),
        (", webhook_secret: '${HOOK}'", {"webhook_secret": SECRETS["HOOK"]}),
    ],
)
def test_settings(written: str, expected: dict[str, object], tmp_path: Path) -> None:
    reading = read(tmp_path, policy(f", token: '${{GITHUB_TOKEN}}'{written}"), SECRETS)
    assert lines(reading.errors) == []
    assert reading.policy is not None
    assert reading.policy.connections["there"].settings == {
        "url": "https://api.github.com",
        "poll": 15,
        "webhook_secret": "",
        "token": SECRETS["GITHUB_TOKEN"],
        "oidc_issuer": "",
        **expected,
    }


@pytest.mark.parametrize(
    ("written", "deploy", "expected"),
    [
        (
            "",
            "workflow: deploy.yml",
            "CI `there` lacks `token`: a token that may read and write Actions and read Contents, as `${GITHUB_TOKEN}`",
        ),
        (
            ", token: github_pat_0123456789",
            "workflow: deploy.yml",
            "a secret stands in the policy under `token`: write `${NAME}` and set NAME",
        ),
        (
            ", token: '${GITHUB_TOKEN}', webhook_secret: '${SHORT}'",
            "workflow: deploy.yml",
            "the secret is too short: it needs at least 16 characters",
        ),
        (
            ", token: '${GITHUB_TOKEN}', oidc_issuer: 'http://id.example.com'",
            "workflow: deploy.yml",
            "`http://id.example.com` is not the address of an issuer of tokens, which begins with https://",
        ),
        (
            ", token: '${GITHUB_TOKEN}', user: mara",
            "workflow: deploy.yml",
            f"`user` is not a setting of CI `there`; possible: {KNOWN}",
        ),
        (
            ", token: '${GITHUB_TOKEN}'",
            "send: [version]",
            "lacks `workflow`: the name of the workflow's file, like `deploy.yml`",
        ),
        (
            ", token: '${GITHUB_TOKEN}'",
            "workflow: deploy.yml, command: [./deploy.sh]",
            "the CI `there` has no setting `command`: remove it",
        ),
    ],
)
def test_faults(written: str, deploy: str, expected: str, tmp_path: Path) -> None:
    reading = read(tmp_path, policy(written, deploy), SECRETS)
    assert reading.policy is None
    assert any(expected in fault for fault in lines(reading.errors))
