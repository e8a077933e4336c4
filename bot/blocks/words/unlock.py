"""Words about `/release unlock`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext

_AGAIN = " What waits for a protected environment has to be requested again."


def _lifted(context: RenderContext) -> str:
    """Return whose locks were lifted; nothing for one's own."""
    if not context["owners"]:
        return ""
    reason = "" if context["services"] else "{reason:because}"
    return context.render(" Lifted: the lock of {owners:owners}" + reason + ". They are told.")


def _unlocked(context: RenderContext) -> str:
    """Return the answer to a person; `unlock everything` leaves the locks of others."""
    if not context["services"]:
        return (
            context.render("{environment:places} of {service} {environment:are} open again.")
            + _lifted(context)
            + _AGAIN
        )
    line = context.render("{services:places} {services:are} open again, as far as you locked.") + _lifted(
        context
    )
    if context["still"] or context["locked_by_others"]:
        still = [" by {still:owners}"] if context["still"] else []
        still += [" by others: {locked_by_others:places}"] if context["locked_by_others"] else []
        line += context.render(
            " Still locked" + ";".join(still) + ". To lift these too: /release unlock everything all"
        )
        return line
    return line + _AGAIN


def _lock_lifted(context: RenderContext) -> str:
    if context["services"]:
        return _unlocked(context)
    line = _lifted(context).strip() or "Your lock is lifted."
    still = " {environment:places} of {service} {environment:are} still locked by {still:owners}. "
    return line + context.render(still + "An operator can lift that too: {environment:unlock} all")


def _places(context: RenderContext) -> str:
    return context.render("{services:places}" if context["services"] else "{environment:places} of {service}")


def _posted(context: RenderContext) -> str:
    lifted = ", who lifted the lock of {owners:owners}" if context["owners"] else ""
    are = " {services:are}" if context["services"] else " {environment:are}"
    told = are + " open again, unlocked by {by:user}" + lifted + ". Nothing protected starts by itself."
    return _places(context) + context.render(told)


def _posted_in_part(context: RenderContext) -> str:
    whose = "the lock of {owners:owners}" if context["owners"] else "their lock"
    where = (
        " of {services:places}. Others"
        if context["services"]
        else " of {environment:places} of {service}. {still:owners}"
    )
    return context.render("{by:user} lifted " + whose + where + " locked there too: it stays locked.")


def _told(context: RenderContext) -> str:
    return context.render("{by:user} opened ") + _places(context) + ", which you had locked."


def _told_in_part(context: RenderContext) -> str:
    return context.render("{by:user} lifted your lock of ") + _places(context) + ". Others still lock there."


WORDS = ActionWords(
    offer="Unlock",
    verbs={"unlock": "unlock"},
    replies={"unlocked": _unlocked, "lock_lifted": _lock_lifted},
    refusals={
        "not_locked": "{environment:places} of {service} {environment:are} not locked.",
        "which_lock": "Whose lock? {environment:places} of {service} {environment:are} locked by {owners:owners}, and not by "
        "you. Add the owner, or all: {environment:unlock} all",
        "locked_by_others": "You have no lock there. {environment:places} of {service} {environment:are} locked by "
        "{owners:owners}. An operator can lift that: /release unlock everything all",
        "no_such_lock": "There is no lock of {whose}: {environment:places} of {service} {environment:are} locked by "
        "{owners:owners}. Add one of them, or all: {environment:unlock} all",
    },
    channel={"unlocked": _posted, "lock_lifted": _posted_in_part},
    direct={"unlocked": _told, "lock_lifted": _told_in_part},
    history={
        "unlocked": "{actor:user} unlocked {environment:places}",
        "unlocked_by_token": "{actor:user} unlocked {environment:places}",
    },
    attempted={"unlocked": "unlock {environment:places}", "unlocked_by_token": "unlock {environment:places}"},
    usage_errors={
        "unlock_later": "Is {word} a time? Nothing was unlocked. It takes effect at once: one that takes effect later is "
        "not possible yet. A lock ends by itself if it is given an end: /release lock production until fri 18:00 REASON",
    },
    refused={
        "not_locked": "it was not locked",
        "which_lock": "several others had locked it",
        "locked_by_others": "only others had locked it",
        "no_such_lock": "they had not locked it",
    },
)
