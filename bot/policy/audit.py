"""The `audit:` part: where the heads of the hash chains are kept outside the database."""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.schema.diagnostics import shown
from bot.schema.fields import Part, Text, text
from bot.schema.nodes import ScalarNode
from bot.schema.section import Section, SectionContext
from bot.schema.words import CHANNEL
from handlers.policy import Anchoring


class AnchorSection(Section):
    """A channel, a file, or both; a relative file is beside the policy."""

    channel: Annotated[str, text(CHANNEL)] = Field(
        default="",
        description="once a day, if something changed, in one message: a channel id like `C0AUDIT`",
    )
    file: Text = Field(
        default="", description="whenever something changes, line by line, in a file like `anchors.txt`"
    )

    def check(self, context: SectionContext) -> None:
        """Report that nothing is named, and a file that is a directory."""
        if not self.has("channel") and not self.has("file"):
            message = "`anchor` names no place: write `channel: C0AUDIT`, `file: anchors.txt`, or both"
            context.diagnostics.error(self.key_position("channel"), message)
        node = self.node("file")
        known = self.file and isinstance(node, ScalarNode) and not node.opaque
        if known and (context.folder / self.file).is_dir():
            message = f"{shown(self.file)} is a directory: name a file in it, like `anchors.txt`"
            context.diagnostics.error(node.position, message)

    def anchoring(self, folder: Path) -> Anchoring:
        """Return what the policy keeps, with an absolute path."""
        return Anchoring(self.channel, str(folder / self.file) if self.file else "")


class AuditSection(Section):
    """What is done for the audit of the history."""

    anchor: Part[AnchorSection] = Field(
        description="where the heads are kept, like `{channel: C0AUDIT}` or `{file: anchors.txt}`"
    )
