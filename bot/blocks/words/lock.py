"""Words about locks: `/release lock`, and the gate that a lock closes."""

from bot.blocks.text import link
from bot.blocks.words.action_words import ActionWords, GateWords
from bot.blocks.words.template import RenderContext

_TIMES = (
    "Nothing was locked. Write for 90m, for 2 hours, until 18:00, until mon 09:00, until tomorrow 9:00, until friday or until "
    "2027-01-04 08:00 before the reason; leave it out for a lock without an end. A lock begins at once: one that begins later "
    "is not possible yet. A reason with a time in it stands in quotation marks."
)


def _where(context: RenderContext) -> str:
    """Return what is locked: environments of one service, or several services."""
    several = "{services:places} {services:are}"
    return context.render(
        several if context["services"] else "{environment:places} of {service} {environment:are}"
    )


def _locked(context: RenderContext) -> str:
    """Return the answer to a person, with their earlier lock, which it replaces, and the locks of others."""
    line = " locked{until:moment}."
    if "replaced" in context.values:
        line += " It replaces your lock{replaced_until:end}{replaced:because}."
    if context["beside"]:
        line += " {beside:owners} locked there too: it opens when all locks are gone."
    if context["too_many_locks"]:
        line += " Not locked, as too many locks stand there: {too_many_locks:places}."
    if context["behind"]:
        line += " Not locked, as the database has lost records there: {behind:places}."
    to_open = "/release unlock everything" if context["services"] else "{environment:unlock}"
    return _where(context) + context.render(f"{line} Rollbacks still pass. To open: {to_open}")


def _posted(context: RenderContext) -> str:
    there = link(context["url"], "Look at it")
    line = context.render(" locked by {by:user}{until:end}{reason:because}.")
    return f"{_where(context)}{line} {there}".rstrip() + " Rollbacks still pass."


def _reason(context: RenderContext) -> str:
    there = link(context["url"], "Look at it")
    line = "{environment} is locked by {by:user}{until:end}{reason:because}. {people} can unlock it."
    return f"{context.render(line)} {there}".rstrip()


WORDS = ActionWords(
    offer="Lock",
    verbs={"lock": "lock"},
    replies={
        "locked": _locked,
        "lock_changed": _locked,
        "lock_known": "That lock stands already.",
    },
    refusals={
        "too_many_locks": "{environment:places} of {service} {environment:are} locked by so many that no more locks can be "
        "added. An operator can lift some of them: {environment:unlock} all",
    },
    channel={"locked": _posted},
    history={
        "locked": "{actor:user} locked {environment:places}{reason:because}",
        "locked_by_token": "{actor:user} locked {environment:places}{reason:because}",
    },
    attempted={"locked": "lock {environment:places}", "locked_by_token": "lock {environment:places}"},
    refused={"too_many_locks": "too many locks stand there"},
    usage_errors={
        "time_unreadable": f"I cannot read {{word}} as a time. {_TIMES}",
        "time_or_reason": "Is {word} a time, or part of the reason? Nothing was locked. Write the end before the reason: "
        "/release lock production 2h REASON, or /release lock production until fri 18:00 REASON. A lock begins at once: one "
        'that begins later is not possible yet. A reason with a time in it stands in quotation marks: "REASON".',
        "time_past": f"{{word}} is past. Name the day too, as in until tomorrow 09:00. {_TIMES}",
    },
)

GATE = GateWords(
    waited="a lock to be lifted",
    reasons={"locked": _reason},
    short={"locked": "locked by {by:user}{until:end}"},
    called_off={
        "lock": "a lock ended the request",
        "unlocked": "the request had ended, as the environment was closed",
        "locked": "the environment was locked meanwhile",
    },
)
