"""Draws the states of a step from the code: tries every event in every reachable state and draws the transitions."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

from handlers import events, reports
from handlers.actions import testing
from handlers.actions.approve import SignedOff
from handlers.actions.cancel import CancelRequested
from handlers.actions.reject import Rejected
from handlers.actions.retry import RetryRequested
from handlers.actions.rollback import RollbackStarted
from handlers.actions.settle import Settled
from handlers.actions.waive import AuthorsWaived
from handlers.actions.withdraw import Withdrawn
from handlers.advance import RULES
from handlers.decide import decide
from handlers.draft import Draft
from handlers.environments import EnvironmentState
from handlers.facts import Facts
from handlers.outcome import Decision, Refusal
from handlers.record import record
from handlers.release import Kind, Release
from handlers.starting import new_release
from handlers.step import Step, StepState
from tests.handlers import builders

PAGE = Path(__file__).resolve().parents[1] / "docs" / "states.md"
BEGIN, END = "<!-- the states of a step: python -m tests.diagram --write -->", "<!-- end of the states -->"
LATER = tuple(timedelta(seconds=seconds) for seconds in (31, 121, 601, 3601))
"""Times past the end of a lease, of a search, of a grant or a cancel, and of a deployment's time limit."""

DecidedEvent = events.StartsRelease | events.ReleaseEvent
Transition = tuple[StepState, StepState]
Edges = dict[Transition, set[str]]
ENDS = {"failed": "run failed", "cancelled": "run stopped", "timed_out": "run stopped"}


@dataclass(frozen=True, slots=True)
class Node:
    """A release and its environments at a time."""

    release: Release
    now: datetime
    environments: Mapping[str, EnvironmentState] = field(default_factory=dict[str, EnvironmentState])

    def facts(self, *, after: timedelta = timedelta(), locked: bool = False, stale: bool = False) -> Facts:
        """Return the facts: everything known, or the environments locked, or Slack's answers stale."""
        now = self.now + after
        environments = [
            self.environments.get(name) or EnvironmentState(name) for name in ("staging", "production")
        ]
        if locked:
            environments = [replace(each, locks=(builders.lock(),)) for each in environments]
        known = builders.facts_at(now - timedelta(minutes=5) if stale else now, *environments)
        return replace(
            known, successes={"production": (self.release.build,)}, newer=builders.build(9, position=9)
        )

    def key(self) -> object:
        """Return what decides what may follow: not times, notes, ids, or earlier steps."""
        release, step = self.release, self.release.step
        left = len(release.steps) - release.position
        return (release.kind, left, bool(release.superseded_by), step.state, step.requested, _progress(step))


def _progress(step: Step) -> object:
    """Return what tells apart the variants of a step's state."""
    if step.state is StepState.WAITING:
        return frozenset(each.team for each in step.unspent)
    intent, requested = step.intent, step.cancel and step.cancel.code
    if intent is None or step.run is not None:
        return (intent is None, requested)
    return (intent.sent_at is None, intent.unclear_at is None, intent.alerted, intent.tries, requested)


Attempt = tuple[Node, str, DecidedEvent, Facts, datetime]


def starts() -> Iterator[tuple[Node, str, DecidedEvent]]:
    """Yield the ways in which releases begin: the release of a build, and a rollback."""
    build = builders.build()
    journey = events.Started(build, "staging", builders.ANDY, (builders.ANDY,))
    back = RollbackStarted(build, "production", builders.TIM, "bad")
    for label, event in (("started", journey), ("rollback started", back)):
        yield Node(new_release(1, event, builders.plan(), builders.NOW), builders.NOW), label, event
    lies = {"staging": builders.environment_state(live=builders.live())}
    yield Node(new_release(1, journey, builders.plan(), builders.NOW), builders.NOW, lies), "started", journey


def actions(release: Release) -> Iterator[tuple[str, DecidedEvent]]:
    """Yield what people may do and what releases tell each other, each with its label."""
    for step in release.steps:
        place = step.environment
        yield "step requested", events.StepRequested(1, builders.ANDY, place)
        yield "newer build requested", reports.NewerRequested(1, place, 2)
        yield "newer build succeeded", reports.NewerSucceeded(1, place, 2)
        yield "displaced by a rollback", reports.Displaced(1, place, 2, builders.TIM)
        yield "displaced by a rollback", reports.Displaced(1, place, 2, builders.TIM, cancel=True)
    yield "testing started", testing.TestingStarted(1, builders.AMITA)
    yield "signed off", SignedOff(1, builders.AMITA, "testers")
    yield "signed off", SignedOff(1, builders.TIM, "ops")
    yield "withdrawn", Withdrawn(1, builders.AMITA)
    yield "rejected", Rejected(1, builders.AMITA, "bad")
    yield "cancel requested", CancelRequested(1, builders.TIM)
    yield "retry requested", RetryRequested(1, builders.TIM)
    yield "settled deployed", Settled(1, builders.TIM, deployed=True)
    yield "settled not deployed", Settled(1, builders.TIM, deployed=False, reason="looked")
    yield "authors waived", AuthorsWaived(1, builders.TIM, "looked")


def machine_events(release: Release) -> Iterator[tuple[str, DecidedEvent]]:
    """Yield what workers and the CI may report about the current intent, or about the last void one."""
    step = release.step
    intent = step.intent
    known = intent.correlation if intent is not None else (*step.voided, "none")[-1]
    tries = intent.tries if intent is not None else 1
    one, two = reports.FoundRun("run1"), reports.FoundRun("run2")
    yield "send requested", reports.SendRequested(1, known)
    yield "accepted with a run", reports.SendAccepted(1, known, "run1")
    yield "accepted without a run", reports.SendAccepted(1, known)
    yield "refused for now", reports.SendRefused(1, known, tries, transient=True)
    yield "refused", reports.SendRefused(1, known, tries, transient=False)
    yield "answer unclear", reports.SendUnclear(1, known, tries)
    for found in ((one,), (one, two)):
        yield "run found", reports.SearchEnded(1, known, tries, found)
    yield "no run found", reports.SearchEnded(1, known, tries)
    yield "run claimed", reports.Claimed(1, known, "run1", release.build.sha)
    for state in get_args(reports.RunState):
        yield ENDS.get(state, f"run {state}"), reports.RunReported(1, known, "run1", state)


def attempts(node: Node) -> Iterator[Attempt]:
    """Yield everything that is tried in one state: each event now, and a reevaluation with other facts or later."""
    well, locked = node.facts(), node.facts(locked=True)
    for label, event in (*actions(node.release), *machine_events(node.release)):
        yield node, label, event, well, node.now
        may_be_shut = node.release.kind is Kind.NORMAL and node.release.step.state is StepState.GRANTED
        if isinstance(event, reports.SendRequested) and may_be_shut:
            yield node, "gate closed at sending", event, locked, node.now
    reevaluated = reports.Reevaluated(1)
    for known in (well, locked, node.facts(stale=True)):
        yield node, "reevaluated", reevaluated, known, node.now
    for after in LATER:
        yield node, "reevaluated", reevaluated, node.facts(after=after), node.now + after


def transitions(label: str, release: Release, after: Release) -> Iterator[tuple[Transition, str]]:
    """Yield how the steps of a release changed, and why; later steps only follow the one under way."""
    for index, (old, new) in enumerate(zip(release.steps, after.steps, strict=True)):
        if old.state is not new.state:
            follows = index > release.position and new.state is StepState.SKIPPED
            yield (old.state, new.state), "(release ended)" if follows else label


def trace(
    node: Node, label: str, event: DecidedEvent, known: Facts, now: datetime
) -> Iterator[tuple[str, Release]]:
    """Yield the release after an event is recorded and after each rule that follows, in the order of `decide`."""
    draft = Draft(node.release, known, now, "seed")
    record(draft, event)
    yield label, draft.release
    while not draft.release.ended:
        rule = next((rule for rule in RULES if rule(draft)), None)
        if rule is None:
            return
        yield f"({_words(rule)})", draft.release


def _words(rule: Callable[[Draft], bool]) -> str:
    return rule.__name__.strip("_").replace("_", " ")


def explore() -> Edges:
    """Try everything everywhere, breadth first; return every transition with its causes."""
    edges: Edges = {}
    coming = deque((node, label, event, node.facts(), node.now) for node, label, event in starts())
    seen: set[object] = set()
    while coming:
        node, label, event, known, now = coming.popleft()
        outcome = decide(node.release, event, known, now, seed="seed")
        if isinstance(outcome, Refusal) or outcome.release is None or not outcome.changed:
            continue
        _note(edges, node, trace(node, label, event, known, now), outcome)
        after = Node(outcome.release, now, {**node.environments, **outcome.environments})
        if after.key() not in seen and not after.release.ended:
            seen.add(after.key())
            coming.extend(attempts(after))
    return edges


def _note(edges: Edges, node: Node, traced: Iterator[tuple[str, Release]], outcome: Decision) -> None:
    before = node.release
    for label, release in traced:
        for move, why in transitions(label, before, release):
            edges.setdefault(move, set()).add(why)
        before = release
    if before != outcome.release:
        message = "the rules were followed in another way than decide follows them"
        raise AssertionError(message)


def draw() -> str:
    """Return the transitions as a Mermaid diagram, in the order of the states."""
    edges = explore()
    order = list(StepState)
    lines = ["stateDiagram-v2", "    [*] --> pending"]
    for start, end in sorted(edges, key=lambda move: (order.index(move[0]), order.index(move[1]))):
        labels = sorted(edges[start, end], key=lambda label: (label.startswith("("), label))
        lines.append(f"    {start} --> {end} : {'<br/>'.join(labels)}")
    lines += [f"    {last} --> [*]" for last in ("succeeded", "skipped")]
    return "\n".join(lines)


def drawn_in(text: str) -> str:
    """Return a page with the current diagram between its two markers."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        message = f"docs/states.md has no place for the diagram: {BEGIN} ... {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n```mermaid\n{draw()}\n```\n{END}{after}"


def main(words: list[str]) -> None:
    """Print the diagram, or write it into the page."""
    if words == ["--write"]:
        PAGE.write_text(drawn_in(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(f"{draw()}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
