"""What a command sees of the bot: as little as can be."""

import pytest

from bot.ci.local.environment import clean, is_bot_secret, problem_in, secrets_among

BOT = {
    "PATH": "/opt/bin:/bin",
    "LANG": "",
    "SLACK_BOT_TOKEN": "xoxb",
    "KUBECONFIG": "/etc/kube",
    "CI_TOKEN": "of-the-bot",
    "DEPLOY_TOKEN": "of-the-deploy",
    "SHORT_KEY": "abc",
}


def test_the_least_what_is_passed_and_what_is_told() -> None:
    told = {"SHIPROOM_VERSION": "1"}
    assert clean(BOT, ["KUBECONFIG", "MISSING", "SHIPROOM_VERSION"], told) == {
        "PATH": "/opt/bin:/bin",
        "HOME": "/",
        "LANG": "C.UTF-8",
        "KUBECONFIG": "/etc/kube",
        "SHIPROOM_VERSION": "1",
    }


def test_what_is_told_wins() -> None:
    assert (
        clean({"SHIPROOM_SHA": "of the bot"}, ["SHIPROOM_SHA"], {"SHIPROOM_SHA": "a"})["SHIPROOM_SHA"] == "a"
    )


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("SLACK_BOT_TOKEN", True),
        ("SLACK_SIGNING_SECRET", True),
        ("SLACK_APP_TOKEN", True),
        ("DATABASE_URL", True),
        ("SHIPROOM_API_TOKEN", True),
        ("CI_TOKEN", True),
        ("DEPLOY_TOKEN", False),
        ("KUBECONFIG", False),
        ("MISSING", False),
    ],
)
def test_the_bots_own_secrets(name: str, own: bool) -> None:
    assert is_bot_secret(name, BOT, ("of-the-bot", "")) is own


def test_whatever_is_passed_on_may_be_a_secret() -> None:
    environ = {
        "DEPLOY_TOKEN": "of-the-deploy",
        "SIGNING_KEY": "/etc/key",
        "VAULT_ADDR": "innocent-looking",
        "KUBECONFIG": "/etc/kube/config",
        "HOME": "home-of-the-bot",
        "SHORT_KEY": "12345",
    }
    assert secrets_among(environ, [*environ, "MISSING_TOKEN"]) == {
        "of-the-deploy",
        "/etc/key",
        "innocent-looking",
    }


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", ""),
        ("2.4.1", ""),
        ("$(reboot); `x` 'y' \u00fc", ""),
        ("--flag", ""),
        ("a\nb", "SHIPROOM_VERSION contains control characters"),
        ("a\n", "SHIPROOM_VERSION contains control characters"),
        ("a\x00", "SHIPROOM_VERSION contains control characters"),
        ("\x7f", "SHIPROOM_VERSION contains control characters"),
        ("\ud800", "SHIPROOM_VERSION is not text"),
    ],
)
def test_values_that_are_not_handed_over(value: str, fault: str) -> None:
    assert problem_in({"SHIPROOM_SHA": "a", "SHIPROOM_VERSION": value}) == fault
