"""Finds what is a person's own: the releases that they started, those with changes of theirs, and how theirs ended."""

from bot.blocks.card_view import CardView
from bot.blocks.endings import ending_line
from bot.blocks.query_words import QueryResult
from handlers.people import Directory
from handlers.release import Release


def is_own(release: Release, found: QueryResult) -> bool:
    """Return whether whoever asks started a release, under any of their accounts."""
    person = found.directory.person_of(found.query.actor)
    return any(found.directory.person_of(each) == person for each in release.requesters)


def writers_of(view: CardView, directory: Directory) -> frozenset[str]:
    """Return who wrote what a release brings, as far as the policy knows them."""
    authors = {author for each in view.changes for author in each.authors}
    return frozenset(person for each in authors if (person := directory.person_of_author(each)) is not None)


def own_endings(found: QueryResult) -> list[tuple[Release, str]]:
    """Return the releases of whoever asks that ended, as far as they were read, each with how it did."""
    return [
        (release, ending_line(release, service.environments, found.names))
        for service in found.services
        for release in service.ends
        if is_own(release, found)
    ]
