"""Sentences about why a release waits, one per code.

Each is about what it waits for, who can clear that, and when it clears by itself.
"""

from bot.blocks.text import link, reported
from bot.blocks.words.registry import of_gates
from bot.blocks.words.template import RenderContext, Sentence, until

_LATE = {"expired": "it did not start in time"}
CALLED_OFF = of_gates(lambda words: words.called_off, _LATE)
"""Why a request or a start was called off, by the code that handlers/ stores with the step."""


def called_off(why: str) -> str:
    """Return why a start was called off."""
    return CALLED_OFF.get(why, "not everything was open any more")


def called_off_because(after: str, detail: str) -> str:
    """Return why somebody has to ask again, with what the CI said of it; empty if nothing was called off."""
    said = reported(detail)
    return called_off(after) + (f": {said}" if said else "") if after else ""


def _not_asked(context: RenderContext) -> str:
    because = called_off(context["after"]) + "{detail:detail}."
    after = f" Ask again, because {because}" if context["after"] else ""
    return context.render("{people} can start {environment}." + after)


def _being_sent(context: RenderContext) -> str:
    if not context["detail"]:
        return context.render("It goes to {environment} now.")
    return context.render(
        "The CI did not take the start in {environment} yet{detail:detail}. It is sent again{until:until} at most."
    )


def _failed(context: RenderContext) -> str:
    """Return that it failed, and who can do what: only operators roll back and settle."""
    said = context.render("It failed in {environment}{detail:detail}. ")
    operators = context.waits.plan.operators if context.waits is not None else context.who
    settled = "say how it ended: /release settle {release}"
    rolled_back = "roll back: /release rollback {environment}, or " if context["back"] else ""
    if set(operators) == set(context.who):
        back = "roll back (/release rollback {environment}), " if context["back"] else ""
        return said + context.render("{people} can " + back + "retry or cancel it, or " + settled + ".")
    can = context.names.members(context.directory, operators) or "nobody yet"
    return (
        said
        + context.render("{people} can retry or cancel it. ")
        + can
        + context.render(f" can {rolled_back}{settled}.")
    )


def _running(context: RenderContext) -> str:
    most = f",{until(context.until, context.names)} at most" if context.until is not None else ""
    return context.render("It goes to {environment} now") + most + "."


def _waits_at_ci(context: RenderContext) -> str:
    whom = "{detail:long}" if context["detail"] else "somebody to let it go on"
    there = link(context["url"], "Look at it")
    sentence = 'It waits at CI "{ci}" for ' + whom + ". No time limit runs."
    return f"{context.render(sentence)} {there}".rstrip()


def _queued_at_ci(context: RenderContext) -> str:
    stopped = " It is stopped if nothing runs{until:until}." if context.until is not None else ""
    can = " {people} can cancel it." if context.who else ""
    sentence = 'It is queued at CI "{ci}" for {environment}: nothing of it runs yet.'
    there = link(context["url"], "Look at it")
    return f"{context.render(sentence + stopped + can)} {there}".rstrip()


_SHARED: dict[str, Sentence] = {
    "not_asked": _not_asked,
    "about_to_start": "Nothing holds it up: {environment} starts now.",
    "being_sent": _being_sent,
    "sent": "It goes to {environment} now.",
    "running": _running,
    "waits_at_ci": _waits_at_ci,
    "queued_at_ci": _queued_at_ci,
    "cancelling": "It is being stopped in {environment}; operators are asked if that takes too long.",
    "searching": 'CI "{ci}" gave no clear answer. Its run is searched for{until:until}; after that {people} can say how it '
    "ended.",
    "unknown": "Nobody knows whether {environment} was deployed. {people} can look and say how it ended.",
    "failed": _failed,
}

REASONS = of_gates(lambda words: words.reasons, _SHARED)

SHORT = of_gates(lambda words: words.short, {"not_asked": "{people} can start it"})
"""In the order of the gates; reasons that are missing here are in the release's headline."""
