"""Answers `/release notes`: what is in a release, since when it is live, and who asked for it and signed it, to be pasted."""

from collections.abc import Iterator

from bot.blocks.block_kit import Message, message
from bot.blocks.build_lines import build_name
from bot.blocks.card_changes import what_changes
from bot.blocks.card_view import CardView
from bot.blocks.changes import note_lines
from bot.blocks.endings import ending_line
from bot.blocks.names import listing
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords
from bot.blocks.sign_off_lines import signed_line
from bot.blocks.standing import standing_line
from bot.blocks.text import escape, link, quoted
from handlers.people import SHIPROOM
from handlers.step import StepState

MOST_CHANGES = 50
LONGEST_NOTE = 200


def notes(found: QueryResult) -> Message:
    """Return the notes of the releases that were asked about, one below the other."""
    if not found.releases:
        return message("No release notes", *paragraphs(list(_never_released(found))))
    head = "Release notes of " + listing([view.title for view in found.releases])
    return message(head, *paragraphs([line for view in found.releases for line in _notes(view)]))


def _never_released(found: QueryResult) -> Iterator[str]:
    for service in found.services:
        for build in service.builds:
            named = escape(build.version, 40)
            yield f"There is no release of {build_name(build)}. What is in it: /release builds {named}"


def _notes(view: CardView) -> Iterator[str]:
    release = view.release
    yield f"*{escape(release.service, 40)} {view.version}*"
    yield _when(view)
    if release.note:
        yield f"{'Emergency' if view.is_urgent else 'Note'}: {quoted(release.note, LONGEST_NOTE)}"
    yield from _changes(view)
    asked = view.names.each_once(each for each in release.requesters if each != SHIPROOM)
    people = [f"Asked by {listing(asked)}"] if asked else []
    people += [signed_line(view)] if signed_line(view) else []
    yield ". ".join([*people, f"r{release.number}"])


def _when(view: CardView) -> str:
    """Return when it went live and whether that was taken back, or why it is not live."""
    release, step, names = view.release, view.step, view.names
    if step.state is StepState.SUCCEEDED and step.ended_at is not None:
        undone = view.undone
        back = f", rolled back {names.dated(undone.at)} by r{undone.release}" if undone is not None else ""
        return f"Went live in {view.environment} {names.dated(step.ended_at)}{back}"
    if release.ended:
        return f"Not live: {ending_line(release, {step.environment: view.environment_state}, names)}"
    last = escape(release.steps[-1].environment, 24)
    return f"Not live in {last} yet: {standing_line(view)}"


def _changes(view: CardView) -> Iterator[str]:
    """Return the changes since what was live before; a rollback brings none."""
    if view.rolls_back:
        yield f"A rollback: it takes {escape(view.since, 24)} back" if view.since else "A rollback"
        return
    yield what_changes(view)
    yield from note_lines(view.changes, view.references, MOST_CHANGES)
    where = link(view.changes_url, "All changes")
    rest = len(view.changes) - MOST_CHANGES
    if rest > 0:
        yield f"and {rest} more{'' if where else f': /release builds {view.version}'}"
    if where:
        yield where


WORDS = QueryWords(notes, QueryReads(releases=True, services=True, newest_of_build=True))
