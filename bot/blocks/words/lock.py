"""Words about locks: `/release lock`, and the gate that a lock closes."""

from bot.blocks.text import link
from bot.blocks.words.action_words import ActionWords, GateWords
from bot.blocks.words.template import RenderContext, Sentence

_TIMES = (
    "Write for 90m, for 2 hours, until 18:00, until mon 09:00, until tomorrow 9:00, until friday or until 2027-01-04 08:00 "
    "before the reason; leave it out for a lock without an end. A reason that begins with a time stands in quotation marks."
)


def _details(context: RenderContext) -> str:
    """Return what is beside a person's lock: their earlier one, which it replaces, and those of others."""
    replaced = (
        " It replaces your lock{replaced_until:end}{replaced:because}."
        if "replaced" in context.values
        else ""
    )
    beside = (
        " {beside:owners} locked there too: it opens when all locks are gone." if context["beside"] else ""
    )
    return context.render(replaced + beside)


def _locked(context: RenderContext) -> str:
    line = context.render("{environment:places} of {service} {environment:are} locked{until:moment}.")
    return f"{line}{_details(context)} " + context.render(
        "Rollbacks still pass. To open: {environment:unlock}"
    )


def _locked_everywhere(context: RenderContext) -> str:
    crowded = " Not locked, as too many locks stand there: {too_many_locks:places}."
    line = "{services:places} {services:are} locked{until:moment}." + (
        crowded if context["too_many_locks"] else ""
    )
    return (
        f"{context.render(line)}{_details(context)} Rollbacks still pass. To open: /release unlock everything"
    )


def _with_link(sentence: str, after: str = "") -> Sentence:
    def render(context: RenderContext) -> str:
        there = link(context["url"], "Look at it")
        return f"{context.render(sentence)} {there}".rstrip() + after

    return render


_BY = " {environment:are} locked by {by:user}{until:end}{reason:because}."
_STILL = " Rollbacks still pass."
_POSTED = _with_link("{environment:places} of {service}" + _BY, _STILL)

WORDS = ActionWords(
    verbs={"lock": "lock"},
    replies={
        "locked": _locked,
        "lock_changed": _locked,
        "lock_known": _locked,
        "locked_everywhere": _locked_everywhere,
    },
    refusals={
        "too_many_locks": "{environment:places} of {service} {environment:are} locked by so many that no more locks can be "
        "added. An operator can lift some of them: {environment:unlock} all",
    },
    channel={
        "locked": _POSTED,
        "locked_everywhere": _with_link(
            "{services:places} {services:are} locked by {by:user}{until:end}{reason:because}.", _STILL
        ),
    },
    history={
        "locked": "{actor:user} locked {environment:places}{reason:because}",
        "locked_by_token": "{actor:user} locked {environment:places}{reason:because}",
    },
    attempted={"locked": "lock {environment:places}", "locked_by_token": "lock {environment:places}"},
    refused={"too_many_locks": "too many locks stand there"},
    usage_errors={
        "time_unreadable": f"I cannot read {{word}} as a time. {_TIMES}",
        "time_past": f"{{word}} is past. Name the day too, as in until tomorrow 09:00. {_TIMES}",
    },
)

GATE = GateWords(
    reasons={
        "locked": _with_link(
            "{environment} is locked by {by:user}{until:end}{reason:because}. {people} can unlock it."
        ),
    },
    short={"locked": "{environment} is locked by {by:user}{until:end}"},
    called_off={
        "lock": "a lock ended the request",
        "unlocked": "a lock ended the request",
        "locked": "the environment was locked meanwhile",
    },
)
