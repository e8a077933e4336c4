"""Answers `/release builds`: the newest builds, or what is in one, what became of it and where it is."""

from collections.abc import Iterator

from bot.blocks.block_kit import Message, message
from bot.blocks.build_lines import became_of, build_name, is_live, lies_in, mark_of
from bot.blocks.names import plural
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords, ServiceView
from bot.blocks.text import escape, link
from handlers.build import Build

NEWEST = 10
MOST_CHANGES = 10


def builds(found: QueryResult) -> Message:
    """Return a list of builds, newest first; or all that is known of those that a version means."""
    if found.query.version:
        lines = [
            line
            for service in found.services
            for build in service.builds
            for line in _at_length(service, build, found)
        ]
        return message(f"What is known of {escape(found.query.version, 40)}", *paragraphs(lines))
    lines = [_build(service, build, found) for service in found.services for build in service.builds]
    head = "The newest builds" if lines else "There is no build yet."
    return message(head, *paragraphs(lines or [head]))


def _build(service: ServiceView, build: Build, found: QueryResult) -> str:
    """Return a build in a line, with what speaks against it and where it is live."""
    mark = mark_of(service, build, found)
    live = [
        escape(each.name, 24)
        for each in service.plan.environments
        if (state := service.environments.get(each.name)) is not None and is_live(state, build)
    ]
    said = [f"live in {' and '.join(live)}"] if live else []
    return _name(build, found) + "".join(f" · {each}" for each in [*said, *([mark] if mark else [])])


def _name(build: Build, found: QueryResult) -> str:
    ready = f" · {found.names.clock(build.ready_at)}" if build.ready_at is not None else ""
    return f"*{build_name(build)}* · {escape(build.branch, 40)} {escape(build.sha[:7], 7)}{ready}"


def _at_length(service: ServiceView, build: Build, found: QueryResult) -> Iterator[str]:
    there = link(build.url, "Build")
    yield _name(build, found) + (f" · {there}" if there else "")
    yield from _changes(build)
    yield from became_of(service, build, found)
    yield lies_in(service, build, found) or "It is live nowhere."


def _changes(build: Build) -> Iterator[str]:
    if not build.changes:
        yield "Nothing changed in it." if build.changes is not None else "Nobody has told what changed in it."
        return
    yield f"{plural(len(build.changes), 'change')}:"
    for each in build.changes[:MOST_CHANGES]:
        author = escape(each.author.partition(" <")[0], 30)
        yield f"• {escape(each.title, 100)}" + (f" ({author})" if author else "")
    if len(build.changes) > MOST_CHANGES:
        yield f"and {len(build.changes) - MOST_CHANGES} more"


WORDS = QueryWords(builds, QueryReads(releases=True, services=True, builds=NEWEST))
