"""The announcement of a ready build: what changed since production, its one button, and what became of it."""

from dataclasses import dataclass

from bot.blocks.card import LINES, height
from bot.blocks.names import Names
from bot.blocks.parts import Block, Message, actions, button, message, section
from bot.blocks.text import escape, link, plain
from bot.blocks.values import encode, typeable
from bot.blocks.words.scope import state as word
from handlers.build import Build, Change
from handlers.ground import Ground
from handlers.release import Release, ReleaseState
from handlers.step import StepState

ROOM = 7
"""Lines for changes at most, and fewer where the other lines are long."""

LONGEST_TITLE = 60
MOST_OF_ONE = 4


@dataclass(frozen=True, slots=True)
class ReadyView:
    """A ready build, where it can go first (`here`), and what `changes` since `live`, the build in the last environment.

    `newest` is True as long as no newer build of its branch is ready, and `release` is the last one of the build: there is a
    button for the newest as long as no release takes it on or has taken it all the way.
    """

    build: Build
    first: str
    last: str
    live: Build | None
    here: Ground
    changes: tuple[Change, ...]
    newest: bool
    names: Names
    changes_url: str = ""
    release: Release | None = None

    @property
    def startable(self) -> bool:
        """Whether a release of the build may be started from here."""
        release = self.release
        taken = release is not None and (not release.ended or release.state is ReleaseState.DONE)
        return self.newest and not taken


def ready(view: ReadyView) -> Message:
    """Announce a ready build."""
    build = view.build
    title = f"{escape(build.service, 24)} {escape(build.version, 24)}"
    head = f"*{title}* is ready · {escape(build.branch, 40)} {escape(build.sha[:7], 7)}"
    links = " · ".join(filter(None, (link(build.url, "Build"), link(view.changes_url, "Changes"))))
    foot = [line for line in (_place(view) if view.startable else "", _journey(view), links) if line]
    lines = [head, *_since(view, LINES - sum(height(line) for line in (head, *foot))), *foot]
    blocks: list[Block] = [section("\n".join(lines))]
    if view.startable:
        blocks.append(actions(release_to(build, view.first)))
        return message(f"Release {title} to {escape(view.first, 40)}: it is ready", *blocks)
    return message(f"{title} is ready. {_journey(view)}", *blocks)


def _journey(view: ReadyView) -> str:
    """Say what became of the build; nothing while it waits for somebody to start it."""
    release, newer = view.release, "" if view.newest else "A newer build is ready."
    ending = release.ending if release is not None else None
    if release is None:
        return newer
    if ending is None:
        return _on_its_way(release)
    at = view.names.clock(ending.at)
    if ending.state is ReleaseState.DONE:
        return f"r{release.number} went live in {escape(view.last, 24)} {at}."
    by = f"by r{ending.replaced_by}" if ending.replaced_by else f"by {view.names.user(ending.by)}"
    return f"r{release.number} was {word(ending.state.value)} {by} {at}. {newer}".strip()


def _on_its_way(release: Release) -> str:
    there = [escape(step.environment, 24) for step in release.steps if step.state is StepState.SUCCEEDED]
    where = escape(release.step.environment, 24)
    if not there:
        return f"r{release.number} takes it to {where}."
    return f"r{release.number} has it in {there[-1]}, {where} is next."


def release_to(build: Build, environment: str) -> Block:
    """Make the button that asks a build into an environment."""
    token = build.version if typeable(build.version) else build.sha
    value = encode(f"{build.service}@{token} to {environment}", None)
    label = f"Release to {plain(environment, 40)}"
    return button(label, f"journey:{environment}", value, style="primary")


def _since(view: ReadyView, room: int) -> list[str]:
    last, live, release = escape(view.last, 24), view.live, view.release
    if release is not None and release.state is ReleaseState.DONE:
        return []
    if live is not None and view.build.order <= live.order:
        return []
    if live is None:
        return [f"Nothing is in {last} yet."]
    version = escape(live.version, 24)
    if not view.changes:
        return [f"No changes since {last} ({version}) are known."]
    heading = f"Since {last} ({version}):"
    return [heading, *change_lines(view.changes, min(ROOM, room - height(heading)))]


def change_lines(changes: tuple[Change, ...], room: int) -> list[str]:
    """List titles by author on at most `room` lines of a phone; what does not fit is counted."""
    lines: list[str] = []
    shown = taken = 0
    for author, titles in _by_author(changes).items():
        few = titles[: MOST_OF_ONE if len(titles) <= MOST_OF_ONE else MOST_OF_ONE - 1]
        line = f"{', '.join(escape(each, LONGEST_TITLE) for each in few)} ({escape(author, 30) or 'unknown'})"
        taken += height(f"• {line}")
        if taken > room - (shown + len(few) < len(changes)):
            break
        lines.append(f"• {line}")
        shown += len(few)
    rest = len(changes) - shown
    more = f"and {rest} more" if lines else f"{rest} changes"
    return [*lines, more] if rest else lines


def _by_author(changes: tuple[Change, ...]) -> dict[str, list[str]]:
    titles: dict[str, list[str]] = {}
    for change in changes:
        own = titles.setdefault(change.author, [])
        own.append(change.title or change.sha[:7])
    return titles


def _place(view: ReadyView) -> str:
    here, now = view.here, view.names.now
    lock = here.locked(now)
    live = escape(here.live.build.version, 24) if here.live is not None else "empty"
    held = f"held by r{here.holder}" if here.holder else "free"
    locked = [f"locked by {view.names.user(lock.by)}"] if lock is not None else []
    return f"{escape(view.first, 24)}: {', '.join([live, held, *locked])}"
