"""Words about planned starts: `/release r42 to production at mon 09:00`, and `at cancel r42`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _when(context: RenderContext) -> str:
    """Return when a step is to start, and what will keep it from that."""
    if context["freeze"]:
        return (
            " at {at:day}. It is frozen then until {thaws:day} ({freeze}): unless that changes, it has to be requested again "
            "afterwards."
        )
    if context["opens"]:
        return " at {at:day}. Its window is closed then: it starts {opens:day}, when that opens."
    if context["shut"]:
        return " at {at:day}. No window is known to be open then, or later."
    return " at {at:day}, or later, once all else is done."


def _started(context: RenderContext) -> str:
    return context.render("{release} is created; it starts in {environment}" + _when(context))


def _asked(context: RenderContext) -> str:
    back = " To take that back: /release at cancel {release}"
    return context.render("{release} is requested for {environment}" + _when(context) + back)


_TIMES = "Write it behind the environment: at 18:00, at mon 09:00, at 2027-01-04 08:00, or in 2h."

WORDS = ActionWords(
    offer="Cancel the planned start",
    verbs={"at": "plan or cancel a start"},
    replies={
        "started_at": _started,
        "asked_at": _asked,
        "planned_start_cancelled": "{release} does not start by itself any more: somebody has to ask for {environment}.",
    },
    refusals={
        "nothing_planned": "No start of {release} is planned. /release why {release} says what it waits for."
    },
    thread={
        "planned_start_cancelled": "{by:user} cancelled its planned start in {environment}: it has to be asked for again."
    },
    history={"planned_start_cancelled": "{actor:user} cancelled its planned start"},
    attempted={"planned_start_cancelled": "cancel its planned start"},
    refused={"nothing_planned": "no start was planned"},
    usage_errors={
        "at_alone": "A time alone starts nothing. Name what goes where, and then the time. To cancel a planned start: /release "
        "at cancel r42",
        "start_unreadable": f"I cannot read {{word}} as a time, so nothing was requested. {_TIMES}",
        "start_past": f"{{word}} is past, so nothing was requested. Name the day too. {_TIMES}",
    },
)
