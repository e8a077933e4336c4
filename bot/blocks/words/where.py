"""Answers `/release where`: what is live in each environment of a service, of all here, or where one build is."""

from bot.blocks.block_kit import Message, message
from bot.blocks.board import board
from bot.blocks.build_lines import build_name, lies_in, mark_of, releases_of
from bot.blocks.environment_lines import environment_lines
from bot.blocks.names import Names
from bot.blocks.paragraphs import paragraphs
from bot.blocks.query_words import QueryReads, QueryResult, QueryWords, ServiceView
from bot.blocks.text import escape
from handlers.build import Build
from handlers.environments import EnvironmentState


def where(service: ServiceView, names: Names, environment: str = "") -> Message:
    """Return for each environment what is live, its holder, its queue, its locks, and the reviews that it owes."""
    lines = [
        line
        for each in service.plan.environments
        if environment in ("", each.name)
        for line in environment_lines(
            service, service.environments.get(each.name) or EnvironmentState(each.name), names
        )
    ]
    return message(f"What is live of {escape(service.plan.service, 40)}", *paragraphs(lines))


def _where_is(service: ServiceView, build: Build, found: QueryResult) -> str:
    """Return where a build is, what speaks against it, and which release is bringing it somewhere."""
    mark = mark_of(service, build, found)
    said = [lies_in(service, build, found) or "It is live nowhere."]
    was = "was " if mark.startswith(("rejected", "rolled")) else ""
    said += [f"It {was}{mark}."] if mark else []
    said += [
        f"r{each.number} is on its way to {escape(each.step.environment, 24)}."
        for each in releases_of(service, build)
        if not each.ended
    ]
    return f"*{build_name(build)}*: {' '.join(said)}"


def answer(found: QueryResult) -> Message:
    """Return where a build is, the environments of one service, or a board of several."""
    names, environment = found.names, found.query.environment
    if found.query.version:
        lines = [_where_is(each, build, found) for each in found.services for build in each.builds]
        return message(f"Where {escape(found.query.version, 40)} is", *paragraphs(lines))
    if len(found.services) == 1:
        return where(found.services[0], names, environment)
    return message("What is live", *board(found.services, environment, names.in_policy_zone()))


WORDS = QueryWords(answer, QueryReads(services=True))
