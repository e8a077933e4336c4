"""Renders the first line of a card, and the line of its push notification."""

from collections.abc import Callable

from bot.blocks.card_view import CardView
from bot.blocks.names import listing, span
from bot.blocks.text import escape, reported
from bot.blocks.waits import wait_line
from handlers.release import ReleaseState
from handlers.step import StepState


def headline(view: CardView) -> str:
    """Return the first line of a card: which release it is, and its state."""
    return f"*{view.title}* {_predicate(view)}"


def push_line(view: CardView) -> str:
    """Return the push notification: what is wanted, or else the release's state."""
    state = view.release.state
    what = f"{view.title} for {view.environment}"
    if state is ReleaseState.WAITING and view.missing:
        return f"Sign off {what}: {', '.join(escape(team, 40) for team in view.missing)}"
    if state is ReleaseState.WAITING and view.lock is not None:
        return f"{wait_line(view.waiting, view.lock, view.names, view.directory)} {view.title} waits"
    if state is ReleaseState.WAITING and not view.step.requested and not view.waits_for:
        return f"Start {view.environment}: {view.title} is ready"
    return _push_deployment(view)


def _push_deployment(view: CardView) -> str:
    state = view.release.state
    if state is ReleaseState.DEPLOYING and _waits_there(view):
        return f"Let {view.title} go on at {view.ci}: it waits there, for {view.environment}"
    if state is ReleaseState.FAILED:
        return f"Decide on {view.title}: it {_predicate(view)}"
    if state is ReleaseState.UNKNOWN and view.asks_operators:
        return f"Look for {view.title} for {view.environment} and say how it ended"
    return f"{view.title} {_predicate(view)}"


def _waits_there(view: CardView) -> bool:
    return view.step.run is not None and view.step.run.state == "waits"


def _predicate(view: CardView) -> str:
    return _PREDICATES[view.release.state](view)


def _waiting(view: CardView) -> str:
    if view.rolls_back:
        position = f"back to {view.environment}"
    else:
        position = f"on {view.before}" if view.before else f"for {view.environment}"
    if view.waits_for:
        return f"{position}, waits for {view.waits_for}"
    ready = f", ready for {view.environment}" if view.before else ", ready to start"
    return position + (ready if not view.step.requested else f", starts {view.environment} now")


def _deploying(view: CardView) -> str:
    """Return the same text for granted, sent and running, as these change faster than a card may be edited.

    A run that waits for a person at its CI can take days.
    """
    intent = view.step.intent
    if _waits_there(view):
        return f"waits at {view.ci}, for {view.environment}"
    since = f" since {view.names.clock(intent.granted_at)}" if intent is not None else ""
    return f"{'goes back' if view.rolls_back else 'goes'} to {view.environment}{since}"


def _unknown(view: CardView) -> str:
    step = view.step
    if step.cancel is not None and step.run is not None:
        return f"in {view.environment}: {view.ci} did not stop it in time"
    if view.unclaimed:
        return f"in {view.environment}: its run never asked to be admitted"
    if step.run is not None:
        return f"in {view.environment}: its run is gone from {view.ci}"
    sent_at = step.intent.sent_at if step.intent is not None else None
    when = f" at {view.names.second(sent_at)}" if sent_at is not None else ""
    return f"for {view.environment}: no answer from {view.ci} to the start{when}"


def _failed(view: CardView) -> str:
    failure, where = view.step.failure, view.environment
    code = failure.code if failure is not None else ""
    detail = reported(failure.detail) if failure is not None else ""
    what = {
        "not_sent": f"was not started in {where}",
        "timed_out": f"ran out of time in {where}",
        "run_cancelled": f"was stopped from outside in {where}",
    }.get(code, f"failed in {where}")
    return what + _after(view) + (f": {detail}" if detail else "")


def _after(view: CardView) -> str:
    run, ended = view.step.run, view.step.ended_at
    begun = None if run is None else run.started_at or run.seen_at
    return "" if begun is None or ended is None else f" after {span(ended - begun)}"


def _done(view: CardView) -> str:
    """Return a text that stays true after another build goes live."""
    ending = view.release.ending
    reached = [step for step in view.release.steps if step.state is StepState.SUCCEEDED] or view.release.steps
    where = escape(reached[-1].environment, 40)
    at = f" {view.names.clock(ending.at)}" if ending is not None else ""
    if reached[-1].environment != view.release.steps[-1].environment:
        return f"is done, in {where}{at}"
    return f"went live{' again' if view.rolls_back else ''} in {where}{at}"


def _by(view: CardView) -> str:
    ending = view.release.ending
    return f" by {view.names.user(ending.by)}" if ending is not None and ending.by else ""


def _superseded(view: CardView) -> str:
    ending = view.release.ending
    number = ending.replaced_by if ending is not None else 0
    return f"is replaced by r{number}" if number else "is replaced"


_PREDICATES: dict[ReleaseState, Callable[[CardView], str]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _deploying,
    ReleaseState.CANCELLING: lambda view: f"is being stopped in {view.environment}",
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: _failed,
    ReleaseState.DONE: _done,
    ReleaseState.REJECTED: lambda view: f"is rejected{_by(view)}",
    ReleaseState.CANCELLED: lambda view: f"is cancelled{_by(view)}",
    ReleaseState.SUPERSEDED: _superseded,
}


def teams(names: tuple[str, ...]) -> str:
    """Return a list of teams joined by "or": one of them is enough."""
    return listing([escape(each, 40) for each in names], "or")
