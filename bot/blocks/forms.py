"""The modals: a release to start, a checklist to tick, a reason to give, a rollback to confirm."""

from dataclasses import dataclass

from bot.blocks.filled import (
    BUILD,
    CANCEL_HOLDER,
    ENVIRONMENT,
    NOTE,
    REASON,
    ROLLBACK,
    SERVICE,
    SIGN_OFF,
    START,
    TICKS,
    WHY,
    Filled,
    ReasonFilled,
    RollbackFilled,
    SignOffFilled,
    StartFilled,
    read_form,
)
from bot.blocks.parts import (
    Block,
    Option,
    View,
    choice_input,
    modal,
    section,
    ticks_input,
    words_input,
)
from bot.blocks.ready import change_lines
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from handlers.build import Build, Change
from handlers.events import Bound
from handlers.plan import SignOffRule
from handlers.release import Release

MOST_BUILDS = 100
CHANGE_LINES = 10
"""How many lines of a phone the changes take in a form; the rest is counted."""


@dataclass(frozen=True, slots=True)
class StartChoices:
    """What can be started: all services, the one chosen ("" for none yet), and its builds (newest first) and environments."""

    services: tuple[str, ...]
    service: str
    builds: tuple[Build, ...] = ()
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RollbackChoice:
    """A rollback to confirm: from what is live to `target`, and who holds the environment (0: nobody)."""

    service: str
    environment: str
    target: Build
    live: Build | None = None
    holder: int = 0
    holder_in_flight: bool = False
    reason: str = ""


def start_form(choices: StartChoices) -> View:
    """Ask for service, build, environment and a note; choosing a service is told at once, so that the rest can follow."""
    service = choices.service
    several = len(choices.services) > 1
    blocks: list[Block] = []
    if several:
        services = [Option(plain(each, 75), each) for each in choices.services]
        blocks.append(choice_input(SERVICE, "Service", services[:100], service, tells=True))
    elif service:
        blocks.append(section(f"*{escape(service, 40)}*"))
    if service:
        blocks += _journey_inputs(choices)
    if not blocks:
        blocks.append(section("There is nothing that can be released here."))
    return modal(START, "Start a release", "Start", blocks, metadata="" if several else service)


def _journey_inputs(choices: StartChoices) -> list[Block]:
    # Another service means other choices: with an id of its own an input does not keep what was chosen before.
    service = choices.service
    usable = [each for each in choices.builds if typeable(each.version)][:MOST_BUILDS]
    builds = [Option(_build_label(each), each.version) for each in usable]
    environments = [Option(plain(each, 75), each) for each in choices.environments]
    blocks: list[Block] = []
    if builds:
        blocks.append(choice_input(f"{BUILD}:{service}", "Build", builds, builds[0].value))
    else:
        blocks.append(section(f"No build of {escape(service, 40)} is ready yet."))
    if environments:
        name = f"{ENVIRONMENT}:{service}"
        blocks.append(choice_input(name, "Environment", environments[:100], environments[0].value))
    return [*blocks, words_input(NOTE, "Note", optional=True)]


def _build_label(build: Build) -> str:
    return plain(f"{build.version} · {plain(build.branch, 24)} {build.sha[:7]}", 75)


@dataclass(frozen=True, slots=True)
class Signing:
    """What a person is about to sign, besides the build: what changed since what is live there, and what follows.

    `since` is the version that is live ("" for none); `starts` says that the step starts by itself with its last sign-off.
    """

    note: str = ""
    starts: bool = False
    changes: tuple[Change, ...] = ()
    since: str = ""


def sign_off_form(release: Release, rule: SignOffRule, bound: Bound, signing: Signing) -> View:
    """Ask for every tick of a checklist, with the changes that are signed before one's eyes."""
    where = escape(release.step.environment, 40)
    build = release.build
    what = (
        f"*{escape(release.service, 40)} {escape(build.version, 40)}* ({escape(build.sha[:7])}) for *{where}*"
    )
    then = f": {where} starts as soon as the last sign-off is in" if signing.starts else ""
    blocks: list[Block] = [section(f"{what}{then}.")]
    if signing.since and signing.changes:
        lines = change_lines(signing.changes, CHANGE_LINES)
        blocks.append(section("\n".join([f"Since {escape(signing.since, 40)}:", *lines])))
    if rule.checklist:
        items = [Option(plain(item, 75), item) for item in rule.checklist]
        blocks.append(ticks_input(TICKS, f"Checked for {plain(rule.team, 40)}", items))
    blocks.append(words_input(NOTE, "Note", optional=True, start=plain(signing.note, 500)))
    line = f"approve r{release.number} as {rule.team}"
    return modal(SIGN_OFF, f"Sign off r{release.number}", "Sign off", blocks, metadata=encode(line, bound))


def reason_form(title: str, line: str, bound: Bound | None, label: str, *, know: str = "") -> View:
    """Ask why: for reject, settle and cancel; `line` is the command without its reason, `know` what to know before."""
    blocks: list[Block] = [section(know)] if know else []
    blocks += [words_input(REASON, label, optional=False)]
    return modal(WHY, plain(title, 24), "Send", blocks, metadata=encode(line, bound))


def rollback_form(choice: RollbackChoice) -> View:
    """Name the version that a rollback goes to, and what else it does; ask to cancel what is in flight there first."""
    where, target = escape(choice.environment, 40), choice.target
    now = f" from {escape(choice.live.version, 40)}" if choice.live is not None else ""
    lines = [
        f"*{where}* goes back{now} to *{escape(target.version, 40)}* ({escape(target.sha[:7])}), which succeeded there.",
        f"It passes locks and the line, and locks {where} afterwards.",
    ]
    blocks: list[Block] = []
    if choice.holder and choice.holder_in_flight:
        option = Option(f"Cancel r{choice.holder} first", "cancel")
        lines.append(f"r{choice.holder} is being deployed there right now.")
        blocks.append(ticks_input(CANCEL_HOLDER, "What is in the way", [option], optional=True))
    elif choice.holder:
        lines.append(f"r{choice.holder}, which holds {where}, ends.")
    blocks.append(words_input(REASON, "Reason", optional=True, start=plain(choice.reason, 500)))
    line = f"rollback {choice.service} to {choice.environment}"
    line += f" to {target.version}" if typeable(target.version) else ""
    title = plain(f"Roll back {choice.environment}", 24)
    return modal(
        ROLLBACK, title, "Roll back", [section("\n".join(lines)), *blocks], metadata=encode(line, None)
    )


__all__ = [
    "Filled",
    "ReasonFilled",
    "RollbackChoice",
    "RollbackFilled",
    "SignOffFilled",
    "StartChoices",
    "StartFilled",
    "read_form",
    "reason_form",
    "rollback_form",
    "sign_off_form",
    "start_form",
]
