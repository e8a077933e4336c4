"""Renders what a workflow asks a person to start: who presses the button asks for it, and nobody before."""

from dataclasses import dataclass

from bot.blocks.block_kit import Message, actions, button, dialog
from bot.blocks.paragraphs import said
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from handlers.build import Build


@dataclass(frozen=True, slots=True)
class WantedRelease:
    """What a workflow wants to have started: a build, or the next step of a release if that is its number, and where."""

    build: Build
    environment: str
    release: int = 0

    @property
    def line(self) -> str:
        """The command that the button stands for: what the person could type."""
        build = self.build
        named = build.version if typeable(build.version) else build.sha
        return f"{build.service}@{f'r{self.release}' if self.release else named} to {self.environment}"


def asked_by_workflow(wanted: WantedRelease) -> Message:
    """Return the question to a person, with the button that does what they could type.

    Raises ValueError for a build whose line cannot stand on a button.
    """
    build, where = wanted.build, plain(wanted.environment, 24)
    name = f"{plain(build.service, 24)} {plain(build.version, 24)}"
    label = plain(f"Start {name} to {where}", 75)
    ask = dialog(f"{label}?", f"{name} ({build.sha[:7]}) to {where}, asked for in your name.", "Start it")
    return said(
        f"A workflow asks you to start {escape(name)} to {escape(where)}. Nothing is started until you press the "
        "button, and then you are the one who asked for it. Leave it if you expected no such question.",
        actions(
            button(label, f"journey:{plain(wanted.environment, 100)}", encode(wanted.line, None), ask=ask)
        ),
    )
