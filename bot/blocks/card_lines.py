"""The lines of a card between its first one and its buttons, each with how badly it is needed where room is short."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from bot.blocks.card_view import CardView
from bot.blocks.headline import teams
from bot.blocks.names import listing, plural, span
from bot.blocks.sign_off_lines import sign_off_lines, signed_line
from bot.blocks.text import escape, quoted
from bot.blocks.waits import wait_line
from bot.blocks.words.reasons import called_off
from handlers.limits import CANCEL_LASTS
from handlers.release import ReleaseState
from handlers.step import StepState


class Line(NamedTuple):
    """One line and its rank: 0 stays, others go first the higher they rank."""

    text: str
    rank: int = 0


def card_lines(view: CardView) -> list[Line]:
    """Write the lines that fit the release's state."""
    state = view.release.state
    lines = [*_rolled_back_by(view), *_LINES[state](view)]
    if state in _BOUND:
        lines.append(Line(_bound(view)))
    return [line for line in lines if line.text]


def _waiting(view: CardView) -> Iterator[Line]:
    for place, line in enumerate(sign_off_lines(view)):
        yield Line(line, place)
    others = [each for each in view.reasons if each.code not in _SAID_ELSEWHERE]
    for place, reason in enumerate(others):
        line = wait_line(view.waiting, reason, view.names, view.directory)
        yield Line(line, place + 1 if view.missing else place)
    yield Line(_since(view), 8 if view.missing else 0)
    yield Line(_then(view), 1)
    yield from _settled(view, 3)


def _since(view: CardView) -> str:
    since, by = view.step.in_line_since or view.step.waiting_since, view.step.requested_by
    if since is None or view.missing:
        return ""
    asked = f", asked by {view.names.user(by)}" if by and view.step.requested else ""
    return f"Waiting since {view.names.clock(since)}{asked}"


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
        return f"{view.starters()} can start {where} again; {called_off(after)}"
    return ("Then " if view.waits_for else "") + f"{view.starters()} starts {where}"


def _deploying(view: CardView) -> Iterator[Line]:
    yield Line(f"Waits for {view.ci}, {span(view.release.environment.deploy.timeout)} at most")
    by = view.step.requested_by
    if not view.rolls_back:
        yield Line(f"Asked by {view.names.user(by)}" if by else "", 3)
    yield from _others(view)


def _rolled_back_by(view: CardView) -> Iterator[Line]:
    """Name who rolls back, and why."""
    if view.rolls_back:
        note = quoted(view.release.note, 60)
        by = listing([view.names.user(user) for user in view.release.requesters[:1]])
        yield Line(f"A rollback by {by}" + (f": {note}" if note else ""))


def _settled(view: CardView, rank: int = 0) -> Iterator[Line]:
    """Say where no run but a person said that it was deployed."""
    for step in view.release.steps:
        if step.settled_by and step.state is StepState.SUCCEEDED:
            where = escape(step.environment, 24)
            yield Line(f"{view.names.user(step.settled_by)} says it was deployed to {where}", rank)


def _others(view: CardView) -> Iterator[Line]:
    """Say who has signed, and which releases stand in line behind this one."""
    yield Line(signed_line(view), 4)
    behind = [f"r{entry.release}" for entry in view.ground.line if entry.release != view.release.number]
    yield Line(f"In line behind it: {listing(behind)}" if behind else "", 2)


def _cancelling(view: CardView) -> Iterator[Line]:
    cancel, names = view.step.cancel, view.names
    if cancel is None:
        return
    if cancel.code == "timed_out":
        yield Line("Its time limit is over")
    else:
        because = quoted(cancel.reason, 60)
        yield Line(f"{names.user(cancel.by)} wants it stopped" + (f": {because}" if because else ""))
    yield Line(f"Waits for {view.ci} since {names.clock(cancel.at)}")
    operators = teams(view.release.plan.operators)
    yield Line(f"From {names.clock(cancel.at + CANCEL_LASTS)} on {operators} are asked", 1)


def _unknown(view: CardView) -> Iterator[Line]:
    intent, step = view.step.intent, view.step
    operators = view.names.members(view.directory, view.release.plan.operators)
    what = f"run {escape(step.run.id, 24)}" if step.run is not None else ""
    if not what and intent is not None:
        what = f"run {intent.correlation[:8]}"
    if view.unclaimed:
        yield Line(f"{what} says that it succeeded, without a claim.")
        yield Line(f"{operators}: look, then tell me. Closed till then.")
    elif view.asks_operators:
        since = intent.unclear_at if intent is not None else None
        searched = f"Searched {span(view.names.now - since)} for" if since is not None else "Searched for"
        yield Line(f"{searched} {what}: not found. I will not re-send.")
        yield Line(f"{operators}: look, then tell me. Closed till then.")
    else:
        until = next((each.until for each in view.reasons if each.code == "searching"), None)
        ends = f" until {view.names.clock(until)}" if until is not None else ""
        yield Line(f"Searching for {what}{ends}. I will not re-send.")
        yield Line(f"Closed till then. {operators} can say how it ended.")
    yield from _others(view)


def _failed(view: CardView) -> Iterator[Line]:
    step = view.step
    if step.failure is not None and step.failure.code == "not_sent" and not step.touched:
        yield Line("Nothing was deployed" + ("; the sign-offs still count." if step.signed else "."))
    elif view.since and view.since != view.release.build.version:
        yield Line(f"It may be part {view.version}, part {escape(view.since, 24)}.")
    else:
        yield Line("It may be deployed in part.")
    deciders = teams(view.release.plan.may_steer(view.release.environment))
    when = f" (since {view.names.clock(step.ended_at)})" if step.ended_at is not None else ""
    yield Line(f"Closed to other releases until {deciders} decide{when}.")
    yield from _others(view)


def _ended(view: CardView) -> Iterator[Line]:
    ending = view.release.ending
    if ending is None:
        return
    yield Line(quoted(ending.reason, 120))
    yield from _settled(view)
    if ending.state is ReleaseState.DONE:
        yield Line(signed_line(view), 3)
        return
    yield Line(f"Ended {view.names.clock(ending.at)}")
    there = [escape(step.environment, 24) for step in view.release.steps if step.state is StepState.SUCCEEDED]
    yield Line(f"It went to {' and '.join(there)}" if there else "", 2)
    yield Line(signed_line(view), 3)


def _bound(view: CardView) -> str:
    sha = escape(view.release.build.sha[:7], 7)
    bound = f"bound to {sha}"
    if not view.since:
        tense = "is" if view.release.state is ReleaseState.WAITING else "was"
        when = "yet" if view.release.state is ReleaseState.WAITING else "before"
        return f"Nothing {tense} in {view.environment} {when} · {bound}"
    since = escape(view.since, 24)
    if view.rolls_back:
        return f"{since} is there now · {bound}"
    if view.since == view.release.build.version:
        return f"The same as in {view.environment} · {bound}"
    return f"{plural(len(view.changes), 'change')} since {since} · {bound}"


_SAID_ELSEWHERE = frozenset({"sign_off_missing", "not_asked", "about_to_start"})
_BOUND = frozenset(
    {
        ReleaseState.WAITING,
        ReleaseState.DEPLOYING,
        ReleaseState.CANCELLING,
        ReleaseState.UNKNOWN,
        ReleaseState.FAILED,
    }
)
_LINES: dict[ReleaseState, Callable[[CardView], Iterator[Line]]] = {
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
