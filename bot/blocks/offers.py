"""Renders the buttons of an answer to what was typed and not understood: each stands for the line that was meant."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.block_kit import Block, Dialog, actions, button, dialog
from bot.blocks.text import plain
from bot.blocks.values import encode
from bot.blocks.words.registry import ACTION_WORDS
from handlers.actions import action_of
from handlers.events import Precondition, ReleaseAction
from handlers.release import Release
from handlers.requests import EVERYTHING, BuildRequest, EnvironmentRequest, Request, UsageError
from handlers.rights import current_precondition
from handlers.typed_words import bare

MOST_BUTTONS = 5


@dataclass(frozen=True, slots=True)
class Suggested:
    """A button for what may have been meant."""

    line: str
    label: str
    precondition: Precondition | None = None
    ask: Dialog | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A release that may have been meant, the line that names it, and whether the person could do it."""

    release: Release
    line: str
    able: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The open releases of a service, or of all, that may have been meant, with the buttons for them.

    `about` is what was typed for a release, if something was.
    """

    service: str
    candidates: Sequence[Candidate]
    offered: Sequence[Suggested]
    about: str = ""


def of_release(line: str, event: ReleaseAction, release: Release) -> Suggested | None:
    """Return the button of an action on a release, bound to how that is now; None for one without a label."""
    action = action_of(event)
    name = ACTION_WORDS[action.name].offer if action.name in ACTION_WORDS else ""
    if not name:
        return None
    label = f"{name} r{release.number}"
    asks_itself = action.may_need_form is not None and action.may_need_form(event, release.plan)
    return Suggested(
        line, label, current_precondition(release), None if asks_itself else _ask(label, release)
    )


def _ask(label: str, release: Release) -> Dialog:
    build, where = release.build, plain(release.step.environment, 40)
    what = f"{plain(release.service, 40)} {plain(build.version, 40)} ({build.sha[:7]}) for {where}."
    return dialog(f"{label}?", what, plain(label, 30))


def of_request(line: str, request: Request | UsageError) -> Suggested | None:
    """Return the button of a request for a build or an environment; None for what only reads, or lacks something."""
    if not isinstance(request, BuildRequest | EnvironmentRequest) or request.environment == EVERYTHING:
        return None
    command = bare(line.split(maxsplit=1)[0])
    name = ACTION_WORDS[command if command in ACTION_WORDS else "journey"].offer
    incomplete = isinstance(request, EnvironmentRequest) and not getattr(request, "reason", "unlocks")
    if not name or incomplete:
        return None
    where = request.environments if isinstance(request, EnvironmentRequest) else (request.environment,)
    label = f"{name} {plain(' and '.join(where), 40)}"
    what = f"{plain(request.service, 40)}: {plain(line, 200)}"
    return Suggested(line, label, None, dialog(f"{label}?", what, plain(label, 30)))


def offer_buttons(offered: Sequence[Suggested]) -> list[Block]:
    """Return a row of buttons; nothing for a line that cannot stand on one."""
    made = [
        button(each.label, f"{_command(each.line)}:{at}", value, ask=each.ask)
        for at, each in enumerate(offered[:MOST_BUTTONS])
        if (value := _value(each))
    ]
    return [actions(*made)] if made else []


def _command(line: str) -> str:
    first = bare(line.split(maxsplit=1)[0])
    return first if first in ACTION_WORDS else "journey"


def _value(offered: Suggested) -> str:
    try:
        return encode(offered.line, offered.precondition)
    except ValueError:
        return ""
