"""The installation that is examined, as far as it can be read."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.policy import PolicyResult, read_policy
from bot.settings import SLACK_API, Settings, policy_path, read_settings, state_path
from handlers.people import Directory
from handlers.policy import Policy

DEFAULT_PORT = "3000"


@dataclass(frozen=True, slots=True)
class Installation:
    """The environment, the policy file and what was read of it.

    `settings` are usable even if the environment has `faults`: what is missing is empty then.
    """

    environ: Mapping[str, str]
    path: Path
    reading: PolicyResult
    settings: Settings
    faults: tuple[str, ...]

    @property
    def policy(self) -> Policy:
        """Return the policy, an empty one if it has errors."""
        return self.reading.policy or Policy({}, Directory(), {}, "UTC")


def examine(environ: Mapping[str, str], config: str) -> Installation:
    """Read an installation; nothing is raised for whatever is wrong with it."""
    path = policy_path(environ, config)
    found = read_settings(environ, config)
    faults = () if isinstance(found, Settings) else tuple(found)
    settings = found if isinstance(found, Settings) else _lenient(environ, path)
    return Installation(environ, path, read_policy(path, environ), settings, faults)


def _lenient(environ: Mapping[str, str], path: Path) -> Settings:
    """Return what can be used of an environment with faults."""
    port = environ.get("SHIPROOM_PORT") or DEFAULT_PORT
    api = environ.get("SLACK_API_URL") or SLACK_API
    return Settings(
        bot_token=environ.get("SLACK_BOT_TOKEN", "").strip(),
        signing_secret=environ.get("SLACK_SIGNING_SECRET", ""),
        app_token=environ.get("SLACK_APP_TOKEN", "").strip(),
        slack_api=api if api.endswith("/") else f"{api}/",
        database=environ.get("DATABASE_URL") or "sqlite:///shiproom.db",
        policy=path,
        state=state_path(environ, path),
        host=environ.get("SHIPROOM_HOST") or "127.0.0.1",
        port=int(port)
        if port.isascii() and port.isdigit() and len(port) < len("100000")
        else int(DEFAULT_PORT),
        api_token=environ.get("SHIPROOM_API_TOKEN", ""),
    )
