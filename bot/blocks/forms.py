"""Renders the modals that ask for something: start a release, sign off, give a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.block_kit import (
    Block,
    Option,
    View,
    modal,
    notice,
)
from bot.blocks.changes import change_lines
from bot.blocks.form_input import (
    BUILD,
    CHOOSE_SERVICE,
    ENVIRONMENT,
    NOTE,
    REASON,
    SERVICE,
    SIGN_OFF,
    START,
    WHY,
    CommandInput,
    FormInput,
    SeveralInput,
    StartInput,
    read_form,
)
from bot.blocks.input_values import TICKS
from bot.blocks.inputs import MOST_OPTIONS, checkbox_input, search_input, select_input, text_input
from bot.blocks.paragraphs import paragraph
from bot.blocks.references import NO_REFERENCES, References
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from handlers.build import Build, Change
from handlers.events import Precondition
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule

MAX_BUILDS = 100
NOTHING_HERE = "There is nothing that can be released here."
CHANGE_LINES = 10
"""How many lines the changes take in a modal on a phone; the rest is counted."""


@dataclass(frozen=True, slots=True)
class StartChoices:
    """The choices of the modal that starts a release.

    `service` is the chosen one ("" for none yet), `builds` (newest first) and `environments` are its own. `refused` is why the
    person may not start it, if they may not.
    """

    services: tuple[str, ...]
    service: str
    builds: tuple[Build, ...] = ()
    environments: tuple[str, ...] = ()
    refused: str = ""


def start_form(choices: StartChoices) -> View:
    """Return the modal that starts a release: service, build, environment and note.

    Slack sends a chosen service at once, and the modal is updated with its builds and environments. Where nothing can be
    started the modal says so; it cannot be sent, unless another service can be chosen in it.
    """
    service = choices.service
    several = len(choices.services) > 1
    blocks: list[Block] = []
    if several:
        blocks.append(_service_input(choices.services, service))
    elif service:
        blocks.append(paragraph(f"*{escape(service, 40)}*"))
    why = cannot_start(choices)
    if why and not several:
        return notice("Start a release", [*blocks, paragraph(why)])
    if choices.refused:
        blocks.append(paragraph(choices.refused))
    elif service:
        blocks += _journey_inputs(choices)
    return modal(START, "Start a release", "Start", blocks, metadata="" if several else service)


def cannot_start(choices: StartChoices) -> str:
    """Return why the modal can start nothing as it is; empty if it can."""
    if not choices.services:
        return NOTHING_HERE
    if not choices.service:
        return "Choose a service."
    if choices.refused:
        return choices.refused
    if not _usable(choices):
        return f"No build of {escape(choices.service, 40)} is ready yet."
    return "" if choices.environments else NOTHING_HERE


def _usable(choices: StartChoices) -> list[Build]:
    return [each for each in choices.builds if typeable(each.version)][:MAX_BUILDS]


def _service_input(services: Sequence[str], chosen: str) -> Block:
    """Return the list of services; Slack asks for those of a long one, as something is typed."""
    options = service_options(services)
    if len(options) <= MOST_OPTIONS:
        return select_input(SERVICE, "Service", options, chosen, sent_as=CHOOSE_SERVICE)
    shown = next(iter(service_options([chosen])), None) if chosen else None
    return search_input(SERVICE, "Service", shown, asked_as=CHOOSE_SERVICE, sent=True)


def service_options(services: Sequence[str]) -> list[Option]:
    """Return services as they are chosen in a list."""
    return [Option(plain(each, 75), each) for each in services]


def _journey_inputs(choices: StartChoices) -> list[Block]:
    # Another service has other choices: with an id for each service, an input does not keep the previous choice.
    service = choices.service
    builds = [Option(_build_label(each), each.version) for each in _usable(choices)]
    environments = [Option(plain(each, 75), each) for each in choices.environments]
    blocks: list[Block] = []
    if builds:
        blocks.append(select_input(f"{BUILD}:{service}", "Build", builds, builds[0].value))
    else:
        blocks.append(paragraph(cannot_start(choices)))
    if environments:
        name = f"{ENVIRONMENT}:{service}"
        blocks.append(select_input(name, "Environment", environments[:100], environments[0].value))
    return [*blocks, text_input(NOTE, "Note", optional=True)]


def _build_label(build: Build) -> str:
    return plain(f"{build.version} · {plain(build.branch, 24)} {build.sha[:7]}", 75)


@dataclass(frozen=True, slots=True)
class Signing:
    """What a sign-off modal shows besides the build.

    `note` is the initial note. `changed` says how much changes there, as the card does, and `changes` are what is known of
    it. `starts` means that the step starts by itself with its last sign-off, `marks` are what to know of the build,
    `references` what titles can refer to, and `links` lead to the environment where the build is and to its changes.
    """

    note: str = ""
    starts: bool = False
    changes: tuple[Change, ...] = ()
    changed: str = ""
    marks: tuple[str, ...] = ()
    references: References = NO_REFERENCES
    links: str = ""


def sign_off_form(release: Release, rule: SignOffRule, precondition: Precondition, signing: Signing) -> View:
    """Return the modal for a sign-off: changes, checklist and note."""
    where = escape(release.step.environment, 40)
    build = release.build
    what = (
        f"*{escape(release.service, 40)} {escape(build.version, 40)}* ({escape(build.sha[:7])}) for *{where}*"
    )
    then = f": {where} starts as soon as the last sign-off is in" if signing.starts else ""
    blocks: list[Block] = [paragraph(f"{what}{then}.")]
    if signing.changed:
        lines = change_lines(signing.changes, signing.references, CHANGE_LINES)
        blocks.append(paragraph("\n".join([signing.changed, *lines])))
    if signing.marks:
        blocks.append(paragraph("\n".join(f"It {mark}." for mark in signing.marks)))
    if signing.links:
        blocks.append(paragraph(signing.links))
    if rule.checklist:
        items = [Option(plain(item, 75), item) for item in rule.checklist]
        blocks.append(checkbox_input(TICKS, f"Checked for {plain(rule.team, 40)}", items))
    blocks.append(text_input(NOTE, "Note", optional=True, start=plain(signing.note, 500)))
    line = f"approve r{release.number} as {rule.team}"
    return modal(
        SIGN_OFF, f"Sign off r{release.number}", "Sign off", blocks, metadata=encode(line, precondition)
    )


def reason_form(title: str, line: str, precondition: Precondition, label: str, *, know: str = "") -> View:
    """Return the modal that asks for a reason.

    `line` is the command without it, `know` an explanation above the field.
    """
    blocks: list[Block] = [paragraph(know)] if know else []
    blocks += [text_input(REASON, label, optional=False)]
    return modal(WHY, plain(title, 24), "Send", blocks, metadata=encode(line, precondition))


__all__ = [
    "CommandInput",
    "FormInput",
    "SeveralInput",
    "StartChoices",
    "StartInput",
    "cannot_start",
    "read_form",
    "reason_form",
    "sign_off_form",
    "start_form",
]
