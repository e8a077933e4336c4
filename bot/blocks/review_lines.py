"""Says what became of the review of an emergency: who owes it, until when, and what it found."""

from bot.blocks.card_view import CardView
from bot.blocks.names import Names
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.text import escape, plain, quoted
from handlers.environments import EnvironmentState, ReviewOwed
from handlers.reviews import took_part

LONGEST_NAME = 24
LONGEST_NOTE = 60


def review_line(view: CardView) -> str:
    """Return the line of an ended card about the review of its release; empty if it never owed one."""
    done, names = view.release.review, view.names
    if done is not None:
        verb = "waived the review" if done.waived else "reviewed it"
        note = quoted(done.note, LONGEST_NOTE)
        return f"{names.user(done.by)} {verb} {names.dated(done.at)}" + (f": {note}" if note else "")
    owed = view.review
    if owed is None:
        return ""
    who = names.members(view.directory, (owed.by,)) or escape(owed.by, LONGEST_NAME)
    if owed.is_overdue(names.now):
        return f"Its review is overdue since {names.dated(owed.due)}: {who}"
    return f"To be reviewed until {names.dated(owed.due)}: {who}"


def review_notes(state: EnvironmentState, names: Names) -> list[str]:
    """Return for the board which reviews an environment's emergencies owe."""
    return [_note(each, names) for each in state.reviews]


def review_owed_lines(service: ServiceView, names: Names, environment: str = "") -> list[str]:
    """Return a line for each review that is owed in a service, or in one of its environments."""
    return [
        _owed_line(service.plan.service, name, each, names)
        for name, state in service.environments.items()
        if environment in ("", name)
        for each in state.reviews
    ]


def own_reviews(found: QueryResult) -> list[str]:
    """Return a line for each review that whoever asks can do: they are in its team, and took no part."""
    return [
        _owed_line(service.plan.service, name, each, found.names)
        for service in found.services
        for name, state in service.environments.items()
        for each in state.reviews
        if each.by in found.own_teams and not took_part(each, found.query.actor, found.directory)
    ]


def _owed_line(service: str, environment: str, owed: ReviewOwed, names: Names) -> str:
    where = f"{escape(service, 40)} {escape(environment, LONGEST_NAME)}"
    return f"{where}: {_note(owed, names)}. `/release review r{owed.release}` and what you found"


def _note(owed: ReviewOwed, names: Names) -> str:
    by = plain(owed.by, LONGEST_NAME)
    if owed.is_overdue(names.now):
        return f"closed: review of r{owed.release} by {by} overdue since {names.clock(owed.due)}"
    return f"review of r{owed.release} owed by {by} until {names.clock(owed.due)}"
