"""Answers `/release why`: what releases wait for in one sentence each, whom to ask, and every reason."""

from collections.abc import Iterator
from datetime import datetime

from bot.blocks.block_kit import Message, message
from bot.blocks.build_lines import became_of
from bot.blocks.card_view import CardView
from bot.blocks.endings import ending_line
from bot.blocks.names import listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.service_lines import lock_lines, stage_line
from bot.blocks.standing import standing_line, whom_to_ask
from bot.blocks.text import escape
from bot.blocks.waits import wait_lines
from handlers.gate import Reason


def why(found: QueryResult) -> Message:
    """Return what a release waits for, and who can clear it; of several, a line for each."""
    numbers = listing([f"r{view.release.number}" for view in found.releases])
    head = f"What {numbers} {'waits' if len(found.releases) == 1 else 'wait'} for"
    if not found.releases:
        head = "Nothing waits here."
        lines = _nothing(found)
    elif len(found.releases) == 1:
        lines = list(_at_length(found.releases[0], found))
    else:
        lines = [f"• {_answer(view)}" for view in found.releases]
        lines.append(f"All reasons of one: /release why r{found.releases[0].release.number}")
    return message(head, *paragraphs(lines))


def _answer(view: CardView) -> str:
    return f"{standing_line(view)}. {whom_to_ask(view)}".rstrip()


def _at_length(view: CardView, found: QueryResult) -> Iterator[str]:
    if view.release.ended:
        service = next((each for each in found.services if each.plan.service == view.release.service), None)
        if service is not None:
            yield ending_line(view.release, service.environments, found.names) + "."
        yield "It waits for nothing: it has ended."
        return
    yield _answer(view)
    if view.silence is not None:
        yield "• What is known of it may be old."
    if not all(each.code == "sign_off_missing" and each.values["missing"] == "1" for each in view.reasons):
        for line in wait_lines(view.waiting, view.names, view.directory):
            yield f"• {line}"
    for line in dict.fromkeys(line for each in view.reasons for line in _coming(view, each)):
        yield f"• {line}"


def _coming(view: CardView, reason: Reason) -> Iterator[str]:
    """Return who is reminded of what a release waits for next, and who is called when nobody signs."""
    users, names = reason.values.get("reminded", ""), view.names
    if users:
        who = names.each_once(users.split(", "))
        at = names.dated(datetime.fromisoformat(reason.values["reminded_at"]))
        yield f"{listing(who)} {'are' if len(who) > 1 else 'is'} reminded {at}"
    teams = reason.values.get("escalated_to", "")
    if teams:
        at = names.dated(datetime.fromisoformat(reason.values["escalated_at"]))
        called = listing([escape(each, 24) for each in teams.split(", ")])
        are = "are" if ", " in teams else "is"
        yield f"{called} {are} called {at} if nobody of {escape(reason.values['team'], 24)} signs"


def _nothing(found: QueryResult) -> list[str]:
    """Return what there is to say where nothing waits: what became of the build, or what is live and locked."""
    if found.query.version:
        return [
            line
            for service in found.services
            for build in service.builds
            for line in became_of(service, build, found)
        ]
    locked = [
        line
        for service in found.services
        for line in lock_lines(service, found.names, found.query.environment)
    ]
    live = [stage_line(each, found.names) for each in found.services]
    return ["No release waits here, and none is under way.", *locked, *live]


WORDS = QueryWords(why, QueryReads(releases=True, services=True))
