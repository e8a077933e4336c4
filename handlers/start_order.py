"""Finds the line that starts a release where its words were typed in another order, or with words between them."""

from handlers.command_parsing import JOINING, CommandContext
from handlers.typed_words import bare, looks_like_version, release_named, same_version, stripped
from handlers.vocabulary import NEWEST, STARTED

_BETWEEN = frozenset(
    {
        *JOINING,
        *STARTED,
        *("auf", "nach", "into", "onto", "im", "of", "for", "von", "für", "fuer", "zu", "from", "at"),
        *(
            "the",
            "a",
            "die",
            "den",
            "das",
            "der",
            "version",
            "build",
            "with",
            "mit",
            "bringen",
            "->",
            "=>",
            "→",
        ),
        *("please", "pls", "now", "bitte", "jetzt", "branch", "as"),
    }
)
"""What stands between a build and an environment and says no more than that it goes there."""


def reordered_start(
    words: tuple[str, ...], context: CommandContext, versions: tuple[str, ...], branches: tuple[str, ...]
) -> str:
    """Return the line that releases the one build among the words to the one environment; empty if there are others.

    The branch whose builds are released stands for its newest build.
    """
    services: list[str] = []
    environments: list[str] = []
    builds: list[str] = []
    for word in (part for each in words for part in _parts(each, context)):
        if environment := context.environment_named(word):
            environments.append(environment)
        elif service := context.service_named(word):
            services.append(service)
        elif named := _build(word, versions, branches):
            builds.append(named)
        elif bare(word) not in _BETWEEN:
            return ""
    if len(builds) != 1 or len(environments) != 1 or len(services) > 1:
        return ""
    service = services[0] if services else context.service
    at = f"{service}@" if service != context.service else ""
    return f"{at}{builds[0]} to {environments[0]}" if service else ""


def _parts(word: str, context: CommandContext) -> tuple[str, ...]:
    """Return a service and its build as two words where a sign joins them: `website:1.0.5`."""
    for sign in "@:/":
        service, found, build = stripped(word).partition(sign)
        if found and build and context.service_named(service):
            return service, build
    return (word,)


def _build(word: str, versions: tuple[str, ...], branches: tuple[str, ...]) -> str:
    """Return how a word names a build; empty if it names none."""
    if number := release_named(word):
        return f"r{number}"
    if bare(word) in NEWEST or stripped(word) in branches:
        return "newest"
    known = looks_like_version(word) or any(same_version(word, each) for each in versions)
    return stripped(word) if known else ""
