"""Renders the announcement of a ready build, with its changes and one button."""

from bot.blocks.announcement_view import AnnouncementView, failed_step, what_went_wrong
from bot.blocks.block_kit import Message, dialog, footnote, message
from bot.blocks.changes import change_lines
from bot.blocks.fitting import row_of
from bot.blocks.headline import LIVE, OVER, WAITS, WRONG
from bot.blocks.linked_reason import reason_words
from bot.blocks.marks import mark_lines
from bot.blocks.message_actions import Offer, Offers
from bot.blocks.names import capital, listing, plural
from bot.blocks.paragraphs import paragraph
from bot.blocks.phone import LINES, height
from bot.blocks.text import escape, link, plain, quoted, reported, visible
from bot.blocks.values import encode, typeable
from bot.blocks.words.template import state as word
from handlers.build import Build, Change
from handlers.environment_precondition import start_precondition
from handlers.lineage import Relation, is_newer
from handlers.release import Release, ReleaseState
from handlers.step import StepState

ROOM = 7
"""Maximum lines for changes; fewer if the other lines are long."""


def announcement(view: AnnouncementView) -> Message:
    """Return the announcement of a ready build.

    What went wrong with the build comes before all else; then nobody is invited to release it, but it can be done.
    """
    head, links = _head(view), row_of((link(view.build.url, "Build"), link(view.changes_url, "Changes")))
    there = _first_environment(view) if view.startable else ""
    parts = (_progress(view), there, links) if what_went_wrong(view) else (there, _progress(view), links)
    since = _since(view, LINES - 1 - sum(height(line) for line in (head, *parts) if line))
    return message(
        _push_line(view),
        paragraph("\n".join(filter(None, (head, *since, *parts[:-1]))), links),
        *announcement_offers(view).row(),
        footnote(_small_print(view)),
    )


def announcement_offers(view: AnnouncementView) -> Offers:
    """Return what an announcement offers: to start the release; what went wrong moves that into the menu."""
    if not view.startable:
        return Offers()
    return Offers((), (_release_to(view),)) if view.went_wrong else Offers((_release_to(view),))


def _head(view: AnnouncementView) -> str:
    title = _title(view.build)
    wrong = what_went_wrong(view)
    if wrong:
        return f"{WRONG if view.broke_something else OVER} {title} *{wrong}*"
    return f"{_sign(view)} {title} *{_state(view)}*"


def _title(build: Build) -> str:
    return f"{escape(build.service, 24)} {escape(build.version, 24)}"


def _push_line(view: AnnouncementView) -> str:
    title = _title(view.build)
    wrong = what_went_wrong(view)
    if wrong:
        return f"{title} {wrong}"
    if view.startable:
        return f"Release {title} to {escape(view.first, 40)}: it is ready"
    return f"{title} {_state(view)}. {_progress(view)}".rstrip()


def _sign(view: AnnouncementView) -> str:
    release = view.release
    if release is not None and release.state is ReleaseState.DONE:
        return LIVE
    return OVER if release is None and not view.newest else WAITS


def _state(view: AnnouncementView) -> str:
    """Return what became of a build that nothing is wrong with."""
    release = view.release
    if release is None:
        return "is ready" if view.newest else "was ready before a newer build"
    if release.state is ReleaseState.DONE:
        return _done(release, view.last)
    return "was replaced" if release.ended else f"is under way (r{release.number})"


def _reason(view: AnnouncementView) -> str:
    """Return who says that something is wrong with a build, and why."""
    rolled_back, release, names = view.rolled_back, view.release, view.names
    if rolled_back is not None:
        why = quoted(rolled_back.reason, 80)
        return f"r{rolled_back.release} rolled it back{f': {why}' if why else ''}."
    failed = failed_step(view)
    detail = reported(failed.failure.detail) if failed is not None and failed.failure is not None else ""
    ending = release.ending if release is not None else None
    if ending is None or release is None:
        return detail
    by = f"r{ending.replaced_by}" if ending.replaced_by else names.user(ending.by)
    why = reason_words(ending.reason, names, 80)
    said = f"r{release.number} was {word(ending.state.value)} by {by}{f': {why}' if why else ''}."
    return f"{detail}. {said}" if detail else said


def _small_print(view: AnnouncementView) -> str:
    build = view.build
    return f"{escape(build.branch, 40)} {view.references.commit(build.sha)}".lstrip()


def _progress(view: AnnouncementView) -> str:
    """Return where the build is now, or why it did not get further."""
    release, newer = view.release, "" if view.newest else "A newer build is ready."
    if what_went_wrong(view):
        return " ".join(filter(None, (_reason(view), newer)))
    if release is None:
        return newer
    ending = release.ending
    if ending is None:
        return _under_way(release)
    if ending.state is ReleaseState.DONE:
        return f"r{release.number}, {view.names.clock(ending.at)}"
    replaced = f"r{release.number} was replaced by r{ending.replaced_by} {view.names.clock(ending.at)}."
    return f"{replaced} {newer}".strip()


def _done(release: Release, last: str) -> str:
    reached = release.step_in(last)
    if reached is None or reached.state is StepState.SUCCEEDED:
        return f"went live in {escape(last, 24)}"
    there = [step for step in release.steps if step.state is StepState.SUCCEEDED]
    return f"is done, in {escape(there[-1].environment, 24)}" if there else "is done"


def _under_way(release: Release) -> str:
    there = [escape(step.environment, 24) for step in release.steps if step.state is StepState.SUCCEEDED]
    where = escape(release.step.environment, 24)
    return f"It is on {there[-1]}, {where} is next" if there else f"It goes to {where} first"


def _release_to(view: AnnouncementView) -> Offer:
    build, environment = view.build, view.first
    token = build.version if typeable(build.version) else build.sha
    value = encode(f"{build.service}@{token} to {environment}", start_precondition(build, view.here))
    label = f"Release to {plain(environment, 40)}"
    wrong, ask = what_went_wrong(view), None
    if wrong:
        title = plain(f"{build.service} {build.version}", 60)
        told = plain(visible(f"{title} {wrong}. {_reason(view)}"), 250)
        ask = dialog(f"Release {plain(build.version, 40)} all the same?", told, label[:30])
    return Offer(label, f"journey:{environment}", value, "" if wrong else "primary", ask)


def _since(view: AnnouncementView, room: int) -> list[str]:
    last, live, release = escape(view.last, 24), view.live, view.release
    marks = [f"It {each}" for each in mark_lines(view.marks, view.names)] if view.rolled_back is None else []
    done = release is not None and release.state is ReleaseState.DONE
    if done and view.rolled_back is None:
        own = view.build.changes or ()
        return change_lines(own, view.references, min(ROOM, room)) or _counted(own)
    if done:
        return []
    if live is not None and (view.build.sha == live.sha or not _is_above(view.build, live)):
        return marks
    version = f" ({escape(live.version, 24)})" if live is not None else ""
    if not view.changes:
        known = (
            f"No changes since {last}{version} are known" if live is not None else f"Nothing is in {last} yet"
        )
        return [known, *marks]
    since = f" since {last}{version}" if live is not None else f"; nothing is in {last} yet"
    heading = f"{plural(len(view.changes), 'change')}{since}"
    taken = sum(height(line) for line in (heading, *marks))
    return [heading, *change_lines(view.changes, view.references, min(ROOM, room - taken)), *marks]


def _counted(changes: tuple[Change, ...]) -> list[str]:
    return [plural(len(changes), "change")] if changes else []


def _is_above(build: Build, live: Build) -> bool:
    """Return whether a build is of another branch than the live one, or newer in the same one."""
    return build.branch != live.branch or is_newer(build, live, Relation.UNKNOWN)


def _first_environment(view: AnnouncementView) -> str:
    here, now = view.here, view.names.now
    parts = [f"has {escape(here.live.build.version, 24)}" if here.live is not None else "is empty"]
    owners = dict.fromkeys(lock.owner for lock in here.current_locks(now))
    if here.holder:
        parts.append(f"is held by r{here.holder}")
    if owners:
        parts.append(f"is locked by {listing([view.names.user(each) for each in owners])}")
    free = [] if here.holder or owners else ["is free" if here.live is not None else "free"]
    failed = "; the last run there failed" if here.failed else ""
    return f"{capital(escape(view.first, 24))} {listing([*parts, *free])}{failed}"
