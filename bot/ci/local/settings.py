"""The settings of `local`: commands on the bot's machine, in one directory and a clean environment."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field, PrivateAttr

from bot.ci.settings import CiSettings
from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.fields import Text, read_by
from bot.schema.json_shapes import list_schema, text_schema
from bot.schema.nodes import Node, ScalarNode
from bot.schema.readers import read_texts
from bot.schema.section import SectionContext
from bot.schema.words import VARIABLE

_OWN_PREFIXES = ("SLACK_", "SHIPROOM_")
_OWN = "DATABASE_URL"


def _read_variables(node: Node, diagnostics: Diagnostics) -> tuple[str, ...]:
    names = read_texts(node, VARIABLE, diagnostics)
    for name in names:
        if name.text.startswith(_OWN_PREFIXES) or name.text == _OWN:
            message = "SLACK_*, SHIPROOM_* and DATABASE_URL are never passed on: remove this one"
            diagnostics.error(name.position, message)
    return tuple(name.text for name in names)


class LocalSettings(CiSettings):
    """The directory of the commands, and the variables to pass on.

    It is relative to the policy, whose own directory it is if it is not set.
    """

    directory: Text = Field(default="", description="where the commands run, relative to this file")
    pass_env: Annotated[tuple[str, ...], read_by(_read_variables, list_schema(text_schema(VARIABLE)))] = (
        Field(default=(), description="variables of the bot that the commands get, like `[KUBECONFIG]`")
    )

    _folder: Path = PrivateAttr(default=Path())

    def check(self, context: SectionContext) -> None:
        """Report a directory that does not exist."""
        self._folder = context.folder
        node = self.node("directory")
        if isinstance(node, ScalarNode) and not node.opaque and not _is_directory(self._path):
            message = f"there is no directory {shown(node.written)} beside this file"
            context.diagnostics.error(
                node.position, f"{message}: make it, or name another, relative to this file"
            )

    def mapping(self) -> Mapping[str, object]:
        """Return the directory as an absolute path, and the names of variables."""
        return {"directory": str(self._path), "pass_env": self.pass_env}

    @property
    def _path(self) -> Path:
        return self._folder / (self.directory or ".")


def _is_directory(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
