"""Looks whether a command of the policy can be run on this machine, before any release needs it."""

import os
import shutil
from pathlib import Path

from bot.ci.local.environment import clean
from handlers.plan import Deploy
from handlers.policy import Connection


def missing_command(connection: Connection, deploy: Deploy) -> str:
    """Return why the command of a deployment cannot be run here, as a sentence without its end; empty if it can."""
    directory = Path(str(connection.settings.get("directory", "")))
    command = deploy.command[0] if deploy.command else ""
    if os.sep in command:
        return _unfit(command, directory / command, directory)
    path = clean(os.environ, (), {})["PATH"]
    if command and shutil.which(command, path=path) is None:
        return f"there is no command `{command}` on PATH ({path}): install it, or write where it is, like `./{command}`"
    return ""


def _unfit(command: str, path: Path, directory: Path) -> str:
    try:
        if not directory.is_dir():
            return ""  # said already, where the directory is read
        if path.is_dir():
            return f"`{command}` is a directory, not a command: name what is to be run"
        if not path.exists():
            return f"there is no `{command}` in {directory}: put it there, or name another command"
    except (OSError, ValueError):
        return ""
    return "" if os.access(path, os.X_OK) else f"`{command}` is not executable: run `chmod +x {path}`"
