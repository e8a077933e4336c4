"""The environment: what is missing or malformed is listed with how to mend it, and no secret is ever printed."""

import pytest

from bot.settings import Settings, read_settings

HTTP = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "signing"}
SOCKET = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}


def read(**environ: str) -> Settings:
    settings = read_settings(environ)
    assert isinstance(settings, Settings)
    return settings


@pytest.mark.parametrize(("environ", "socket_mode"), [(HTTP, False), (SOCKET, True), (HTTP | SOCKET, True)])
def test_an_app_token_means_socket_mode(environ: dict[str, str], socket_mode: bool) -> None:
    assert read(**environ).socket_mode is socket_mode


def test_what_is_not_set_has_the_default_of_the_contract() -> None:
    settings = read(
        **HTTP, SHIPROOM_PORT="", DATABASE_URL="", SLACK_API_URL="", SHIPROOM_HOST="", SHIPROOM_LOG=""
    )
    assert (settings.host, settings.port, settings.database) == ("127.0.0.1", 3000, "sqlite:///shiproom.db")
    assert (str(settings.policy), settings.slack_api, settings.api_token, settings.log) == (
        "shiproom.yml",
        "https://slack.com/api/",
        "",
        "text",
    )


def test_what_is_set_is_taken() -> None:
    settings = read(
        **HTTP,
        SHIPROOM_PORT="8080",
        SHIPROOM_HOST="::1",
        DATABASE_URL="postgresql://h/n",
        SLACK_API_URL="http://127.0.0.1:1/api",
        SHIPROOM_CONFIG="policy.yml",
        SHIPROOM_API_TOKEN="0123456789abcdef",
        SHIPROOM_LOG="json",
    )
    assert (settings.host, settings.port, settings.database) == ("::1", 8080, "postgresql://h/n")
    assert (str(settings.policy), settings.slack_api) == ("policy.yml", "http://127.0.0.1:1/api/")
    assert (settings.api_token, settings.log) == ("0123456789abcdef", "json")


def test_the_word_after_config_wins() -> None:
    settings = read_settings(HTTP | {"SHIPROOM_CONFIG": "policy.yml"}, "other.yml")
    assert isinstance(settings, Settings)
    assert str(settings.policy) == "other.yml"


FAULTY: list[tuple[dict[str, str], list[str]]] = [
    ({}, ["SLACK_BOT_TOKEN", "Neither SLACK_APP_TOKEN"]),
    ({"SLACK_BOT_TOKEN": ""} | SOCKET | {"SLACK_BOT_TOKEN": ""}, ["SLACK_BOT_TOKEN"]),
    (HTTP | {"SLACK_SIGNING_SECRET": ""}, ["Neither SLACK_APP_TOKEN"]),
    (HTTP | {"SHIPROOM_PORT": "-1"}, ["SHIPROOM_PORT"]),
    (HTTP | {"SHIPROOM_PORT": "3000.0"}, ["SHIPROOM_PORT"]),
    (HTTP | {"SHIPROOM_PORT": "\u0663"}, ["SHIPROOM_PORT"]),
    (HTTP | {"SHIPROOM_PORT": "9" * 5_000}, ["SHIPROOM_PORT"]),
    (HTTP | {"SHIPROOM_LOG": "JSON"}, ["SHIPROOM_LOG"]),
    (HTTP | {"SLACK_API_URL": "file:///etc"}, ["SLACK_API_URL"]),
    ({"SLACK_BOT_TOKEN": "xapp-1", "SLACK_APP_TOKEN": "xoxb-1"}, ["SLACK_BOT_TOKEN (xoxb-...) and"]),
    (SOCKET | {"SLACK_APP_TOKEN": "xoxb-1"}, ["SLACK_APP_TOKEN does not begin with xapp-"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxp-1"}, ["SLACK_BOT_TOKEN does not begin with xoxb-"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "XOXB-1"}, ["SLACK_BOT_TOKEN does not begin with xoxb-"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxe.xoxb-1"}, ["SLACK_BOT_TOKEN is a token that rotates"]),
    (SOCKET | {"SLACK_APP_TOKEN": '"xapp-1"'}, ["SLACK_APP_TOKEN is in quotes"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "'xoxb-1'"}, ["SLACK_BOT_TOKEN is in quotes"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxb-1\n"}, ["SLACK_BOT_TOKEN has a space"]),
    (SOCKET | {"SLACK_APP_TOKEN": " xapp-1"}, ["SLACK_APP_TOKEN has a space"]),
    (SOCKET | {"SLACK_APP_TOKEN": "  "}, ["SLACK_APP_TOKEN is blank"]),
    (SOCKET | {"SLACK_APP_TOKEN": "xapp-"}, ["SLACK_APP_TOKEN holds characters"]),
    (SOCKET | {"SLACK_APP_TOKEN": "xapp-..."}, ["SLACK_APP_TOKEN holds characters"]),
    (SOCKET | {"SLACK_BOT_TOKEN": "xoxb-1 2"}, ["SLACK_BOT_TOKEN holds characters"]),
    (HTTP | {"SHIPROOM_API_TOKEN": "a"}, ["SHIPROOM_API_TOKEN is too short"]),
    (HTTP | {"SHIPROOM_API_TOKEN": "a" * 40}, ["SHIPROOM_API_TOKEN is made of"]),
    (HTTP | {"SHIPROOM_API_TOKEN": "abab" * 10}, ["SHIPROOM_API_TOKEN is made of"]),
    (HTTP | {"HTTPS_PROXY": "socks5://proxy:1080"}, ["HTTPS_PROXY is not understood"]),
    (HTTP | {"http_proxy": "http://proxy:port"}, ["HTTP_PROXY is not understood"]),
]


@pytest.mark.parametrize(("environ", "named"), FAULTY)
def test_faults_are_listed(environ: dict[str, str], named: list[str]) -> None:
    faults = read_settings(environ)
    assert isinstance(faults, list)
    assert [fault for fault, name in zip(faults, named, strict=True) if fault.startswith(name)] == faults


def test_no_secret_is_printed() -> None:
    settings = read(
        **HTTP, SHIPROOM_API_TOKEN="api-secret-of-the-bot", DATABASE_URL="postgresql://u:hidden@h/n"
    )
    for secret in ("xoxb-1", "signing", "api-secret-of-the-bot", "hidden"):
        assert secret not in repr(settings)
    assert set(settings.secrets) >= {"xoxb-1", "signing", "api-secret-of-the-bot"}
