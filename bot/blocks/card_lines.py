"""Renders the lines of a card below its headline.

Each has a rank that decides which lines are dropped first.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from bot.blocks.card_view import CardView
from bot.blocks.headline import teams
from bot.blocks.marks import mark_lines
from bot.blocks.names import listing, plural, span
from bot.blocks.sign_off_lines import sign_off_lines, signed_line
from bot.blocks.silence import not_asked_since, silence_lines
from bot.blocks.text import escape, quoted, reported
from bot.blocks.waits import wait_line
from bot.blocks.words.reasons import called_off
from handlers.limits import CANCEL_LASTS
from handlers.lineage import Marks
from handlers.release import ReleaseState
from handlers.step import StepState


class CardLine(NamedTuple):
    """A line of a card and its rank: the highest rank is dropped first, 0 last."""

    text: str
    rank: int = 0


def card_lines(view: CardView) -> list[CardLine]:
    """Return the lines for the release's state."""
    state = view.release.state
    silent = [CardLine(line, rank) for rank, line in enumerate(silence_lines(view.silence, view.names))]
    lines = [CardLine(view.lost_line), *silent, *_rolled_back_by(view), *_LINES[state](view)]
    if state in _BOUND:
        lines.append(CardLine(_precondition(view)))
    return [line for line in lines if line.text]


def _waiting(view: CardView) -> Iterator[CardLine]:
    for rank, line in enumerate(sign_off_lines(view)):
        yield CardLine(line, rank)
    others = [each for each in view.reasons if each.code not in _SHOWN_ELSEWHERE]
    for rank, reason in enumerate(others):
        line = wait_line(view.waiting, reason, view.names, view.directory)
        yield CardLine(line, rank + 1 if view.missing else rank)
    for line in mark_lines(_marks(view), view.names):
        yield CardLine(line)
    yield CardLine(_since(view), 8 if view.missing else 0)
    yield CardLine(_then(view), 1)
    yield from _settled(view, 3)


def _marks(view: CardView) -> Marks:
    """Return what is to know of the build, without what a closed gate says already."""
    told = any(each.code == "lacks_live" for each in view.reasons)
    return replace(view.marks, lacks=None) if told else view.marks


def _since(view: CardView) -> str:
    since, by = view.step.queued_since or view.step.waiting_since, view.step.requested_by
    if since is None or view.missing:
        return ""
    requested = f", asked by {view.names.user(by)}" if by and view.step.requested else ""
    return f"Waiting since {view.names.clock(since)}{requested}"


def _then(view: CardView) -> str:
    where = view.environment
    if view.step.requested:
        if not view.missing:
            return ""
        opened = view.starts_after_sign_offs
        return f"{where} starts as soon as " + (
            "the last sign-off is in" if opened else "all of this is done"
        )
    after = view.step.unrequested_by
    if after and not view.waits_for:
        detail = reported(view.step.unrequested_detail)
        because = called_off(after) + (f": {detail}" if detail else "")
        return f"{view.starters()} can start {where} again; {because}"
    return ("Then " if view.waits_for else "") + f"{view.starters()} starts {where}"


def _deploying(view: CardView) -> Iterator[CardLine]:
    yield CardLine(_run_line(view))
    by = view.step.requested_by
    if not view.rolls_back:
        yield CardLine(f"Asked by {view.names.user(by)}" if by else "", 3)
    yield from _others(view)


def _run_line(view: CardView) -> str:
    """Return for what the run waits, and how long it may take."""
    run, most = view.step.run, span(view.release.environment.deploy.timeout)
    if run is not None and run.state == "waits":
        whom = escape(run.waits_for, 80) or "somebody to let it go on"
        since = f" since {view.names.clock(run.idle_since)}" if run.idle_since is not None else ""
        return f"For {whom}{since}. No time limit runs."
    if run is not None and run.state == "queued":
        at = run.idle_since or run.seen_at
        since = f" since {view.names.clock(at)}" if at is not None else ""
        return f"Queued at {view.ci}{since}: nothing of it runs yet. {most} at most once it runs"
    return f"Waits for {view.ci}, {most} at most"


def _rolled_back_by(view: CardView) -> Iterator[CardLine]:
    """Return who rolls back, and why."""
    if view.rolls_back:
        note = quoted(view.release.note, 60)
        by = listing([view.names.user(user) for user in view.release.requesters[:1]])
        yield CardLine(f"A rollback by {by}" + (f": {note}" if note else ""))


def _settled(view: CardView, rank: int = 0) -> Iterator[CardLine]:
    """Return where a person, and not a run, has said that the build was deployed."""
    for step in view.release.steps:
        if step.settled_by and step.state is StepState.SUCCEEDED:
            where = escape(step.environment, 24)
            yield CardLine(f"{view.names.user(step.settled_by)} says it was deployed to {where}", rank)


def _others(view: CardView) -> Iterator[CardLine]:
    """Return who has signed, and which releases are queued behind this one."""
    yield CardLine(signed_line(view), 4)
    behind = [
        f"r{entry.release}" for entry in view.environment_state.queue if entry.release != view.release.number
    ]
    yield CardLine(f"In line behind it: {listing(behind)}" if behind else "", 2)


def _cancelling(view: CardView) -> Iterator[CardLine]:
    cancel, names = view.step.cancel, view.names
    if cancel is None:
        return
    if cancel.code == "timed_out":
        yield CardLine("Its time limit is over")
    else:
        because = quoted(cancel.reason, 60)
        yield CardLine(f"{names.user(cancel.by)} wants it stopped" + (f": {because}" if because else ""))
    yield CardLine(f"Waits for {view.ci} since {names.clock(cancel.at)}")
    operators = teams(view.release.plan.operators)
    yield CardLine(f"From {names.clock(cancel.at + CANCEL_LASTS)} on {operators} are asked", 1)


def _unknown(view: CardView) -> Iterator[CardLine]:
    intent, step = view.step.intent, view.step
    operators = view.names.members(view.directory, view.release.plan.operators)
    what = f"run {escape(step.run.id, 24)}" if step.run is not None else ""
    if not what and intent is not None:
        what = f"run {intent.correlation[:8]}"
    if view.unclaimed:
        yield CardLine(f"{what} says that it succeeded, without a claim.")
        yield CardLine(f"{operators}: look, then tell me. Closed till then.")
    elif view.asks_operators:
        since = intent.unclear_at if intent is not None else None
        searched = f"Searched {span(view.names.now - since)} for" if since is not None else "Searched for"
        unasked = not_asked_since(view.silence, view.names)
        yield CardLine(unasked or f"{searched} {what}: not found. I will not re-send.")
        yield CardLine(f"{operators}: look, then tell me. Closed till then.")
    else:
        until = next((each.until for each in view.reasons if each.code == "searching"), None)
        ends = f" until {view.names.clock(until)}" if until is not None else ""
        yield CardLine(f"Searching for {what}{ends}. I will not re-send.")
        yield CardLine(f"Closed till then. {operators} can say how it ended.")
    yield from _others(view)


def _failed(view: CardView) -> Iterator[CardLine]:
    step = view.step
    if step.failure is not None and step.failure.code == "not_sent" and not step.may_have_deployed:
        yield CardLine("Nothing was deployed" + ("; the sign-offs still count." if step.signed else "."))
    elif view.since and view.since != view.release.build.version:
        yield CardLine(f"It may be part {view.version}, part {escape(view.since, 24)}.")
    else:
        yield CardLine("It may be deployed in part.")
    deciders = teams(view.release.plan.steering_teams(view.release.environment))
    when = f" (since {view.names.clock(step.ended_at)})" if step.ended_at is not None else ""
    yield CardLine(f"Closed to other releases until {deciders} decide{when}.")
    yield from _others(view)


def _ended(view: CardView) -> Iterator[CardLine]:
    ending = view.release.ending
    if ending is None:
        return
    yield CardLine(quoted(ending.reason, 120))
    yield from _settled(view)
    if ending.state is ReleaseState.DONE:
        yield CardLine(_goes_no_further(view))
        yield CardLine(signed_line(view), 3)
        return
    yield CardLine(f"Ended {view.names.clock(ending.at)}")
    there = [escape(step.environment, 24) for step in view.release.steps if step.state is StepState.SUCCEEDED]
    yield CardLine(f"It went to {' and '.join(there)}" if there else "", 2)
    yield CardLine(signed_line(view), 3)


def _goes_no_further(view: CardView) -> str:
    steps = view.release.steps
    reached = max(
        (place for place, step in enumerate(steps) if step.state is StepState.SUCCEEDED), default=-1
    )
    skipped = next(iter(steps[reached + 1 :]), None)
    if skipped is None:
        return ""
    branch = escape(view.release.build.branch, 40)
    return f"It ends there: {escape(skipped.environment, 24)} takes no builds of {branch}"


def _precondition(view: CardView) -> str:
    sha = escape(view.release.build.sha[:7], 7)
    precondition = f"bound to {sha}"
    if not view.since:
        tense = "is" if view.release.state is ReleaseState.WAITING else "was"
        when = "yet" if view.release.state is ReleaseState.WAITING else "before"
        return f"Nothing {tense} in {view.environment} {when} · {precondition}"
    since = escape(view.since, 24)
    if view.rolls_back:
        return f"{since} is there now · {precondition}"
    if view.since == view.release.build.version:
        return f"The same as in {view.environment} · {precondition}"
    return f"{plural(len(view.changes), 'change')} since {since} · {precondition}"


_SHOWN_ELSEWHERE = frozenset({"sign_off_missing", "not_asked", "about_to_start", "records_lost"})
_BOUND = frozenset(
    {
        ReleaseState.WAITING,
        ReleaseState.DEPLOYING,
        ReleaseState.CANCELLING,
        ReleaseState.UNKNOWN,
        ReleaseState.FAILED,
    }
)
_LINES: dict[ReleaseState, Callable[[CardView], Iterator[CardLine]]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _deploying,
    ReleaseState.CANCELLING: _cancelling,
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: _failed,
    ReleaseState.DONE: _ended,
    ReleaseState.REJECTED: _ended,
    ReleaseState.CANCELLED: _ended,
    ReleaseState.SUPERSEDED: _ended,
}
