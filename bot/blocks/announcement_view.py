"""The input of an announcement: a ready build, what became of it, and what went wrong with it."""

from dataclasses import dataclass

from bot.blocks.failures import is_of_the_build, step_failure
from bot.blocks.names import Names
from bot.blocks.references import NO_REFERENCES, References
from bot.blocks.taken_back import TakenBack
from bot.blocks.words.template import state as word
from handlers.build import Build, Change
from handlers.environments import EnvironmentState, RolledBack
from handlers.lineage import NO_MARKS, Marks
from handlers.release import Release, ReleaseState
from handlers.step import Step


@dataclass(frozen=True, slots=True)
class AnnouncementView:
    """A ready build as its announcement shows it.

    `here` is its first environment, `live` the build in the last one, `changes` are those since `live`. `newest` is true
    until a newer build of its branch is ready. `release` is the build's latest release: there is a button for the newest
    build unless a release of it is open or done, or it `can_begin` nowhere. `marks` are those for the last environment, and
    `taken_back` is where the build was rolled back.
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
    references: References = NO_REFERENCES
    taken_back: TakenBack | None = None
    can_begin: bool = True

    @property
    def rolled_back(self) -> RolledBack | None:
        """The rollback that took this very build away."""
        return self.taken_back.mark if self.taken_back is not None else None

    @property
    def broke_something(self) -> bool:
        """Whether the build failed somewhere or was rolled back."""
        return self.rolled_back is not None or failed_step(self) is not None

    @property
    def went_wrong(self) -> bool:
        """Whether somebody or something has stopped the build before."""
        return bool(what_went_wrong(self))

    @property
    def startable(self) -> bool:
        """Whether a release of the build may be started from here."""
        release = self.release
        done = release is not None and release.state is ReleaseState.DONE and self.rolled_back is None
        under_way = release is not None and not release.ended
        return self.newest and self.can_begin and not done and not under_way


def what_went_wrong(view: AnnouncementView) -> str:
    """Return that a build failed, was rejected, cancelled or rolled back; empty if nothing went wrong with it."""
    taken, release, names = view.taken_back, view.release, view.names
    if taken is not None:
        return f"was {taken.words(view.last, names)}"
    if release is None:
        return ""
    failed = failed_step(view)
    if failed is not None:
        at = f" {names.clock(failed.failures[-1].at)}" if failed.failures else ""
        return f"{step_failure(failed)}{at}"
    if release.ending is None or release.state not in _STOPPED:
        return ""
    return f"was {word(release.state.value)} {names.clock(release.ending.at)}"


def failed_step(view: AnnouncementView) -> Step | None:
    """Return the step in which the build failed; that a CI did not take it is not held against a build."""
    failed = view.release.failed_step if view.release is not None else None
    return failed if failed is not None and is_of_the_build(failed.failure) else None


_STOPPED = frozenset({ReleaseState.REJECTED, ReleaseState.CANCELLED})
