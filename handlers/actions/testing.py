"""`/release testing r42`: announce that you are testing it.

From then on no newer build supersedes it.
"""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext
from handlers.draft import Draft
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.preparation import parse_only_release
from handlers.requests import UsageError
from handlers.rights import refuse_stale, refuse_unless
from handlers.sign_offs import Testing
from handlers.step import StepState
from handlers.typed_words import bare

_OVER = frozenset(
    {"done", "finished", "over", "ended", "complete", "completed", "stop", "stopped", "end", "off", "fertig"}
)
"""What is said of testing that is over."""


@dataclass(frozen=True, slots=True)
class TestingStarted(ReleaseAction):
    """A member of a gate team said "I am testing it"."""

    event_name: ClassVar[str] = "testing_started"


def parse(words: tuple[str, ...], context: CommandContext) -> TestingStarted | UsageError:
    """Parse the release."""
    if any(bare(word) in _OVER for word in words[1:]):
        return UsageError("instead", " ".join(("testing", *words)), ("tested", bare(words[0])))
    found = parse_only_release(words, "testing", context)
    return found if isinstance(found, UsageError) else TestingStarted(found, context.actor)


def record(draft: Draft, event: TestingStarted) -> Reply | Refusal:
    """Record that a member of a gate team is testing.

    From then on no newer build supersedes the release.
    """
    release, step = draft.release, draft.step
    teams = tuple(rule.team for rule in release.rules(step))
    refusal = refuse_stale(draft, event.precondition)
    if refusal is not None:
        return refusal
    if step.state is not StepState.WAITING or not teams:
        return Refusal("nothing_to_test", {"release": f"r{release.number}", "state": step.state.value})
    refusal = refuse_unless(draft, event.actor, teams, "testing")
    if refusal is not None:
        return refusal
    if any(each.user == event.actor for each in step.testing):
        return Reply("already_testing", {"release": f"r{release.number}"})
    draft.change(testing=(*step.testing, Testing(event.actor, draft.now)))
    draft.post("testing", {"by": event.actor})
    draft.show()
    return Reply("testing", {"release": f"r{release.number}"})


ACTION = Action(
    "testing",
    ("testing r42",),
    "say that you are testing it: nothing takes its place from now on",
    parse,
    {TestingStarted: record},
)
