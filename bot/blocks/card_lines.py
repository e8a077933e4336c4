"""Renders the lines of a card below its headline while the release is open: who is wanted, since when, and what changed.

Each has a rank that decides which lines are dropped first.
"""

from collections.abc import Callable, Iterator

from bot.blocks.card_changes import card_changes
from bot.blocks.card_holds import after_the_hold, hold_line
from bot.blocks.card_notes import note_line
from bot.blocks.card_outcomes import ended_lines, failed_lines, unknown_lines
from bot.blocks.card_times import frozen_line, lapses, later
from bot.blocks.card_view import CardView
from bot.blocks.headline import teams
from bot.blocks.names import capital, listing, span
from bot.blocks.phone import CardLine
from bot.blocks.sign_off_lines import sign_off_lines, signed_line
from bot.blocks.silence import silence_lines
from bot.blocks.text import escape, link, quoted
from bot.blocks.waits import askable, in_words, wait_line
from bot.blocks.words.reasons import called_off_because
from bot.blocks.words.template import WITHOUT_END
from handlers.environments import Live
from handlers.gate import Reason
from handlers.limits import CANCEL_LASTS
from handlers.people import SHIPROOM
from handlers.release import ReleaseState


def card_lines(view: CardView, titles: int) -> list[CardLine]:
    """Return the lines for the release's state, with at most so many titles of changes."""
    silent = [CardLine(line, rank) for rank, line in enumerate(silence_lines(view.silence, view.names))]
    lines = [
        CardLine(view.lost_line),
        *silent,
        note_line(view),
        *_LINES[view.release.state](view, titles),
    ]
    return [line for line in lines if line.text]


def _waiting(view: CardView, titles: int) -> Iterator[CardLine]:
    yield CardLine(_position(view), 2)
    if view.missing:
        for rank, line in enumerate(sign_off_lines(view)):
            yield CardLine(f"• {line}", rank)
    else:
        yield CardLine(signed_line(view), 1)
    others = [each for each in view.reasons if each.code not in _SHOWN_ELSEWHERE]
    others.sort(key=lambda reason: reason.code in _LAST)
    for rank, reason in enumerate(others):
        yield CardLine(_reason_line(view, reason), rank + 1 if view.missing else rank)
    yield CardLine(_before_it(view), 3)
    yield from card_changes(view, titles)
    yield CardLine(_then(view), 1)


def _reason_line(view: CardView, reason: Reason) -> str:
    """Return one reason; what the first line says already is not said again."""
    if reason.code == "locked":
        until = f" until {view.names.when(reason.until)}" if reason.until is not None else WITHOUT_END
        said = quoted(reason.values.get("reason", ""), 60)
        there = link(reason.values.get("url", ""), "Look at it")
        by = view.names.user(reason.values["by"])
        return f"Locked by {by}{until}{f': {said}' if said else ''} {there}".rstrip()
    if reason.code == "held":
        return hold_line(view, reason)
    if reason.code == "frozen":
        return frozen_line(view, reason)
    if reason.event == "waive":
        can = askable(view.waiting, reason, view.names, view.directory)
        short = capital(in_words(view.waiting, reason, view.names, view.directory))
        return f"{short}. {can} can waive it"
    if reason.code == "turn":
        return capital(in_words(view.waiting, reason, view.names, view.directory))
    return wait_line(view.waiting, reason, view.names, view.directory)


def _position(view: CardView) -> str:
    """Return where the build is and where it goes, since when, and who asked for that."""
    step, names = view.step, view.names
    by = (
        f", asked by {names.user(step.requested_by)}"
        if step.requested and step.requested_by not in {"", SHIPROOM} and not view.is_urgent
        else ""
    )
    if view.rolls_back or not view.before:
        since = f" since {names.when(step.waiting_since)}" if step.waiting_since is not None else ""
        return f"{'Back to' if view.rolls_back else 'For'} {view.environment}{since}{by}"
    there = view.release.steps[view.release.position - 1].ended_at
    if view.left is not None:
        began = f" from {names.when(there)} on" if there is not None else ""
        return f"For {view.environment}{by}. Was on {view.before}{began}, where {_is_there(view.left)} now"
    since = f" since {names.when(there)}" if there is not None else ""
    return f"On {view.before}{since}, for {view.environment}{by}"


def _is_there(live: Live) -> str:
    version = escape(live.build.version, 24)
    return f"{version} (r{live.release}) is" if live.release else f"{version} is"


def _before_it(view: CardView) -> str:
    """Return who is in line before the release."""
    queue = view.environment_state.queue
    place = view.environment_state.place(view.release.number)
    before = [f"r{entry.release}" for entry in queue[: max(place - 1, 0)]]
    return f"Before it in line: {listing(before)}" if before else ""


def _then(view: CardView) -> str:
    """Return how the step starts once nothing holds it up: by itself, or by whom; never more than is so."""
    where = view.environment
    if view.blocking is not None:
        return ""
    if view.hold is not None:
        return after_the_hold(view, view.hold)
    if view.step.requested:
        return _starts_by_itself(view)
    if view.lock is not None or view.frozen is not None:
        return _after_the_lock(view)
    after = called_off_because(view.step.unrequested_by, view.step.unrequested_detail)
    if after and not view.waits_for:
        return f"{view.starters()} can start {where} again; {after}"
    return f"{'Then ' if view.waits_for else ''}{view.starters()} can start {where}"


def _starts_by_itself(view: CardView) -> str:
    where = capital(view.environment)
    shut = (view.lock or view.frozen) and view.release.environment.protected
    if shut or any(each.values.get("thaws") for each in view.reasons):
        return _after_the_lock(view)
    if lapses(view) or later(view) is not None:
        return _at_its_time(view, where)
    if view.starts_after_sign_offs:
        return f"{where} starts with the last sign-off" if view.missing else ""
    if view.missing:
        return f"{where} starts by itself once all of this is done"
    if not view.waits_for:
        return ""
    only_its_turn = all(each.code in {"turn", "not_asked"} for each in view.reasons)
    return f"It starts by itself {'when its turn comes' if only_its_turn else 'after that'}"


def _at_its_time(view: CardView, where: str) -> str:
    """Return that the step starts by itself at a time, unless a sign-off is too old by then."""
    if lapses(view):
        return f"{where} waits so long that a sign-off is too old by then: somebody has to sign again"
    timed = later(view)
    at = timed.until if timed is not None else None
    return f"{where} starts by itself {view.names.dated(at)}, once all is done" if at is not None else ""


def _after_the_lock(view: CardView) -> str:
    """Return who has to start the step once the lock or the freeze is over: only a sign-off starts it then."""
    late = ", unless a sign-off comes last" if view.missing and view.step.requested else ""
    return f"Then {view.starters()} must start {view.environment}{late}"


def _deploying(view: CardView, titles: int) -> Iterator[CardLine]:
    refused = next(
        (each for each in view.reasons if each.code == "being_sent" and each.values["detail"]), None
    )
    if refused is not None:
        yield CardLine(wait_line(view.waiting, refused, view.names, view.directory))
    yield CardLine(_run_line(view))
    by = view.step.requested_by
    if not view.rolls_back:
        yield CardLine(f"Asked by {view.names.user(by)}" if by and by != SHIPROOM else "", 3)
    yield from _others(view)
    yield from card_changes(view, titles)


def _run_line(view: CardView) -> str:
    """Return for what the run waits, since when, and how long it may take."""
    run, most, names = view.step.run, span(view.release.environment.deploy.timeout), view.names
    if run is not None and run.state == "waits":
        whom = escape(run.waits_for, 80) or "somebody to let it go on"
        since = f" since {names.when(run.idle_since)}" if run.idle_since is not None else ""
        return f"For {whom}{since}. No time limit runs."
    if run is not None and run.state == "queued":
        at = run.idle_since or run.seen_at
        since = f"Since {names.when(at)}, " if at is not None else ""
        return f"{since}{most} at most once it runs"
    intent = view.step.intent
    since = f"Since {names.when(intent.granted_at)}, " if intent is not None else ""
    return f"{since}{most} at most"


def _others(view: CardView) -> Iterator[CardLine]:
    """Return who has signed, and which releases are queued behind this one."""
    yield CardLine(signed_line(view), 4)
    behind = [
        f"r{entry.release}" for entry in view.environment_state.queue if entry.release != view.release.number
    ]
    yield CardLine(f"In line behind it: {listing(behind)}" if behind else "", 3)


def _cancelling(view: CardView, _titles: int) -> Iterator[CardLine]:
    cancel, names = view.step.cancel, view.names
    if cancel is None:
        return
    if cancel.code == "timed_out":
        yield CardLine("Its time limit is over")
    else:
        because = quoted(cancel.reason, 60)
        yield CardLine(f"{names.user(cancel.by)} wants it stopped" + (f": {because}" if because else ""))
    yield CardLine(f"{view.ci} was asked {names.when(cancel.at)}" if view.step.run is not None else "")
    operators = teams(view.release.plan.operators)
    yield CardLine(f"If it has not stopped by {names.when(cancel.at + CANCEL_LASTS)}, {operators} look", 1)


def _failed(view: CardView, _titles: int) -> Iterator[CardLine]:
    yield from failed_lines(view)
    yield from _others(view)


def _unknown(view: CardView, _titles: int) -> Iterator[CardLine]:
    yield from unknown_lines(view)
    yield from _others(view)


_LAST = frozenset({"signer_unknown", "alone_later"})
"""What is over soon by itself."""

_SHOWN_ELSEWHERE = frozenset({"sign_off_missing", "not_asked", "about_to_start", "records_lost"})
_LINES: dict[ReleaseState, Callable[[CardView, int], Iterator[CardLine]]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _deploying,
    ReleaseState.CANCELLING: _cancelling,
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: _failed,
    ReleaseState.DONE: ended_lines,
    ReleaseState.REJECTED: ended_lines,
    ReleaseState.CANCELLED: ended_lines,
    ReleaseState.SUPERSEDED: ended_lines,
}
