"""Finds the builds that a typed word may name."""

from collections.abc import Sequence

from handlers.build import Build
from handlers.typed_words import bare, same_version

SHORTEST_SHA = 7


def builds_named(token: str, builds: Sequence[Build]) -> tuple[Build, ...]:
    """Return the build of a version, spelled exactly or in another way; else all whose commit begins like that."""
    exact = [build for build in builds if build.version == token]
    by_version = exact or [build for build in builds if same_version(token, build.version)]
    if by_version:
        return tuple(by_version[:1])
    prefix = bare(token)
    return tuple(build for build in builds if len(prefix) >= SHORTEST_SHA and build.sha.startswith(prefix))
