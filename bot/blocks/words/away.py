"""Words about `/release away`, and about who is meant by it and by `/release back`."""

from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext

_TIMES = (
    "Nobody was set away. Write until mon, until mon 09:00, until tomorrow, until 2027-01-04, for 3 days; for somebody else "
    "add for @amita."
)


def _where(context: RenderContext) -> str:
    """Return in which services it was not noted, and why."""
    line = " Not noted, as you do not operate it: {not_in_team:places}." if context["not_in_team"] else ""
    line += (
        " Not noted, as the database has lost records there: {behind:places}." if context["behind"] else ""
    )
    return context.render(line)


def _away(context: RenderContext) -> str:
    whom = "You are" if context["user"] == context["by"] else context.render("{user:user} is")
    line = whom + context.render(" away{until:moment}.")
    if context["stand_ins"]:
        line += context.render(" {stand_ins:owners} may sign meanwhile.")
    if context["alone"]:
        line += context.render(" Nobody stands in for {alone:places}.")
    whose = "" if context["user"] == context["by"] else context.render(" for {user:user}")
    return f"{line}{_where(context)} To end it earlier: /release back{whose}"


def _went_away(context: RenderContext) -> str:
    own = context["user"] == context["actor"]
    return context.render(
        "{actor:user} is away{until:until}" if own else "{actor:user} set {user:user} away{until:until}"
    )


WORDS = ActionWords(
    verbs={"away": "note who else is away"},
    replies={"away": _away},
    refusals={
        "away_past": "That is past. Nobody was set away: name a time that is still to come.",
    },
    direct={
        "set_away": "{by:user} noted that you are away{until:moment}: others may sign in your place. If that is wrong: "
        "/release back",
    },
    history={"went_away": _went_away},
    attempted={"went_away": "set {user:user} away"},
    refused={
        "away_past": "that was past",
    },
    usage_errors={
        "away_without_end": f"Until when? {_TIMES}",
        "away_time_unreadable": f"I cannot read {{word}} as a time. {_TIMES}",
        "away_time_past": f"{{word}} is past. {_TIMES}",
    },
)
