"""Words about `/release approve`."""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext


def _which_team(context: RenderContext) -> str:
    teams = [escape(team) for team in context["teams"].split(", ")]
    return f"You are in {listing(teams)}. Say for which one you sign, for example: as {teams[0]}"


def _requester(context: RenderContext) -> str:
    later = " From {alone_from:clock} on you may, alone." if context["alone_from"] else ""
    return context.render(
        "You started {release}, so somebody else has to sign it off for {team}: {people}." + later
    )


def _signed(context: RenderContext) -> str:
    alone = " alone, although they started it" if context["alone"] else ""
    return context.render("{actor:user} signed off for {environment}" + alone + "{note:because}")


WORDS = ActionWords(
    offer="Sign off",
    verbs={"approve": "sign {this} off"},
    replies={
        "signed": "You have signed {release} off for {team}. Until it starts in {environment} you can take it back: "
        "/release withdraw {release}",
        "signed_alone": "You have signed {release} off for {team} alone, although you started it. That stands in its history, "
        "and it is reviewed. To take it back: /release withdraw {release}",
    },
    refusals={
        "no_such_gate": "{team} does not sign off for {environment}: {teams} does ({people}).",
        "which_team": _which_team,
        "requester_may_not_sign": _requester,
        "author_may_not_sign": "Some of {release} is your own work, so somebody else has to sign it off for {team}: "
        "{people}.",
        "waiver_may_not_sign": "You have waived what is not known of {release}, and who waives does not sign. For "
        "{team} somebody else "
        "can: {people}.",
        "already_signed": "You have signed {release} off for {team}, and it counts. To take it back: "
        "/release withdraw {release}",
        "one_person_one_slot": "You have signed {release} off for {signed_for}, and one person signs for one team only. "
        "For {team} somebody else can: {people}.",
        "checklist_incomplete": "Not ticked yet: {missing:long}. Tick every box, then sign off for {team}.",
    },
    thread={
        "signed": "{by:user} signed off for {team}{note:because}.",
        "signed_alone": "{by:user} signed off for {team} alone, although they started it{note:because}.",
    },
    history={"signed_off": _signed},
    attempted={"signed_off": "sign off"},
    refused={
        "no_such_gate": "that team does not sign there",
        "which_team": "more than one team was possible",
        "requester_may_not_sign": "it was their own release",
        "author_may_not_sign": "it was their own work",
        "waiver_may_not_sign": "they had waived what is not known of it",
        "already_signed": "they had signed already",
        "one_person_one_slot": "they had signed for another team",
        "checklist_incomplete": "not every box was ticked",
    },
    inputs={"checklist_incomplete": "ticks"},
    usage_errors={
        "team_needed": "For which team? Name it after the word as.",
        "too_many": "One line signs at most 40 releases, and this one names {word}. Nothing was signed: type fewer.",
    },
)
