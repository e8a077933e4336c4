"""Draws the states of a step from the code: every event is tried in every state there is, and what moves is drawn."""

import sys
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from handlers import events, reports
from handlers.advance import RULES
from handlers.decide import decide
from handlers.draft import Draft
from handlers.facts import Facts
from handlers.ground import Ground
from handlers.outcome import Decision, Refusal
from handlers.record import record
from handlers.record.starting import lay_out
from handlers.release import Kind, Release
from handlers.step import Step, StepState
from tests.handlers import making

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- the states of a step: python -m tests.diagram --write -->", "<!-- end of the states -->"
LATER = tuple(timedelta(seconds=seconds) for seconds in (31, 121, 601, 3601))
"""Past the end of a lease, of a search, of a grant or a cancel, and of a deployment's time limit."""

Deed = events.Starting | events.ReleaseEvent
Move = tuple[StepState, StepState]
Edges = dict[Move, set[str]]
ENDS = {"failed": "run failed", "cancelled": "run stopped", "timed_out": "run stopped"}


@dataclass(frozen=True, slots=True)
class Node:
    """A release with the ground that it stands on, at a time."""

    release: Release
    now: datetime
    grounds: Mapping[str, Ground] = field(default_factory=dict[str, Ground])

    def facts(self, *, after: timedelta = timedelta(), locked: bool = False, stale: bool = False) -> Facts:
        """Give what is known: all that is needed, or an environment locked, or what Slack said long ago."""
        now = self.now + after
        grounds = [self.grounds.get(name) or Ground(name) for name in ("staging", "production")]
        if locked:
            grounds = [replace(each, lock=making.lock()) for each in grounds]
        known = making.facts_at(now - timedelta(minutes=5) if stale else now, *grounds)
        return replace(known, successes={"production": (self.release.build,)})

    def key(self) -> object:
        """Name what decides what may follow; times, notes, ids, and what came before the step under way do not."""
        release, step = self.release, self.release.step
        left = len(release.steps) - release.position
        return (release.kind, left, bool(release.doomed_by), step.state, step.requested, _progress(step))


def _progress(step: Step) -> object:
    """Tell the ways apart in which a step can be in its state."""
    if step.state is StepState.WAITING:
        return frozenset(each.team for each in step.unspent)
    intent, wish = step.intent, step.cancel and step.cancel.code
    if intent is None or step.run is not None:
        return (intent is None, wish)
    return (intent.sent_at is None, intent.unclear_at is None, intent.alerted, intent.tries, wish)


Attempt = tuple[Node, str, Deed, Facts, datetime]


def starts() -> Iterator[tuple[Node, str, Deed]]:
    """Give how releases begin: a build's journey, and a rollback."""
    build = making.build()
    journey = events.Started(build, "staging", making.ANDY, (making.ANDY,))
    back = events.RollbackStarted(build, "production", making.TIM, "bad")
    for label, event in (("started", journey), ("rollback started", back)):
        yield Node(lay_out(1, event, making.plan(), making.NOW), making.NOW), label, event


def deeds(release: Release) -> Iterator[tuple[str, Deed]]:
    """Give what people may do and what releases tell each other, each with its words."""
    for step in release.steps:
        place = step.environment
        yield "step asked", events.StepAsked(1, place, making.ANDY)
        yield "newer build asked", reports.NewerAsked(1, place, 2, 9)
        yield "newer build succeeded", reports.NewerSucceeded(1, place, 2, 9)
        yield "rollback wants its place", reports.Displaced(1, place, 2, making.TIM)
        yield "rollback wants its place", reports.Displaced(1, place, 2, making.TIM, cancel=True)
    yield "testing started", events.TestingStarted(1, making.AMITA)
    yield "signed off", events.SignedOff(1, making.AMITA, "testers")
    yield "signed off", events.SignedOff(1, making.TIM, "ops")
    yield "withdrawn", events.Withdrawn(1, making.AMITA)
    yield "rejected", events.Rejected(1, making.AMITA, "bad")
    yield "cancel asked", events.CancelAsked(1, making.TIM)
    yield "retry asked", events.RetryAsked(1, making.TIM)
    yield "settled deployed", events.Settled(1, making.TIM, deployed=True)
    yield "settled not deployed", events.Settled(1, making.TIM, deployed=False, reason="looked")
    yield "authors waived", events.AuthorsWaived(1, making.TIM, "looked")


def happenings(release: Release) -> Iterator[tuple[str, Deed]]:
    """Give what workers and the CI may say of the intent under way, or of the last one that is void."""
    step = release.step
    intent = step.intent
    known = intent.correlation if intent is not None else (*step.voided, "none")[-1]
    tries = intent.tries if intent is not None else 1
    one, two = reports.FoundRun("run1"), reports.FoundRun("run2")
    yield "send wanted", reports.SendWanted(1, known)
    yield "taken with a run", reports.SendAccepted(1, known, "run1")
    yield "taken without a run", reports.SendAccepted(1, known)
    yield "not sent for now", reports.SendRefused(1, known, tries, transient=True)
    yield "not sent", reports.SendRefused(1, known, tries, transient=False)
    yield "no clear answer", reports.SendUnclear(1, known, tries)
    for found in ((one,), (one, two)):
        yield "run found", reports.SearchEnded(1, known, tries, found)
    yield "surely no run", reports.SearchEnded(1, known, tries)
    yield "run claims", reports.Claimed(1, known, "run1", release.build.sha)
    for state in ("running", "succeeded", "failed", "cancelled", "timed_out", "vanished"):
        yield ENDS.get(state, f"run {state}"), reports.RunReported(1, known, "run1", state)


def attempts(node: Node) -> Iterator[Attempt]:
    """Give everything that is tried in one state: each event now, and a look with less known or at a later time."""
    well, locked = node.facts(), node.facts(locked=True)
    for label, event in (*deeds(node.release), *happenings(node.release)):
        yield node, label, event, well, node.now
        may_be_shut = node.release.kind is Kind.NORMAL and node.release.step.state is StepState.GRANTED
        if isinstance(event, reports.SendWanted) and may_be_shut:
            yield node, "a gate shut at sending", event, locked, node.now
    look = reports.Looked(1)
    for known in (well, locked, node.facts(stale=True)):
        yield node, "looked", look, known, node.now
    for after in LATER:
        yield node, "looked", look, node.facts(after=after), node.now + after


def moves(label: str, release: Release, after: Release) -> Iterator[tuple[Move, str]]:
    """Give how the steps of a release have moved, and by what; the steps to come only follow the one under way."""
    for index, (old, new) in enumerate(zip(release.steps, after.steps, strict=True)):
        if old.state is not new.state:
            follows = index > release.position and new.state is StepState.SKIPPED
            yield (old.state, new.state), "(release ended)" if follows else label


def trace(node: Node, label: str, event: Deed, known: Facts, now: datetime) -> Iterator[tuple[str, Release]]:
    """Give the release after the record of an event and after each rule that follows, as `decide` takes them."""
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
    """Try everything everywhere, breadth first, and give every move with what brought it about."""
    edges: Edges = {}
    coming = deque((node, label, event, node.facts(), node.now) for node, label, event in starts())
    seen: set[object] = set()
    while coming:
        node, label, event, known, now = coming.popleft()
        outcome = decide(node.release, event, known, now, seed="seed")
        if isinstance(outcome, Refusal) or outcome.release is None or not outcome.changed:
            continue
        _note(edges, node, trace(node, label, event, known, now), outcome)
        after = Node(outcome.release, now, {**node.grounds, **outcome.grounds})
        if after.key() not in seen and not after.release.ended:
            seen.add(after.key())
            coming.extend(attempts(after))
    return edges


def _note(edges: Edges, node: Node, traced: Iterator[tuple[str, Release]], outcome: Decision) -> None:
    before = node.release
    for label, release in traced:
        for move, why in moves(label, before, release):
            edges.setdefault(move, set()).add(why)
        before = release
    if before != outcome.release:
        message = "the rules were followed in another way than decide follows them"
        raise AssertionError(message)


def draw() -> str:
    """Draw what was found as a Mermaid diagram, in the order in which the states are named."""
    edges = explore()
    order = list(StepState)
    lines = ["stateDiagram-v2", "    [*] --> pending"]
    for start, end in sorted(edges, key=lambda move: (order.index(move[0]), order.index(move[1]))):
        labels = sorted(edges[start, end], key=lambda label: (label.startswith("("), label))
        lines.append(f"    {start} --> {end} : {'<br/>'.join(labels)}")
    lines += [f"    {last} --> [*]" for last in ("succeeded", "skipped")]
    return "\n".join(lines)


def drawn_in(text: str) -> str:
    """Give a README with the diagram between its two marks as the code has it now."""
    before, _, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        message = f"README.md has no place for the diagram: {BEGIN} ... {END}"
        raise ValueError(message)
    return f"{before}{BEGIN}\n```mermaid\n{draw()}\n```\n{END}{after}"


def main(words: list[str]) -> None:
    """Print the diagram, or write it where it belongs."""
    if words == ["--write"]:
        README.write_text(drawn_in(README.read_text(encoding="utf-8")), encoding="utf-8")
    else:
        sys.stdout.write(f"{draw()}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
