"""Renders the lines of a card about how a deployment or a release ended, and what happened until then.

A card keeps that, in order: a failure is not forgotten because somebody rolled back or cancelled afterwards.
"""

from collections.abc import Iterator
from datetime import datetime

from bot.blocks.card_view import CardView
from bot.blocks.changes import title_lines
from bot.blocks.failures import failure_words
from bot.blocks.headline import teams
from bot.blocks.linked_reason import reason_words
from bot.blocks.names import capital, listing, span
from bot.blocks.phone import CardLine
from bot.blocks.review_lines import review_line
from bot.blocks.sign_off_lines import signed_line
from bot.blocks.silence import not_asked_since
from bot.blocks.text import escape, quoted, reported
from handlers.attempt import FailedAttempt, Failure
from handlers.release import ReleaseState
from handlers.step import Step, StepState


def failed_lines(view: CardView) -> Iterator[CardLine]:
    """Return why the last attempt failed, what is in the environment now, and who decides."""
    step, failure, where = view.step, view.step.failure, capital(view.environment)
    yield CardLine(_cause(view, failure))
    if view.tries > 1:
        yield CardLine(_tries(view), 2)
    if not step.may_have_deployed:
        there = escape(view.since, 24) if view.since else "empty"
        # What an earlier attempt left there, of this release or another, is not said to be untouched.
        untouched = "; the last run there failed" if view.environment_state.failed else ", untouched"
        taken = step.holding or view.environment_state.holder or view.environment_state.queue
        free = "" if taken else ", and free"
        yield CardLine(f"{where} is {there}{untouched}{free}")
        yield CardLine("The sign-offs count again" if step.unspent else "", 1)
    elif view.since and view.since != view.release.build.version:
        yield CardLine(f"{where} may be part {view.version}, part {escape(view.since, 24)}")
    else:
        yield CardLine(f"{where} may have {view.version} in part")
    yield CardLine(_closed(view))


def _cause(view: CardView, failure: Failure | None) -> str:
    if failure is None:
        return ""
    if failure.by:
        return f"{view.names.user(failure.by)} looked: {quoted(failure.detail, 80)}"
    detail = reported(failure.detail, 80)
    if failure.code == "not_sent":
        return f"{view.ci} did not take it" + (f": {detail}" if detail else "")
    after = _after(view.step)
    return f"{detail} after {after}" if detail and after else detail or (f"After {after}" if after else "")


def _after(step: Step) -> str:
    run, ended = step.run, step.ended_at
    begun = None if run is None else run.started_at or run.seen_at
    return "" if begun is None or ended is None else span(ended - begun)


def _tries(view: CardView) -> str:
    """Return when each attempt failed, and who had it tried again."""
    tried = [
        view.names.when(each.at)
        + (f" ({view.names.user(each.retried_by)}: retry)" if each.retried_by else "")
        for each in view.step.failures
    ]
    return f"Failed {listing(tried)}"


def _closed(view: CardView) -> str:
    release, step = view.release, view.step
    steering = release.plan.steering_teams(release.environment)
    deciders = view.names.members(view.directory, steering)
    since = f"since {view.names.when(step.ended_at)}" if step.ended_at is not None else ""
    waits = f" ({since})" if since else ""
    if not step.holding:
        return f"{deciders} can retry or cancel it{waits}"
    if release.holds_when_failed:
        return f"Closed {since} until {teams(steering)} decide: {deciders}".replace("  ", " ")
    return f"A newer build may take its place; {deciders} can retry it{waits}"


def unknown_lines(view: CardView) -> Iterator[CardLine]:
    """Return what nobody knows, what was looked for, and who is to look."""
    intent, step, names = view.step.intent, view.step, view.names
    where = capital(view.environment)
    operators = names.members(view.directory, view.release.plan.operators)
    look = f"{operators}: look at {view.ci}, then say which it was. {where} is closed till then"
    run = f"run {escape(step.run.id, 24)}" if step.run is not None else ""
    if not run and intent is not None:
        run = f"run {intent.correlation[:8]}"
    if view.unclaimed:
        yield CardLine(f"{run} says that it succeeded, but never asked to be admitted")
        yield CardLine(look)
        return
    if step.run is None and intent is not None and intent.sent_at is not None:
        yield CardLine(f"{view.ci} gave no clear answer at {names.second(intent.sent_at)}", 1)
    if view.asks_operators:
        yield CardLine(_searched(view, run, intent.unclear_at if intent is not None else None))
        yield CardLine(look)
        return
    until = next((each.until for each in view.reasons if each.code == "searching"), None)
    ends = f" until {names.when(until)}" if until is not None else ""
    yield CardLine(f"Searching for {run}{ends}. I send nothing twice")
    yield CardLine(f"{where} is closed till then. {operators} can say how it ended")


def _searched(view: CardView, run: str, since: datetime | None) -> str:
    unasked = not_asked_since(view.silence, view.names)
    if unasked:
        return unasked
    if view.step.run is not None:
        return f"{run} is no longer there. I send nothing twice"
    searched = f" for {span(view.names.now - since)}" if since is not None else ""
    return f"Looked for {run}{searched}: not there. I send nothing twice"


def ended_lines(view: CardView, titles: int) -> Iterator[CardLine]:
    """Return how a release ended: one that is done with what went live, another with all that happened."""
    ending = view.release.ending
    if ending is None:
        return
    yield CardLine(review_line(view), 1)
    if ending.state is ReleaseState.DONE:
        yield from _done(view, ending.at, titles)
        return
    for _, line in sorted(_happened(view), key=lambda each: each[0]):
        yield CardLine(f"• {line.text}", line.rank)
    yield CardLine(_left_there(view))


def _done(view: CardView, at: datetime, titles: int) -> Iterator[CardLine]:
    names, undone = view.names, view.undone
    reached = [step for step in view.release.steps if step.state is StepState.SUCCEEDED]
    if undone is not None:
        why = quoted(undone.reason, 80)
        yield CardLine(f"Live {names.dated(at)} to {names.dated(undone.at)}")
        yield CardLine(f"Rolled back by r{undone.release}" + (f": {why}" if why else ""))
        yield CardLine("Builds that contain it carry a warning", 3)
    else:
        took = _after(reached[-1]) if reached else ""
        settled = any(step.settled_by for step in reached)
        ended = f"{'Settled' if settled else 'Deployed'} {names.dated(at)}"
        yield CardLine(ended + (f", {took}" if took else "") + _asked_by(view))
    yield CardLine(signed_line(view), 1)
    yield from _settled(view)
    yield CardLine(_goes_no_further(view))
    for step in view.release.steps:
        for each in step.failures:
            yield CardLine(_failed_at(view, each, escape(step.environment, 24)), 2)
    if undone is None and not view.rolls_back:
        for line in title_lines(view.changes, view.references, titles):
            yield CardLine(line, 3)


def _asked_by(view: CardView) -> str:
    asked = view.release.steps[-1].requested_by or next(iter(view.release.requesters), "")
    return f". Asked by {view.names.user(asked)}" if asked and not view.rolls_back else ""


def _happened(view: CardView) -> Iterator[tuple[datetime, CardLine]]:
    """Return what happened to a release that ended before it went live, each with its time; failures are kept longest."""
    names, ending = view.names, view.release.ending
    for step in view.release.steps:
        where = escape(step.environment, 24)
        if step.state is StepState.SUCCEEDED and step.ended_at is not None:
            yield step.ended_at, CardLine(f"On {where} {names.dated(step.ended_at)}", 2)
        for each in step.sign_offs:
            if each.counts:
                team = escape(each.team, 24)
                yield (
                    each.at,
                    CardLine(f"{names.user(each.user)} signed for {team} {names.dated(each.at)}", 3),
                )
        for failed in step.failures:
            yield failed.at, CardLine(_failed_at(view, failed, where), 1)
    if ending is not None:
        why = reason_words(ending.reason, names, 120)
        yield ending.at, CardLine(f"{_ended_by(view)} {names.dated(ending.at)}{f': {why}' if why else ''}")


def _failed_at(view: CardView, failed: FailedAttempt, where: str) -> str:
    detail = reported(failed.failure.detail, 60)
    again = f"; {view.names.user(failed.retried_by)} had it tried again" if failed.retried_by else ""
    said = f": {detail}" if detail else ""
    return f"{capital(failure_words(failed.failure, where))} {view.names.dated(failed.at)}{said}{again}"


def _ended_by(view: CardView) -> str:
    ending = view.release.ending
    if ending is None:
        return ""
    if ending.replaced_by:
        return f"Replaced by r{ending.replaced_by}"
    what = "Rejected" if ending.state is ReleaseState.REJECTED else "Cancelled"
    return f"{what} by {view.names.user(ending.by)}" if ending.by else what


def _left_there(view: CardView) -> str:
    """Return what is left in the environments of a release that ended."""
    failed = view.release.failed_step
    if failed is not None and failed.may_have_deployed:
        return f"{capital(escape(failed.environment, 24))} may have it in part until something else is deployed there"
    if view.lies_in:
        there = listing([escape(each, 24) for each in view.lies_in])
        return f"It stays on {there} until the next release"
    was_there = any(step.state is StepState.SUCCEEDED for step in view.release.steps)
    touched = was_there or any(step.may_have_deployed for step in view.release.steps)
    return "" if touched else "Nothing of it was deployed"


def _settled(view: CardView) -> Iterator[CardLine]:
    """Return where a person, and not a run, has said that the build was deployed."""
    for step in view.release.steps:
        if step.settled_by and step.state is StepState.SUCCEEDED:
            where = escape(step.environment, 24)
            yield CardLine(f"{view.names.user(step.settled_by)} says it was deployed to {where}")


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
