"""Renders the modal that confirms an emergency: from what to what, what it passes, what it does not, and who signs it."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.blocks.block_kit import Block, Option, View, modal
from bot.blocks.form_input import CANCEL_HOLDER, EMERGENCY, REASON
from bot.blocks.inputs import checkbox_input, text_input
from bot.blocks.marks import mark_lines
from bot.blocks.names import Names, capital, listing, span
from bot.blocks.paragraphs import paragraph
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from bot.blocks.words.template import lock_in_short
from handlers.build import Build
from handlers.emergency_plan import EmergencyPlan
from handlers.environment_precondition import rollback_precondition
from handlers.environments import EnvironmentState
from handlers.lineage import NO_MARKS, Marks
from handlers.people import Directory
from handlers.plan import Plan, unique
from handlers.release import Release
from handlers.sign_off_rule import sign_off_rules
from handlers.step import StepState

LONGEST_VERSION = 40
SHORT_SHA = 12


@dataclass(frozen=True, slots=True)
class EmergencyChoice:
    """An emergency to confirm: `target` goes into an environment that is in `state`, and held by `holder` if it is.

    `marks` are what to know of the build.
    """

    plan: Plan
    target: Build
    state: EnvironmentState
    names: Names
    directory: Directory
    holder: Release | None = None
    marks: Marks = NO_MARKS
    reason: str = ""


def emergency_form(choice: EmergencyChoice, lane: EmergencyPlan) -> View:
    """Return the modal that confirms an emergency, and asks why; it offers to cancel what is in flight there."""
    state, target, holder = choice.state, choice.target, choice.holder
    lines = [
        _from_to(choice),
        *(f"It {line}." for line in mark_lines(choice.marks, choice.names, target)),
        *_in_the_way(choice),
        *_people(choice, lane),
    ]
    blocks: list[Block] = [paragraph("\n".join(lines))]
    if holder is not None and holder.in_flight and _there(choice) is not StepState.UNKNOWN:
        option = Option(f"Cancel r{holder.number} first", "cancel")
        blocks.append(checkbox_input(CANCEL_HOLDER, "What is in the way", [option], optional=True))
    blocks.append(text_input(REASON, "Reason", optional=False, start=plain(choice.reason, 500)))
    named = target.version if typeable(target.version) else target.sha[:SHORT_SHA]
    line = f"emergency {choice.plan.service}@{named} to {state.environment}"
    metadata = encode(line, rollback_precondition(target, state))
    return modal(
        EMERGENCY, plain(f"Emergency in {state.environment}", 24), "Start it", blocks, metadata=metadata
    )


def _from_to(choice: EmergencyChoice) -> str:
    """Return from which version the environment goes to which one."""
    names, live = choice.names, choice.state.live
    where = f"*{escape(choice.state.environment, 40)}* of {escape(choice.plan.service, 40)}"
    target = f"*{escape(choice.target.version, LONGEST_VERSION)}* ({escape(choice.target.sha[:7])})"
    if live is None:
        return f"{where} gets {target}, once it is signed."
    since = f"live since {names.when(live.since)}, for {span(names.now - live.since)}"
    version = escape(live.build.version or live.build.sha[:7], LONGEST_VERSION)
    return f"{where} goes from {version} ({since}) to {target}, once it is signed."


def _there(choice: EmergencyChoice) -> StepState | None:
    """Return the state of the holder's step there."""
    step = choice.holder.step_in(choice.state.environment) if choice.holder is not None else None
    return step.state if step is not None else None


def _in_the_way(choice: EmergencyChoice) -> Iterator[str]:
    """Return what is in the environment, in its line, and what keeps it closed."""
    state, names = choice.state, choice.names
    there = _there(choice)
    if choice.holder is not None and there is not None:
        named = f"r{choice.holder.number}"
        operators = names.members(choice.directory, choice.plan.operators)
        yield _HOLDERS.get(there, _WAITS).format(named=named, operators=operators)
    before = [f"r{each.release}" for each in state.queue if each.rollback]
    passed = [f"r{each.release}" for each in state.queue if not each.rollback]
    if before:
        yield f"{listing(before)} rolls back and goes first."
    line = f"once it is signed it goes before {listing(passed)}" if passed else ""
    yield f"It passes windows, freezes and the line{f': {line}' if line else ''}."
    for lock in state.current_locks(names.now):
        operators = names.members(choice.directory, choice.plan.operators)
        locked = f"{capital(escape(state.environment, 40))} is {lock_in_short(lock, names)}"
        yield f"{locked}. It does not pass that: {operators} can unlock it."


_WAITS = "{named} is about to be deployed there: it goes first."
_IN_FLIGHT = (
    "{named} is being deployed there right now. It goes on until it ends, unless you cancel it first."
)
_HOLDERS = {
    StepState.SENT: _IN_FLIGHT,
    StepState.RUNNING: _IN_FLIGHT,
    StepState.CANCELLING: "{named} is being stopped there. This waits for its end.",
    StepState.UNKNOWN: "Nobody knows how {named} ended there, and this does not pass it. {operators} can look, and say how it "
    "ended: `/release settle {named} deployed`, or `/release settle {named} not-deployed REASON`.",
    StepState.FAILED: "{named}, which failed there, ends when this is signed.",
    StepState.WAITING: "{named}, which is to be tried again there, ends when this is signed.",
    StepState.SUCCEEDED: "{named}, which is there now, makes room when this is signed. It keeps its sign-offs.",
}


def _people(choice: EmergencyChoice, lane: EmergencyPlan) -> Iterator[str]:
    """Return who signs it, who is told, and who reviews it."""
    names, directory = choice.names, choice.directory
    signing = sign_off_rules(lane.gates)
    for rule in signing:
        count = f"{rule.needs} of " if rule.needs > 1 else ""
        who = names.members(directory, (rule.team,)) or "nobody yet"
        yield f"{count}{escape(rule.team, 40)} sign it: {who}. Who starts it does not."
    if lane.alone_after:
        team = listing(sorted({escape(rule.team, 40) for rule in signing}), "or")
        may = f"may sign it alone, if they are an operator in {team}"
        yield f"{span(lane.alone_after)} after the call whoever started it {may}."
    planned = choice.plan.environment(choice.state.environment)
    usual = unique(tuple(rule.team for rule in sign_off_rules(planned.gates))) if planned is not None else ()
    told = [escape(team, 40) for team in usual if team not in {rule.team for rule in signing}]
    if told:
        yield f"{capital(listing(told))}, who sign for it otherwise, are told."
    if lane.review is not None:
        yield f"{capital(escape(lane.review.by, 40))} review it afterwards, within {span(lane.review.within)}."
