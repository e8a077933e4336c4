"""Renders the modal that makes a message a reason to reject or to hold a release.

The message goes along by its address only: what it says stays where it is.
"""

from collections.abc import Sequence

from bot.blocks.block_kit import OPTION_VALUE, Block, Option, View, modal, notice
from bot.blocks.blocker_input import (
    ACTIONS,
    CHOOSE_RELEASE,
    REASON,
    RELEASE,
    REPORT_BLOCKER,
    WHAT,
    Place,
    metadata_of,
)
from bot.blocks.inputs import MOST_OPTIONS, radio_input, search_input, select_input, text_input
from bot.blocks.paragraphs import paragraph
from bot.blocks.text import plain
from bot.blocks.values import encode
from bot.blocks.words.template import state
from handlers.release import Release
from handlers.rights import current_precondition

TITLE = "Report a blocker"

_WHAT = (
    Option(
        "Reject it", ACTIONS[0], "The release ends. To ship it after all takes a new release, signed anew."
    ),
    Option("Hold it", ACTIONS[1], "Nothing of it starts until it is let go on. What is signed stays signed."),
)


def release_option(release: Release) -> Option:
    """Return an open release as it is chosen in a list, bound to how it is now."""
    step = release.step
    name = f"r{release.number} {plain(release.service, 24)} {plain(release.build.version, 20)}"
    label = plain(f"{name} · {plain(step.environment, 16)}: {state(step.state.value)}", 75)
    value = encode(f"r{release.number}", current_precondition(release))
    return Option(label, value if len(value) <= OPTION_VALUE else f"r{release.number}")


def blocker_form(releases: Sequence[Release], place: Place, ended: int = 0) -> View:
    """Return the modal for a message; `releases` are open, the message's own first, and `ended` is its own if that is not.

    Slack asks for those of a long list, as something is typed.
    """
    if not releases:
        return notice(
            TITLE, [paragraph(f"{_ended(ended)}No release is open: there is nothing to reject or to hold.")]
        )
    options = [release_option(each) for each in releases]
    own = options[0] if releases[0].number == place.own or len(options) == 1 else None
    if len(options) > MOST_OPTIONS:
        choice = search_input(RELEASE, "Release", own, asked_as=CHOOSE_RELEASE)
    else:
        choice = select_input(RELEASE, "Release", options, own.value if own is not None else "")
    blocks: list[Block] = [
        paragraph(f"{_ended(ended)}The address of the message goes along as the reason, not what it says."),
        choice,
        radio_input(WHAT, "What to do", _WHAT),
        text_input(REASON, "Reason, in your words", optional=True),
    ]
    return modal(REPORT_BLOCKER, TITLE, "Report", blocks, metadata=metadata_of(place))


def _ended(number: int) -> str:
    return f"r{number}, which this message belongs to, has ended. " if number else ""
