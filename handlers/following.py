"""Who is told that a change of theirs went live: its authors, as far as they asked for it."""

from collections.abc import Iterable

from handlers.build import Change
from handlers.effects import DirectMessage
from handlers.people import Directory
from handlers.release import Release

MOST_TITLES = 3
"""How many changes of one person are named."""


def tell_authors(
    release: Release, changes: tuple[Change, ...], followers: Iterable[str], directory: Directory
) -> tuple[DirectMessage, ...]:
    """Return a message to each follower who wrote any of the changes that a release brought, alone or with others."""
    told: list[DirectMessage] = []
    for user in sorted(followers):
        person = directory.person_of(user)
        own = [each for each in changes if person in map(directory.person_of_author, each.authors)]
        if own:
            told.append(_message(release, user, own))
    return tuple(told)


def _message(release: Release, user: str, changes: list[Change]) -> DirectMessage:
    more = len(changes) - MOST_TITLES
    values = {
        "release": f"r{release.number}",
        "version": release.build.version,
        "environment": release.step.environment,
        "titles": "; ".join(each.title or each.sha[:7] for each in changes[:MOST_TITLES]),
        "more": str(more) if more > 0 else "",
    }
    return DirectMessage(release.service, user, "change_live", values)
