"""Reads the environment variables once into frozen settings; lists every error.

Nothing starts with an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from bot import state_directory
from bot.listen_address import listen_address, malformed_port
from bot.origin import Network, read_networks
from bot.proxies import proxy_faults, proxy_secrets
from bot.trust import trust_faults
from bot.weak_secrets import weak_secret
from storage.opening import passwords

SLACK_API = "https://slack.com/api/"

TOKENS = {
    "SLACK_BOT_TOKEN": ("xoxb-", "the bot token", "OAuth & Permissions"),
    "SLACK_APP_TOKEN": ("xapp-", "the app-level token", "Basic Information, App-Level Tokens"),
}
"""How each token begins, what it is called, and where it is found (docs.slack.dev/authentication/tokens)."""

_TOKEN = re.compile(r"[A-Za-z0-9-]+\Z")
_QUOTES = "\"'`"


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings from the environment; tokens are kept out of its repr."""

    bot_token: str = field(repr=False)
    signing_secret: str = field(repr=False)
    app_token: str = field(default="", repr=False)
    slack_api: str = SLACK_API
    database: str = field(default="sqlite:///shiproom.db", repr=False)
    policy: Path = Path("shiproom.yml")
    host: str = "127.0.0.1"
    port: int = 3000
    api_token: str = field(default="", repr=False)
    log: Literal["text", "json"] = "text"
    state: Path = Path(state_directory.NAME)
    new_database: bool = False
    """Whether an empty or another database than the one before is accepted."""

    trusted_proxies: tuple[Network, ...] = ()
    """The proxies in front whose X-Forwarded-For is believed."""

    proxies: tuple[str, ...] = field(default=(), repr=False)
    """The passwords of the proxies."""

    @property
    def socket_mode(self) -> bool:
        """Whether Slack is reached through Socket Mode, with no public address."""
        return bool(self.app_token)

    @property
    def secrets(self) -> tuple[str, ...]:
        """Everything that must never be shown."""
        tokens = (self.bot_token, self.signing_secret, self.app_token, self.api_token, *self.proxies)
        return tuple(filter(None, (*tokens, *passwords(self.database))))


def read_settings(environ: Mapping[str, str], policy: str = "") -> Settings | list[str]:
    """Read the settings, or return all errors, each with its fix."""
    problems = [*_missing(environ), *malformed(environ)]
    if problems:
        return problems
    policy_file = policy_path(environ, policy)
    host, port = listen_address(environ)
    return Settings(
        bot_token=environ["SLACK_BOT_TOKEN"],
        signing_secret=environ.get("SLACK_SIGNING_SECRET", ""),
        app_token=environ.get("SLACK_APP_TOKEN", ""),
        slack_api=_with_slash(environ.get("SLACK_API_URL") or SLACK_API),
        database=environ.get("DATABASE_URL") or "sqlite:///shiproom.db",
        policy=policy_file,
        state=state_path(environ, policy_file),
        host=host,
        port=port,
        api_token=environ.get("SHIPROOM_API_TOKEN", ""),
        log="json" if environ.get("SHIPROOM_LOG") == "json" else "text",
        trusted_proxies=_trusted(environ),
        proxies=proxy_secrets(environ),
    )


def policy_path(environ: Mapping[str, str], given: str = "") -> Path:
    """Return the policy file: as given, or as the environment has it."""
    return Path(given or environ.get("SHIPROOM_CONFIG") or "shiproom.yml")


def state_path(environ: Mapping[str, str], policy: Path) -> Path:
    """Return the state directory: of the environment, or beside the policy file."""
    named = environ.get("SHIPROOM_STATE")
    return Path(named).absolute() if named else policy.absolute().parent / state_directory.NAME


def _missing(environ: Mapping[str, str]) -> list[str]:
    problems: list[str] = []
    if not environ.get("SLACK_BOT_TOKEN"):
        problems.append(
            "SLACK_BOT_TOKEN is not set: copy the bot token (xoxb-...) from your Slack app, OAuth & Permissions."
        )
    if not environ.get("SLACK_APP_TOKEN") and not environ.get("SLACK_SIGNING_SECRET"):
        problems.append(
            "Neither SLACK_APP_TOKEN (Socket Mode) nor SLACK_SIGNING_SECRET (HTTP) is set: "
            "copy one of them from your Slack app, Basic Information."
        )
    return problems


def malformed(environ: Mapping[str, str]) -> list[str]:
    """List what is set and cannot be used, each with its fix."""
    problems = [*_wrong_tokens(environ), *_weak(environ), *proxy_faults(environ), *trust_faults(environ)]
    if fault := malformed_port(environ):
        problems.append(fault)
    if environ.get("SHIPROOM_LOG", "text") not in {"", "text", "json"}:
        problems.append("SHIPROOM_LOG must be text or json.")
    wrong = read_networks(environ.get("SHIPROOM_TRUSTED_PROXIES", ""))
    if isinstance(wrong, str):
        problems.append(
            f"SHIPROOM_TRUSTED_PROXIES has {wrong[:40]!r}: write addresses or networks, such as 10.0.0.0/8, between commas."
        )
    api = environ.get("SLACK_API_URL") or SLACK_API
    if not api.startswith(("https://", "http://")):
        problems.append(
            f"SLACK_API_URL is {api!r}: it must begin with https:// (or http:// for a local Slack)."
        )
    return problems


def _trusted(environ: Mapping[str, str]) -> tuple[Network, ...]:
    found = read_networks(environ.get("SHIPROOM_TRUSTED_PROXIES", ""))
    return () if isinstance(found, str) else tuple(found)


def _wrong_tokens(environ: Mapping[str, str]) -> list[str]:
    """Check the tokens of Slack before anything is sent: they begin as Slack's docs say, and have nothing around them."""
    bot, app = environ.get("SLACK_BOT_TOKEN", ""), environ.get("SLACK_APP_TOKEN", "")
    if bot.startswith("xapp-") and app.startswith("xoxb-"):
        return [
            "SLACK_BOT_TOKEN (xoxb-...) and SLACK_APP_TOKEN (xapp-...) are swapped: exchange their values."
        ]
    return [fault for name in TOKENS if (fault := _wrong_token(name, environ.get(name, "")))]


def _wrong_token(name: str, token: str) -> str:
    prefix, called, place = TOKENS[name]
    copy = f"copy {called} ({prefix}...) from your Slack app, {place}."
    begins = token.startswith(prefix)
    if not token or (begins and _TOKEN.match(token, len(prefix))):
        return ""
    found = {
        "is blank": not token.strip(),
        "has a space or a line end around it": token != token.strip(),
        "is in quotes that belong to it": not {token[0], token[-1]}.isdisjoint(_QUOTES),
        "is a token that rotates, which Shiproom cannot renew": token.startswith("xoxe"),
        f"does not begin with {prefix}": not begins,
        "holds characters that no token has": True,
    }
    return f"{name} {next(words for words, applies in found.items() if applies)}: {copy}"


def _weak(environ: Mapping[str, str]) -> list[str]:
    token = environ.get("SHIPROOM_API_TOKEN", "")
    weakness = weak_secret(token) if token else ""
    return (
        [f"SHIPROOM_API_TOKEN {weakness}: write a random one, as `openssl rand -hex 32` prints."]
        if weakness
        else []
    )


def _with_slash(url: str) -> str:
    return url if url.endswith("/") else url + "/"
