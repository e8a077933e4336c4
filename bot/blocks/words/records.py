"""Words about what the database has lost, or does not know since it was restored from a backup."""

import json
from collections.abc import Mapping
from datetime import datetime

from bot.blocks.text import escape, link
from bot.blocks.words.action_words import GateWords
from bot.blocks.words.template import LONGEST_WORD, RenderContext

LOST = (
    "the database has lost what was confirmed of {service}: row {lost} is not there, and the last one is row {found}. "
    "A standby took over, or an older copy was brought back."
)
LONGEST_LINE = 600
RESTORED = (
    "the database was restored from a backup of {backup:clock}, and knows nothing of {service} since. "
    "What was open in it has ended."
)
_LOOK = (
    " {people} can look at what is live and what runs, and say it with /release settle {service} lost ..., which ends "
    "what is open."
)
_CONFIRM = (
    " {people} can confirm what is live: /release settle {service} lost shows what the backup and the CI say."
)


def sentence(context: RenderContext) -> str:
    """Return what is lost, as a part of a sentence."""
    return context.render(RESTORED if context["backup"] else LOST)


def sentence_with_remedy(context: RenderContext) -> str:
    """Return what is lost, and who can settle it how."""
    return sentence(context) + context.render(_CONFIRM if context["backup"] else _LOOK)


def _nothing_starts(context: RenderContext) -> str:
    return context.render("Nothing of {service} starts: ") + sentence_with_remedy(context)


def _short(context: RenderContext) -> str:
    """Return what is lost in a few words."""
    if context["backup"]:
        return "nobody has confirmed what is live since the restore"
    return "the database has lost what was confirmed"


_HOW = (
    "Write `nothing` where nothing is live. Where it is not what the CI says, or no build that is known here, add why. "
    "Nothing of it is decided before; what still runs from before is stopped."
)


def asked(context: RenderContext) -> str:
    """Return what the backup has in each environment beside what its CI tells, and the line to type."""
    places: list[dict[str, str]] = json.loads(context["places"])
    return "\n".join(
        (
            "Nothing was changed: " + sentence(context),
            *(_place(each, context) for each in places),
            f"Look at what is really live, then say it: /release {escape(context['offered'], LONGEST_LINE)}",
            _HOW,
        )
    )


def _place(place: Mapping[str, str], context: RenderContext) -> str:
    backup = "the backup has nothing there"
    if place.get("live"):
        backup = f"the backup has {_word(place['live'])} since {_clock(place['since'], context)}"
    return f"• {_word(place['environment'])}: {backup}; {_told(place, context)}."


def _told(place: Mapping[str, str], context: RenderContext) -> str:
    """Return what the CI tells of an environment."""
    number = place.get("run")
    if not number:
        return "its CI has told of no run yet"
    run = link(place["url"], f"run {number}") or f"run {_word(number)}"
    if place["under_way"]:
        return f"its CI tells that {run} deploys {_word(place['told'])} now"
    when = f" {_clock(place['ended'], context)}" if place["ended"] else ""
    return f"its CI tells that {run} deployed {_word(place['told'])}{when}"


def _clock(at: str, context: RenderContext) -> str:
    return context.names.clock(datetime.fromisoformat(at))


def _word(text: str) -> str:
    return escape(text, LONGEST_WORD)


GATE = GateWords(
    waited="records that can be read",
    reasons={"records_lost": _nothing_starts},
    short={"records_lost": _short},
    called_off={"records_lost": "the database had lost what was confirmed"},
)
