"""`/release stop r42 8123#2`: ask the CI to stop a re-run that Shiproom did not start."""

from dataclasses import dataclass
from typing import ClassVar

from handlers.actions.action import Action
from handlers.command_parsing import CommandContext, no_release, parse_release
from handlers.draft import Draft
from handlers.effects import StopRun
from handlers.events import ReleaseAction
from handlers.outcome import Refusal, Reply
from handlers.requests import UsageError
from handlers.rights import refuse_unless
from handlers.step import Step
from handlers.typed_words import bare, release_named

_IT = frozenset({"", "it", "this", "that", "now", "please", "pls", "mine", "my", "release", "es", "das"})


@dataclass(frozen=True, slots=True)
class RerunStopped(ReleaseAction):
    """An operator asked to stop a re-run; `run` is its id and attempt."""

    event_name: ClassVar[str] = "rerun_stopped"
    when_absent: ClassVar[bool] = True
    after_the_end: ClassVar[bool] = True

    run: str


def parse(words: tuple[str, ...], context: CommandContext) -> RerunStopped | UsageError:
    """Parse the release and the run; who names no run wants the release itself ended, which is to cancel it."""
    found = parse_release(words, "stop")
    if isinstance(found, UsageError):
        known = found.code == "one_release" or (words and "#" in words[0])
        return found if known else _without_release(words)
    number, rest = found
    if len(rest) == 1 and "#" in rest[0]:
        return RerunStopped(number, context.actor, rest[0])
    return UsageError("run_needed", "stop", meant=() if rest else (f"cancel r{number}",))


def _without_release(words: tuple[str, ...]) -> UsageError:
    """Return which release is meant where none else can be; whatever else is to be stopped is no release to end."""
    named = release_named(words[0], number_alone=True) if words else 0
    alone = named or any(release_named(word) for word in words) or all(bare(word) in _IT for word in words)
    return (
        no_release(words, "cancel")
        if alone
        else UsageError("instead", " ".join(("stop", *words)), ("stopping",))
    )


def record(draft: Draft, event: RerunStopped) -> Reply | Refusal:
    """Have a re-run stopped that is under way, as far as Shiproom knows; only operators may."""
    release = draft.release
    refusal = refuse_unless(draft, event.actor, release.plan.operators, "stop")
    if refusal is not None:
        return refusal
    values = {"release": f"r{release.number}", "run": event.run}
    correlation = next((found for step in release.steps if (found := _correlation(step, event.run))), "")
    if not correlation:
        return Refusal("nothing_to_stop", values)
    draft.emit(StopRun(release.number, correlation, event.run.rpartition("#")[0]))
    draft.post("rerun_stopped", {"by": event.actor, "run": event.run})
    return Reply("stopping", values)


def _correlation(step: Step, run: str) -> str:
    """Return the id of the attempt that is re-run; empty if that is none of the step's runs, has ended, or runs once more."""
    name, _, attempt = run.rpartition("#")
    later = (
        each.removeprefix(f"{name}#").partition("@")[0] for each in step.late if each.startswith(f"{name}#")
    )
    if not attempt.isdigit() or any(int(each) > int(attempt) for each in later if each.isdigit()):
        return ""
    noted = [each.removeprefix(f"{run}@").split(":") for each in step.late if each.startswith(f"{run}@")]
    running = [correlation for correlation, state in noted if state == "running"]
    return running[0] if len(noted) == 1 and running else ""


ACTION = Action(
    "stop",
    ("stop r42 8123#2",),
    "ask the CI to stop a re-run that nobody asked for here (operators)",
    parse,
    {RerunStopped: record},
)
