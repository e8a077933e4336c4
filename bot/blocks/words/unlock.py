"""Words about `/release unlock`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext

_AGAIN = " What waited there has to be requested again where it is protected."


def _lifted(context: RenderContext) -> str:
    """Return whose locks were lifted; nothing for one's own."""
    if not context["owners"]:
        return ""
    told = "they are told, a token in the channel"
    return context.render(" Lifted: the locks of {owners:owners}{reason:because}; " + told + ".")


def _unlocked(context: RenderContext) -> str:
    line = context.render("{environment:places} of {service} {environment:are} open again.")
    return line + _lifted(context) + _AGAIN


def _lock_lifted(context: RenderContext) -> str:
    mine = "" if context["owners"] else " Your lock is lifted."
    line = "{environment:places} of {service} {environment:are} still locked by {still:owners}. An operator can lift that too: "
    return (mine + _lifted(context) + " ").lstrip() + context.render(line + "{environment:unlock} ") + "all"


def _everywhere(context: RenderContext) -> str:
    line = context.render("Your locks of {services:places} are lifted.")
    if context["owners"]:
        line = context.render("The locks of {services:places} are lifted.") + _lifted(context)
    if context["still"] or context["locked_by_others"]:
        line += context.render(" Still locked by others: " + _still(context) + ".")
        line += " An operator can lift these too: /release unlock everything all."
    return line + _AGAIN


def _still(context: RenderContext) -> str:
    parts = [
        "by {still:owners}" if context["still"] else "",
        "{locked_by_others:places}" if context["locked_by_others"] else "",
    ]
    return "; ".join(filter(None, parts))


WORDS = ActionWords(
    verbs={"unlock": "unlock"},
    replies={"unlocked": _unlocked, "lock_lifted": _lock_lifted, "unlocked_everywhere": _everywhere},
    refusals={
        "not_locked": "{environment:places} of {service} {environment:are} not locked.",
        "which_lock": "Whose lock? {environment:places} of {service} {environment:are} locked by {owners:owners}, and not by "
        "you. Add the owner, or all: {environment:unlock} all",
        "locked_by_others": "You have no lock there. {environment:places} of {service} {environment:are} locked by "
        "{owners:owners}. An operator can lift that: /release unlock everything all",
        "no_such_lock": "There is no lock of {whose}: {environment:places} of {service} {environment:are} locked by "
        "{owners:owners}. Add one of them, or all: {environment:unlock} all",
    },
    channel={
        "unlocked": lambda context: context.render(
            "{environment:places} of {service} {environment:are} open again, unlocked by {by:user}"
            + (", who lifted the locks of {owners:owners}" if context["owners"] else "")
            + ". Nothing protected starts by itself."
        ),
        "lock_lifted": lambda context: context.render(
            "{by:user} lifted "
            + ("the locks of {owners:owners}" if context["owners"] else "their lock")
            + " of {environment:places} of {service}. Still locked by {still:owners}."
        ),
        "unlocked_everywhere": lambda context: context.render(
            "{by:user} unlocked {services:places}"
            + (", and lifted the locks of {owners:owners}" if context["owners"] else "")
            + ". Nothing protected starts by itself."
        ),
        "lock_lifted_everywhere": "{by:user} lifted locks of {services:places}. Others still lock there.",
    },
    direct={
        "unlocked": "{by:user} opened {environment:places} of {service}, which you had locked.",
        "lock_lifted": "{by:user} lifted your lock of {environment:places} of {service}. Still locked by {still:owners}.",
        "unlocked_everywhere": "{by:user} opened {services:places}, which you had locked.",
        "lock_lifted_everywhere": "{by:user} lifted your locks of {services:places}. Others still lock there.",
    },
    history={
        "unlocked": "{actor:user} unlocked {environment:places}",
        "unlocked_by_token": "{actor:user} unlocked {environment:places}",
    },
    attempted={
        "unlocked": "unlock {environment:places}",
        "unlocked_by_token": "unlock {environment:places}",
    },
    refused={
        "not_locked": "it was not locked",
        "which_lock": "several others had locked it",
        "locked_by_others": "only others had locked it",
        "no_such_lock": "they had not locked it",
    },
)
