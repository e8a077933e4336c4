"""Bugs that are planted on purpose, while the bot is imported: a campaign that does not notice them is worthless."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

HOME = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Bug:
    """Text of a file of the product that reads differently; the right one stands there once.

    `cells` are those of the matrix that it breaks, none for a bug of the gates, and `found` is what is said of it.
    """

    name: str
    cells: str
    found: str
    file: str
    right: str
    wrong: str

    @property
    def module(self) -> str:
        return self.file.removesuffix(".py").replace("/", ".")

    def planted(self, source: bytes) -> bytes:
        """Plant it into a file; raises LookupError if the file has changed since."""
        if source.count(self.right.encode()) != 1:
            raise LookupError(f"{self.file} does not hold this once: {self.right}")
        return source.replace(self.right.encode(), self.wrong.encode())


BUGS = (
    Bug(
        "an unclear request is sent again",
        "after the commit of the grant x 5xx after accepting",
        "was sent again after 5xx",
        "handlers/record/sending.py",
        "    draft.change(intent=replace(intent, unclear_at=draft.now))\n"
        "    if step.state is StepState.SENT:\n"
        '        lose_track(draft, "no_answer", event.detail)\n'
        '    return Reply("unclear", {"detail": event.detail})\n',
        '    _grant_again(draft, intent, event.detail)\n    return Reply("unclear", {"detail": event.detail})\n',
    ),
    Bug(
        "the request is sent before it is marked",
        "after the commit of the grant x ok",
        "was sent again after ok",
        "bot/effects/ci_effects.py",
        "        outcome = await self._engine.handle(wanted)\n",
        "        early = release.step if release is not None else None\n"
        "        if release is not None and early is not None and early.state == 'granted':\n"
        "            target = target_of(release, early)\n"
        "            request = _request(release, early, effect.correlation, marked_at + SEND_WITHIN)\n"
        "            await self._providers[target.deploy.ci].start(request)\n"
        "        outcome = await self._engine.handle(wanted)\n",
    ),
    Bug(
        "nobody reads whose run it is",
        "answer read, before its commit x ok",
        "gets stuck",
        "bot/ci/github/runs.py",
        'text(value, "display_title")',
        '""',
    ),
    Bug(
        "a lost sender is replaced",
        "request written x refused",
        "was sent again after refused",
        "handlers/record/sending.py",
        '        stopped_sender = SendUnclear(event.release, event.correlation, intent.tries, "its sender stopped")\n'
        "        return send_unclear(draft, stopped_sender)\n",
        "        pass\n",
    ),
    Bug(
        "a search that finds nothing is believed",
        "request written x refused",
        "was sent again after refused",
        "bot/ci/github/provider.py",
        "Capabilities(grace=120",
        "Capabilities(authoritative_search=True, grace=120",
    ),
    Bug(
        "nobody is asked how it ended",
        "after sent is committed x ok",
        "is unknown, and nobody is told",
        "handlers/transitions.py",
        '    draft.notify("unknown", values, teams=draft.release.plan.operators)\n',
        "    del values\n",
    ),
    Bug(
        "a late run is nobody's",
        "x late delivery",
        "is not stopped and told",
        "handlers/record/reporting.py",
        "    reported = _step_of(draft, event.correlation)\n    if reported is None:\n",
        "    reported = _step_of(draft, event.correlation)\n"
        "    if reported is None or event.correlation in reported.voided:\n",
    ),
)

GATES_BUGS = (
    Bug(
        "a mark looks at no gate",
        "",
        "while its window was closed",
        "handlers/record/sending.py",
        "    if closed is not None:\n",
        "    if closed is not None and not draft:\n",
    ),
    Bug(
        "a review is called for twice",
        "",
        "reviews were called for",
        "handlers/reviews.py",
        '    draft.warn("review_owed", values, (lane.review.by,))\n',
        '    draft.warn("review_owed", values, (lane.review.by,))\n'
        '    draft.warn("review_owed", {**values, "due": draft.now.isoformat()}, (lane.review.by,))\n',
    ),
    Bug(
        "a hold closes nothing",
        "",
        "although it is held",
        "handlers/gates/hold.py",
        '    return (closed("hold", reason),)\n',
        '    return (closed("hold", reason),)[:0]\n',
    ),
    Bug(
        "whoever stands for a release may sign it",
        "",
        "for which he stands",
        "handlers/tally.py",
        "    return rule.bars_requester and person in _requesters(context)\n",
        "    return not rule and person in _requesters(context)\n",
    ),
    Bug(
        "who is back is stood in for",
        "",
        "Lena signed for Kim, who was back",
        "handlers/stand_ins.py",
        "        wanted = escalated if absence is None else directory.person_of(absence.by) != person\n",
        "        wanted = absence is None or directory.person_of(absence.by) != person\n",
    ),
)
"""Those that the story of the gates has to notice, in the order of its chapters."""


class _Loader(SourceFileLoader):
    def __init__(self, bug: Bug, name: str, path: str) -> None:
        super().__init__(name, path)
        self._bug = bug

    def path_stats(self, path: str) -> Any:  # noqa: ANN401 - what the import system wants
        """Know nothing of the file's age: so no bytecode is taken, nor written."""
        raise OSError(path)

    def get_data(self, path: str) -> bytes:
        return self._bug.planted(super().get_data(path))


class Finder(MetaPathFinder):
    """Finds the one module that is wrong, where no other finder rewrites it; all others are found as always."""

    def __init__(self, bug: Bug) -> None:
        self._bug = bug

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self._bug.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec is not None and isinstance(spec.loader, SourceFileLoader):
            spec.loader = _Loader(self._bug, fullname, spec.loader.path)
        return spec


def bug(name: str) -> Bug | None:
    """Find a bug by its name; None for the empty one."""
    return next(each for each in (*BUGS, *GATES_BUGS) if each.name == name) if name else None
