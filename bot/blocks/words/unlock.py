"""Words about `/release unlock`."""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext
from handlers.going_on import AGAIN, ALONE, SIGNED

MOST_NAMED = 8

_RULE = (
    " What waited only for the lock of a protected environment has to be requested again; what was requested and still waits "
    "for sign-offs goes on with the last one."
)


def _lifted(context: RenderContext) -> str:
    """Return whose locks were lifted; nothing for one's own."""
    if not context["owners"]:
        return ""
    reason = "" if context["services"] else "{reason:because}"
    return context.render(" Lifted: the lock of {owners:owners}" + reason + ". They are told.")


def _goes_on(context: RenderContext) -> str:
    """Return which releases go on, and how; of too many to name only the rule."""
    if context["many"]:
        return _RULE
    again, signed, alone = (_named(context[how]) for how in (AGAIN, SIGNED, ALONE))
    said: list[str] = []
    if again:
        have = "has" if len(again) == 1 else "have"
        lines = listing([f"/release {escape(each, 80)}" for each in again], most=MOST_NAMED)
        said.append(f"{_numbers(again)} {have} to be requested again: {lines}.")
    if signed:
        goes = "goes on with its last sign-off" if len(signed) == 1 else "go on with their last sign-offs"
        said.append(f"{_numbers(signed)} {goes}.")
    if alone:
        goes = "goes on by itself" if len(alone) == 1 else "go on by themselves"
        said.append(f"{_numbers(alone)} {goes}.")
    return "".join(f" {each}" for each in said)


def _named(raw: str) -> list[str]:
    return raw.split(", ") if raw else []


def _numbers(releases: list[str]) -> str:
    return listing([each.split()[0] for each in releases], most=MOST_NAMED)


def _unlocked(context: RenderContext) -> str:
    """Return the answer to a person; `unlock everything` leaves the locks of others."""
    if not context["services"]:
        return (
            context.render("{environment:places} of {service} {environment:are} open again.")
            + _lifted(context)
            + _goes_on(context)
        )
    in_part = bool(context["still"] or context["locked_by_others"])
    mine = ", as far as you locked" if in_part and not context["owners"] else ""
    line = context.render("{services:places} {services:are} open again" + mine + ".") + _lifted(context)
    if in_part:
        still = [" by {still:owners}"] if context["still"] else []
        still += [" by others: {locked_by_others:places}"] if context["locked_by_others"] else []
        line += context.render(
            " Still locked" + ";".join(still) + ". To lift these too: /release unlock everything all"
        )
        return line
    return line + _goes_on(context)


def _lock_lifted(context: RenderContext) -> str:
    if context["services"]:
        return _unlocked(context)
    line = _lifted(context).strip() or "Your lock is lifted."
    still = " {environment:places} of {service} {environment:are} still locked by {still:owners}. "
    return line + context.render(still + "An operator can lift that too: {environment:unlock} all")


def _not_locked(context: RenderContext) -> str:
    return (
        _places(context)
        + context.render(" {services:are}" if context["services"] else " {environment:are}")
        + " not locked."
    )


def _locked_by_others(context: RenderContext) -> str:
    are = " {services:are}" if context["services"] else " {environment:are}"
    line = are + " locked by {owners:owners}. An operator can lift that: /release unlock everything all"
    return "You have no lock there. " + _places(context) + context.render(line)


def _places(context: RenderContext) -> str:
    return context.render("{services:places}" if context["services"] else "{environment:places} of {service}")


def _posted(context: RenderContext) -> str:
    lifted = ", who lifted the lock of {owners:owners}" if context["owners"] else ""
    are = " {services:are}" if context["services"] else " {environment:are}"
    told = are + " open again, unlocked by {by:user}" + lifted + "."
    return _places(context) + context.render(told) + _RULE


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
        "not_locked": _not_locked,
        "which_lock": "Whose lock? {environment:places} of {service} {environment:are} locked by {owners:owners}, and not by "
        "you. Add the owner, or all: {environment:unlock} all",
        "locked_by_others": _locked_by_others,
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
