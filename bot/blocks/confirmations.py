"""Renders the modals that ask before something is done: a rollback, and entries of a menu.

They repeat what goes from what to what, and what happens to others.
"""

from dataclasses import dataclass

from bot.blocks.block_kit import Block, Dialog, Option, View, modal
from bot.blocks.form_input import CANCEL_HOLDER, CONFIRM, REASON, ROLLBACK
from bot.blocks.inputs import checkbox_input, text_input
from bot.blocks.names import Names, span
from bot.blocks.paragraphs import paragraph
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from handlers.build import Build
from handlers.environment_precondition import rollback_precondition
from handlers.environments import EnvironmentState
from handlers.release import Release
from handlers.step import StepState


@dataclass(frozen=True, slots=True)
class RollbackChoice:
    """A rollback to confirm: to `target`, in an environment that is in `state` and held by `holder`, if it is."""

    service: str
    target: Build
    state: EnvironmentState
    names: Names
    holder: Release | None = None
    reason: str = ""


def rollback_form(choice: RollbackChoice) -> View:
    """Return the modal that confirms a rollback, with its target and effects.

    It offers to cancel a release that is in flight there.
    """
    state, target, holder = choice.state, choice.target, choice.holder
    where = escape(state.environment, 40)
    lines = [_from_to(choice), f"It passes locks and the line, and locks {where} afterwards."]
    blocks: list[Block] = []
    if holder is not None and holder.in_flight:
        option = Option(f"Cancel r{holder.number} first", "cancel")
        lines.append(f"r{holder.number} is being deployed there right now.")
        blocks.append(checkbox_input(CANCEL_HOLDER, "What is in the way", [option], optional=True))
    elif holder is not None:
        lines.append(f"r{holder.number}, which holds {where}, ends. Who started, signed or tests it is told.")
    blocks.append(text_input(REASON, "Reason", optional=True, start=plain(choice.reason, 500)))
    line = f"rollback {choice.service} to {state.environment}"
    line += f" to {target.version}" if typeable(target.version) else ""
    metadata = encode(line, rollback_precondition(target, state))
    title = plain(f"Roll back {state.environment}", 24)
    return modal(ROLLBACK, title, "Roll back", [paragraph("\n".join(lines)), *blocks], metadata=metadata)


def _from_to(choice: RollbackChoice) -> str:
    """Return what an environment of a service goes back from and to; after a failure it may have a part of that build."""
    state, names, holder = choice.state, choice.names, choice.holder
    where, live = f"*{escape(state.environment, 40)}* of {escape(choice.service, 40)}", state.live
    target = f"*{escape(choice.target.version, 40)}* ({escape(choice.target.sha[:7])})"
    back = "is what was live before" if _is_live(choice) else "succeeded there"
    failed = holder.step if holder is not None else None
    if (
        holder is not None
        and failed is not None
        and failed.state is StepState.FAILED
        and failed.ended_at is not None
    ):
        version, at = escape(holder.build.version, 40), names.when(failed.ended_at)
        return f"{where} may have {version} in part (failed {at}). It goes back to {target}, which {back}."
    if live is None or _is_live(choice):
        return f"{where} goes back to {target}, which {back}."
    since = f"live since {names.when(live.since)}, for {span(names.now - live.since)}"
    return f"{where} goes from {escape(live.build.version, 40)} ({since}) back to {target}, which {back}."


def _is_live(choice: RollbackChoice) -> bool:
    live = choice.state.live
    return live is not None and live.build.same_artifact(choice.target)


def confirmation_form(ask: Dialog, value: str) -> View:
    """Return the modal that asks the question of a menu's entry; its metadata is the entry's value."""
    question, text = ask["title"]["text"], ask["text"]["text"]
    blocks = [paragraph(f"*{escape(question)}*\n{escape(text)}")]
    submit = plain(ask["confirm"]["text"], 24)
    return modal(CONFIRM, "Please confirm", submit, blocks, metadata=value)
