"""Renders the announcement of a ready build, with its changes and one button."""

from dataclasses import dataclass

from bot.blocks.block_kit import Block, Message, actions, button, message, section
from bot.blocks.card import LINES, height
from bot.blocks.marks import mark_lines
from bot.blocks.names import Names, listing
from bot.blocks.text import escape, link, plain
from bot.blocks.values import encode, typeable
from bot.blocks.words.template import state as word
from handlers.build import Build, Change
from handlers.environment_precondition import start_precondition
from handlers.environments import EnvironmentState
from handlers.lineage import NO_MARKS, Marks, Relation, is_newer
from handlers.release import Release, ReleaseState
from handlers.step import StepState

ROOM = 7
"""Maximum lines for changes; fewer if the other lines are long."""

LONGEST_TITLE = 60
TITLES_PER_AUTHOR = 4


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """A ready build as its announcement shows it.

    `here` is its first environment, `live` the build in the last one, `changes` are those since `live`. `newest` is true
    until a newer build of its branch is ready. `release` is the build's latest release: there is a button for the newest
    build unless a release of it is open or done.
    """

    build: Build
    first: str
    last: str
    live: Build | None
    here: EnvironmentState
    changes: tuple[Change, ...]
    newest: bool
    names: Names
    changes_url: str = ""
    release: Release | None = None
    marks: Marks = NO_MARKS

    @property
    def startable(self) -> bool:
        """Whether a release of the build may be started from here."""
        release = self.release
        released = release is not None and (not release.ended or release.state is ReleaseState.DONE)
        return self.newest and not released


def announcement(view: AnnouncementView) -> Message:
    """Return the announcement of a ready build."""
    build = view.build
    title = f"{escape(build.service, 24)} {escape(build.version, 24)}"
    head = f"*{title}* is ready · {escape(build.branch, 40)} {escape(build.sha[:7], 7)}"
    links = " · ".join(filter(None, (link(build.url, "Build"), link(view.changes_url, "Changes"))))
    foot = [
        line for line in (_first_environment(view) if view.startable else "", _progress(view), links) if line
    ]
    lines = [head, *_since(view, LINES - sum(height(line) for line in (head, *foot))), *foot]
    blocks: list[Block] = [section("\n".join(lines))]
    if view.startable:
        blocks.append(actions(_release_to(view)))
        return message(f"Release {title} to {escape(view.first, 40)}: it is ready", *blocks)
    return message(f"{title} is ready. {_progress(view)}", *blocks)


def _progress(view: AnnouncementView) -> str:
    """Return what became of the build; empty while it waits for somebody to start it."""
    release, newer = view.release, "" if view.newest else "A newer build is ready."
    ending = release.ending if release is not None else None
    if release is None:
        return newer
    if ending is None:
        return _under_way(release)
    at = view.names.clock(ending.at)
    if ending.state is ReleaseState.DONE:
        return f"r{release.number} {_done(release, view.last)} {at}."
    by = f"by r{ending.replaced_by}" if ending.replaced_by else f"by {view.names.user(ending.by)}"
    return f"r{release.number} was {word(ending.state.value)} {by} {at}. {newer}".strip()


def _done(release: Release, last: str) -> str:
    reached = release.step_in(last)
    if reached is None or reached.state is StepState.SUCCEEDED:
        return f"went live in {escape(last, 24)}"
    there = [step for step in release.steps if step.state is StepState.SUCCEEDED]
    return f"is done, in {escape(there[-1].environment, 24)}" if there else "is done"


def _under_way(release: Release) -> str:
    there = [escape(step.environment, 24) for step in release.steps if step.state is StepState.SUCCEEDED]
    where = escape(release.step.environment, 24)
    if not there:
        return f"r{release.number} takes it to {where}."
    return f"r{release.number} has it in {there[-1]}, {where} is next."


def _release_to(view: AnnouncementView) -> Block:
    build, environment = view.build, view.first
    token = build.version if typeable(build.version) else build.sha
    value = encode(f"{build.service}@{token} to {environment}", start_precondition(build, view.here))
    label = f"Release to {plain(environment, 40)}"
    return button(label, f"journey:{environment}", value, style="primary")


def _since(view: AnnouncementView, room: int) -> list[str]:
    last, live, release = escape(view.last, 24), view.live, view.release
    if release is not None and release.state is ReleaseState.DONE:
        return []
    if live is not None and (view.build.sha == live.sha or not _is_above(view.build, live)):
        return mark_lines(view.marks, view.names)
    if live is None:
        return [f"Nothing is in {last} yet."]
    version = escape(live.version, 24)
    marks = mark_lines(view.marks, view.names)
    if not view.changes:
        return [f"No changes since {last} ({version}) are known.", *marks]
    heading = f"Since {last} ({version}):"
    taken = sum(height(line) for line in (heading, *marks))
    return [heading, *change_lines(view.changes, min(ROOM, room - taken)), *marks]


def _is_above(build: Build, live: Build) -> bool:
    """Return whether a build is of another branch than the live one, or newer in the same one."""
    return build.branch != live.branch or is_newer(build, live, Relation.UNKNOWN)


def change_lines(changes: tuple[Change, ...], room: int) -> list[str]:
    """Return titles by author on at most `room` lines of a phone.

    What does not fit is counted.
    """
    lines: list[str] = []
    listed = used = 0
    for author, titles in _by_author(changes).items():
        few = titles[: TITLES_PER_AUTHOR if len(titles) <= TITLES_PER_AUTHOR else TITLES_PER_AUTHOR - 1]
        line = f"{', '.join(escape(each, LONGEST_TITLE) for each in few)} ({escape(author, 30) or 'unknown'})"
        used += height(f"• {line}")
        if used > room - (listed + len(few) < len(changes)):
            break
        lines.append(f"• {line}")
        listed += len(few)
    rest = len(changes) - listed
    more = f"and {rest} more" if lines else f"{rest} changes"
    return [*lines, more] if rest else lines


def _by_author(changes: tuple[Change, ...]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = {}
    for change in changes:
        own = titles.setdefault(change.author, [])
        own.append(change.title or change.sha[:7])
    return titles


def _first_environment(view: AnnouncementView) -> str:
    here, now = view.here, view.names.now
    live = escape(here.live.build.version, 24) if here.live is not None else "empty"
    held = f"held by r{here.holder}" if here.holder else "free"
    owners = dict.fromkeys(lock.owner for lock in here.current_locks(now))
    locked = [f"locked by {listing([view.names.user(each) for each in owners])}"] if owners else []
    return f"{escape(view.first, 24)}: {', '.join([live, held, *locked])}"
