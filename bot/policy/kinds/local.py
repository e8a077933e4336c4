"""The `local` kind: commands of the policy, run on the bot's own machine in one directory and a clean environment."""

from collections.abc import Mapping
from pathlib import Path

from bot.policy.faults import shown
from bot.policy.kinds.kind import KindReader
from bot.policy.nodes import Scalar
from bot.policy.section import Section
from bot.policy.words import VARIABLE

_OWN_PREFIXES = ("SLACK_", "SHIPROOM_")
_OWN = "DATABASE_URL"


def read(section: Section, folder: Path) -> Mapping[str, object]:
    """Read `directory` (this file's own if it is not set) as an absolute path, and `pass_env` as names of variables."""
    return {"directory": _directory(section, folder), "pass_env": _pass_env(section)}


def _directory(section: Section, folder: Path) -> str:
    written = section.text("directory") or "."
    path = folder / written
    node = section.node("directory")
    if isinstance(node, Scalar) and not node.opaque and not _is_directory(path):
        wanted = f"there is no directory {shown(node.written)} beside this file"
        section.findings.fault(node.place, f"{wanted}: make it, or name another, relative to this file")
    return str(path)


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _pass_env(section: Section) -> tuple[str, ...]:
    names = section.texts("pass_env", VARIABLE)
    for name in names:
        if name.text.startswith(_OWN_PREFIXES) or name.text == _OWN:
            section.findings.fault(
                name.place, "SLACK_*, SHIPROOM_* and DATABASE_URL are never passed on: remove this one"
            )
    return tuple(name.text for name in names)


READER = KindReader(
    read=read,
    deploy=frozenset({"command"}),
    needed={"command": "what is to be run, like `[./deploy.sh, staging]`"},
    announces=False,
)
