"""Reads what an operator says is live: `production=2.4.1 staging=nothing`, and what stands behind it."""

import re

from handlers.command_parsing import AND, CommandContext
from handlers.typed_words import bare, unquoted

NOTHING = "nothing"
_NOTHING = frozenset({NOTHING, "none", "empty", "nichts", "-"})
"""What is typed where nothing is live."""

_PAIR = re.compile(r"(?P<environment>[^=:]+)[=:](?P<version>.*)\Z")
_JOINS = AND | frozenset({"has", "is", "hat", "ist", "runs", "at", "on"})
_DIGIT = re.compile(r"\d")

Named = tuple[tuple[str, str], ...]
"""Environments, each with the version or the commit that is live there; empty for nothing."""


def live_named(
    words: tuple[str, ...], context: CommandContext, service: str
) -> tuple[Named, tuple[str, ...]]:
    """Return what the first words say is live in which environment, and the words behind that.

    Without a sign between them the second word has to look like a version, as `production is down` says something else.
    """
    named: dict[str, str] = {}
    while words:
        found = _first(words, context, service)
        if found is None:
            break
        (environment, version), words = found
        named[environment] = version
        while words and bare(words[0]) in AND:
            words = words[1:]
    return tuple(named.items()), words


def _first(
    words: tuple[str, ...], context: CommandContext, service: str
) -> tuple[tuple[str, str], tuple[str, ...]] | None:
    pair = _PAIR.match(words[0])
    environment = context.environment_named(pair["environment"] if pair else words[0], service)
    if not environment:
        return None
    rest = words[1:]
    version = pair["version"] if pair else ""
    if pair and not version:
        version, rest = "".join(rest[:1]), rest[1:]
    if not pair:
        while rest and bare(rest[0]) in _JOINS:
            rest = rest[1:]
        version, rest = "".join(rest[:1]), rest[1:]
    version = unquoted(version.rstrip(",;"))
    if bare(version) in _NOTHING:
        return (environment, ""), rest
    if not version or not (pair or _DIGIT.search(version)):
        return None
    return (environment, version), rest
