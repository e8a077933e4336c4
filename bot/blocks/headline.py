"""Renders the first line of a card: its sign, which release it is and its state; and the line of its push notification.

The sign repeats what the words say. Every message that says how a release stands takes its words from here.
"""

from collections.abc import Callable

from bot.blocks.card_times import later
from bot.blocks.card_view import CardView
from bot.blocks.failures import failure_words, step_failure
from bot.blocks.names import listing, ordinal, place_in_line, plural
from bot.blocks.testers import are_testing
from bot.blocks.text import escape, reported
from bot.blocks.waits import in_words, wait_line
from handlers.release import ReleaseState
from handlers.step import StepState

WAITS, GOES, LIVE, WRONG, UNKNOWN, HELD, OVER = "🟡", "🔵", "🟢", "🔴", "🟣", "⏸️", "⚪️"
"""For people; on its way; live or done; failed, operators decide; nobody knows; held or locked; over without going live."""


def headline(view: CardView) -> str:
    """Return the first line of a card: sign, release and state."""
    return f"{sign(view)} {view.title} · *{_urgent(view)}{state(view)}*"


def _urgent(view: CardView) -> str:
    return "EMERGENCY, " if view.is_urgent else ""


def sign(view: CardView) -> str:
    """Return the sign of a release's state."""
    if view.is_urgent and view.release.state in _RED_IF_URGENT:
        return WRONG
    if view.release.state is ReleaseState.WAITING:
        return _waiting_sign(view)
    if view.release.state is ReleaseState.DEPLOYING:
        return WAITS if view.waits_at_ci else GOES
    if view.release.state is ReleaseState.DONE and view.undone is not None:
        return OVER
    return _SIGNS[view.release.state]


def state(view: CardView) -> str:
    """Return in a few words how a release stands."""
    return _STATES[view.release.state](view)


def push_line(view: CardView) -> str:
    """Return the push notification: what is wanted, or else the release's state."""
    wanted = _WANTED.get(view.release.state)
    line = (wanted(view) if wanted is not None else "") or f"{view.title}: {state(view)}"
    return f"EMERGENCY: {line}" if view.is_urgent else line


def failed_where(view: CardView) -> str:
    """Return how the last attempt of a release failed, with the number of tries if it was not the first."""
    words = failure_words(view.step.failure, view.environment, "again " if view.tries > 1 else "")
    return words + (f" ({ordinal(view.tries)} try)" if view.tries > 1 else "")


def _waiting_sign(view: CardView) -> str:
    shut = view.lock or view.frozen or later(view)
    if view.barred or view.hold is not None or (shut is not None and not view.missing):
        return HELD
    return GOES if any(each.code == "about_to_start" for each in view.reasons) else WAITS


def _waiting(view: CardView) -> str:
    if view.blocking is not None:
        return "held: " + in_words(view.waiting, view.blocking, view.names, view.directory)
    if view.hold is not None:
        return f"held by {view.names.user(view.hold.values['by'])}"
    if view.missing:
        testing = are_testing(view.step, view.names)
        return f"{testing} testing" if testing else f"waits for {plural(view.signatures, 'sign-off')}"
    return _waiting_for_others(view)


def _waiting_for_others(view: CardView) -> str:
    if view.lock is not None:
        return f"{view.environment} is locked"
    if view.frozen is not None:
        return f"{view.environment} is frozen"
    timed = later(view)
    if timed is not None and timed.until is not None and view.step.requested:
        return f"{'signed, ' if view.is_signed else ''}ships {view.names.on_day(timed.until)}"
    first = next((each for each in view.reasons if each.code not in _NO_GATE), None)
    if first is None:
        ready = "ready for" if view.before else "ready to start in"
        return f"starts {view.environment} now" if view.step.requested else f"{ready} {view.environment}"
    if first.code == "turn":
        return f"{place_in_line(first.values['place'])} for {view.environment}"
    return "waits: " + in_words(view.waiting, first, view.names, view.directory)


def _deploying(view: CardView) -> str:
    """Return the same text for granted, sent and running, as these change faster than a card may be edited."""
    if view.waits_at_ci:
        return f"waits at {view.ci}"
    if view.step.run is not None and view.step.run.state == "queued":
        return f"queued at {view.ci} for {view.environment}"
    return f"{'going back' if view.rolls_back else 'deploying'} to {view.environment}"


def _unknown(view: CardView) -> str:
    step = view.step
    if step.cancel is not None and step.run is not None:
        return f"did {view.ci} stop it in {view.environment}?"
    if view.unclaimed:
        return f"what was deployed to {view.environment}?"
    if not view.asks_operators:
        return f"looking for its run in {view.environment}"
    if step.run is not None:
        return f"its run in {view.environment} is gone"
    return f"did {view.ci} start it in {view.environment}?"


def _done(view: CardView) -> str:
    """Return a text that stays true after another build goes live."""
    if view.undone is not None:
        return "rolled back"
    reached = [step for step in view.release.steps if step.state is StepState.SUCCEEDED] or view.release.steps
    where = escape(reached[-1].environment, 40)
    if reached[-1].environment != view.release.steps[-1].environment:
        return f"done, in {where}"
    return f"went live{' again' if view.rolls_back else ''} in {where}"


def _over(what: str) -> Callable[[CardView], str]:
    """Return the words of a release that ended before it went live; that it had failed is kept."""

    def words(view: CardView) -> str:
        ending = view.release.ending
        by = f" by {view.names.user(ending.by)}" if ending is not None and ending.by else ""
        return f"{_failed_before(view)}{what}{by}"

    return words


def _superseded(view: CardView) -> str:
    ending = view.release.ending
    number = ending.replaced_by if ending is not None else 0
    version = f" ({escape(view.successor.build.version, 24)})" if view.successor is not None else ""
    failed = _failed_before(view)
    return f"{failed}replaced by r{number}{version}" if number else f"{failed}replaced"


def _failed_before(view: CardView) -> str:
    failed = view.release.failed_step
    return f"{step_failure(failed)}, " if failed is not None else ""


def _sign_off_or_start(view: CardView) -> str:
    what = f"{view.title} for {view.environment}"
    if view.blocking is not None:
        return ""
    if view.missing:
        return f"Sign off {what}: {', '.join(escape(team, 40) for team in view.missing)}"
    if view.lock is not None:
        return f"{wait_line(view.waiting, view.lock, view.names, view.directory)} {view.title} waits"
    if not view.step.requested and not view.waits_for:
        return f"Start {view.environment}: {view.title} is ready"
    return ""


def _let_go_on(view: CardView) -> str:
    what = f"Let {view.title} go on at {view.ci}: it waits there, for {view.environment}"
    return what if view.waits_at_ci else ""


def _decide(view: CardView) -> str:
    detail = reported(view.step.failure.detail) if view.step.failure is not None else ""
    return f"Decide on {view.title}: {failed_where(view)}" + (f": {detail}" if detail else "")


def _look(view: CardView) -> str:
    return f"Look for {view.title} in {view.environment} and say how it ended" if view.asks_operators else ""


_RED_IF_URGENT = frozenset({ReleaseState.WAITING, ReleaseState.DEPLOYING, ReleaseState.CANCELLING})
_NO_GATE = frozenset({"not_asked", "about_to_start"})
_SIGNS = {
    ReleaseState.CANCELLING: GOES,
    ReleaseState.UNKNOWN: UNKNOWN,
    ReleaseState.FAILED: WRONG,
    ReleaseState.DONE: LIVE,
    ReleaseState.REJECTED: OVER,
    ReleaseState.CANCELLED: OVER,
    ReleaseState.SUPERSEDED: OVER,
}
_STATES: dict[ReleaseState, Callable[[CardView], str]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _deploying,
    ReleaseState.CANCELLING: lambda view: f"being stopped in {view.environment}",
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: failed_where,
    ReleaseState.DONE: _done,
    ReleaseState.REJECTED: _over("rejected"),
    ReleaseState.CANCELLED: _over("cancelled"),
    ReleaseState.SUPERSEDED: _superseded,
}
_WANTED: dict[ReleaseState, Callable[[CardView], str]] = {
    ReleaseState.WAITING: _sign_off_or_start,
    ReleaseState.DEPLOYING: _let_go_on,
    ReleaseState.UNKNOWN: _look,
    ReleaseState.FAILED: _decide,
}


def teams(names: tuple[str, ...]) -> str:
    """Return a list of teams joined by "or": one of them is enough."""
    return listing([escape(each, 40) for each in names], "or")
