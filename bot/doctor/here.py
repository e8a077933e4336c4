"""Examines this machine: Python, the environment, the policy, files, certificates, proxies."""

import os
import platform
import shutil
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path

from bot import VERSION
from bot.doctor.finding import Finding, failed, warned, well
from bot.doctor.installation import Installation
from bot.file_modes import files_of, open_to_others, running_as_root
from bot.policy.example import placeholders_in
from bot.proxies import proxy_faults, proxy_for, without_password
from bot.state_directory import StateDirectory, StateError
from storage.condition import SQLITE_LIBRARY

OLDEST_PYTHON = (3, 11)
MOST_ERRORS = 5
"""How many errors of the policy are listed; `shiproom check` lists all."""

ENVIRONMENT = ".env"
SIGNING_SECRET = 32
"""How many characters Slack's signing secrets have (docs.slack.dev/authentication/verifying-requests-from-slack)."""

_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where OpenSSL looks for certificates instead of its own places (its manual, SSL_CTX_load_verify_locations)."""

_FULL, _TIGHT = 20 << 20, 500 << 20


async def examine_python(_: Installation) -> AsyncIterator[Finding]:
    """Examine which Python runs."""
    version = f"Shiproom {VERSION}, Python {platform.python_version()}, SQLite {SQLITE_LIBRARY}"
    if sys.version_info < OLDEST_PYTHON:
        yield failed("python", f"{version}: Shiproom needs Python 3.11 or newer: install it in a new .venv.")
    else:
        yield well("python", f"{version}.")


async def examine_policy(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the policy file, and whether this machine has the commands that it names."""
    reading = installation.reading
    errors = [*reading.errors, *reading.absences]
    for error in errors[:MOST_ERRORS]:
        yield failed("policy", str(error))
    if len(errors) > MOST_ERRORS:
        yield failed(
            "policy", f"There are {len(errors) - MOST_ERRORS} errors more: `shiproom check` lists all."
        )
    text = reading.policy.text if reading.policy else ""
    for warning in (*reading.warnings, *placeholders_in(text, installation.path)):
        yield warned("policy", str(warning))
    if not errors and reading.policy:
        yield well("policy", f"{installation.path} is fine: {', '.join(sorted(reading.policy.plans))}.")


async def examine_environment(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the variables: what is missing, malformed or can be guessed."""
    written = _written(installation)
    for fault in installation.faults:
        name = fault.split(" ", 1)[0]
        hint = (
            f" {written} has it: load it with `set -a; . {written}; set +a`." if _sets(written, name) else ""
        )
        yield failed("environment", fault + hint)
    if installation.faults:
        return
    settings = installation.settings
    mode = "Socket Mode" if settings.socket_mode else "HTTP, signed with SLACK_SIGNING_SECRET"
    yield well("environment", f"All variables can be used; Slack comes by {mode}.")
    if settings.socket_mode and settings.signing_secret:
        unused = "SLACK_SIGNING_SECRET is set but not used, because SLACK_APP_TOKEN asks for Socket Mode: unset one of them."
        yield warned("environment", unused)
    if not settings.socket_mode and len(settings.signing_secret) != SIGNING_SECRET:
        yield warned(
            "environment", "SLACK_SIGNING_SECRET does not have the 32 characters of Slack's: copy it again."
        )


async def examine_files(installation: Installation) -> AsyncIterator[Finding]:
    """Examine who can read the bot's files."""
    environments = {
        path for path in (Path(ENVIRONMENT), installation.path.parent / ENVIRONMENT) if path.is_file()
    }
    distinct = {path.resolve(): path for path in sorted(environments)}
    database = files_of(installation.settings.database)
    found = open_to_others([*distinct.values(), *database])
    for sentence in found:
        yield failed("files", f"{sentence}.")
    for sentence in running_as_root():
        yield warned("files", f"{sentence}.")
    if not found:
        yield well("files", "No file with secrets can be read by others.")


async def examine_state(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the state directory, and the room on its disk."""
    state = installation.settings.state
    fault = StateDirectory(state).fault()
    try:
        StateDirectory(state).read("database.json")
    except StateError as error:
        fault = fault or str(error)
    if fault:
        yield failed("state", fault)
    else:
        yield well("state", f"{state} can be written." if state.exists() else f"{state} can be made.")


async def examine_disk(installation: Installation) -> AsyncIterator[Finding]:
    """Examine the room on the disks of the database and of the state directory."""
    files = files_of(installation.settings.database)[:1]
    directories = [_existing(path.absolute()) for path in (*files, installation.settings.state)]
    for place in {path.stat().st_dev: path for path in reversed(directories)}.values():
        free = shutil.disk_usage(place).free
        text = f"{free / (1 << 20):,.0f} MiB are free at {place}"
        if free < _FULL:
            yield failed("disk", f"{text}: make room, or nothing can be saved.")
        elif free < _TIGHT:
            yield warned("disk", f"{text}: make room before it is full.")
        else:
            yield well("disk", f"{text}.")


async def examine_ways_out(installation: Installation) -> AsyncIterator[Finding]:
    """Examine proxies and certificates."""
    environ = installation.environ
    faults = [*proxy_faults(environ), *_wrong_certificates(environ)]
    for fault in faults:
        yield failed("network", fault)
    if not faults:
        proxy = proxy_for(installation.settings.slack_api, environ)
        way = "directly" if proxy is None else f"through the proxy {without_password(proxy)}"
        yield well("network", f"Slack is reached {way}.")


def _wrong_certificates(environ: Mapping[str, str]) -> list[str]:
    return [
        f"{name} is {environ[name]}, which cannot be read: name a file (a directory in SSL_CERT_DIR) with certificates, "
        "or unset it."
        for name in _CERTIFICATES
        if environ.get(name) and not os.access(environ[name], os.R_OK)
    ]


def _existing(path: Path) -> Path:
    """Return the nearest directory above a path that is there."""
    while not path.is_dir() and path != path.parent:
        path = path.parent
    return path


def _written(installation: Installation) -> Path:
    beside = installation.path.parent / ENVIRONMENT
    return beside if beside.is_file() else Path(ENVIRONMENT)


def _sets(path: Path, name: str) -> bool:
    try:
        return any(line.startswith(f"{name}=") for line in path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return False
