"""Renders what is asked of several releases at once: the form to sign them, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.block_kit import (
    OPTION_VALUE,
    Block,
    Message,
    Option,
    View,
    message,
    modal,
    notice,
    section,
)
from bot.blocks.form_input import NOTE, SIGN_SEVERAL
from bot.blocks.input_values import TICKS
from bot.blocks.inputs import checkbox_input, text_input
from bot.blocks.paragraphs import paragraphs
from bot.blocks.text import escape, plain
from handlers.events import ReleaseAction
from handlers.release import Release
from handlers.requests import BuildRequest

IN_A_BLOCK = 10
"""Slack's limit for checkboxes (docs.slack.dev/reference/block-kit/block-elements/checkboxes-element)."""
MOST_SIGNABLE = 80


@dataclass(frozen=True, slots=True)
class Signable:
    """A sign-off that the person can give: its release, its team, and the bound line that gives it."""

    release: Release
    team: str
    value: str


def named(part: ReleaseAction | BuildRequest) -> str:
    """Return what one part of several is about."""
    return f"r{part.release}" if isinstance(part, ReleaseAction) else escape(part.service, 40)


def checklist(part: ReleaseAction, team: str = "") -> str:
    """Return that a sign-off with a checklist is given alone."""
    as_team = f" as {escape(team, 40)}" if team else ""
    return f"it has a checklist, so it is signed alone: /release approve r{part.release}{as_team}"


def fits(value: str) -> bool:
    """Return whether a bound line can stand on a box: long names may not."""
    return len(value) <= OPTION_VALUE


def alone(release: Release, line: str) -> str:
    """Return that a release is signed alone, as its names are too long for a box."""
    return f"r{release.number} {escape(release.service, 40)}: /release {escape(line, 200)}"


def sign_several_form(able: Sequence[Signable], others: Sequence[str]) -> View:
    """Return the modal with a box for each sign-off; below stand the releases that cannot be signed here, with why."""
    shown = able[:MOST_SIGNABLE]
    groups = [shown[at : at + IN_A_BLOCK] for at in range(0, len(shown), IN_A_BLOCK)]
    blocks: list[Block] = [
        section("Each is signed off for itself, for exactly the build that is named here.")
    ]
    for at, group in enumerate(groups):
        options = [Option(_label(each), each.value) for each in group]
        title = "Sign off" if len(groups) == 1 else f"Sign off ({at + 1} of {len(groups)})"
        blocks.append(checkbox_input(f"{TICKS}:{at}", title, options, optional=True))
    blocks.append(text_input(NOTE, "Note", optional=True))
    if len(able) > len(shown):
        others = [f"{len(able) - len(shown)} more can be signed: sign these first.", *others]
    if others:
        blocks += paragraphs(["*Not to be signed here:*", *others])
    return modal(SIGN_SEVERAL, "Sign off several", "Sign off", blocks)


def _label(each: Signable) -> str:
    release = each.release
    what = f"r{release.number} {plain(release.service, 20)} {plain(release.build.version, 20)}"
    return plain(f"{what}, {plain(release.step.environment, 14)} ({plain(each.team, 14)})", 75)


def nothing_to_sign(others: Sequence[str]) -> Message:
    """Return that nothing waits for the person's sign-off, and why for each that is open."""
    first = "Nothing waits for a sign-off of yours that can be given here."
    return message(first, *paragraphs([first, *others]))


def outcome_view(lines: Sequence[str]) -> View:
    """Return the modal that names each part with its outcome."""
    return notice("What became of each", paragraphs(lines))
