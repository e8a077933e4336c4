"""Words about `/release approve`."""

from bot.blocks.names import listing
from bot.blocks.text import escape
from bot.blocks.words.action_words import ActionWords
from bot.blocks.words.template import RenderContext
from handlers.release import Kind


def _which_team(context: RenderContext) -> str:
    teams = [escape(team) for team in context["teams"].split(", ")]
    return f"You are in {listing(teams)}. Say for which one you sign, for example: as {teams[0]}"


def _signed(context: RenderContext) -> str:
    place = " in place of {stands_for:user}" if context["stands_for"] else ""
    back = ". Until it starts in {environment} you can take it back: /release withdraw {release}"
    return context.render("You have signed {release} off for {team}" + place + back)


def _sign_offs_wanted(context: RenderContext) -> str:
    release = context.waits
    if release is None or release.kind is not Kind.EMERGENCY:
        return context.render("Sign off {title} for {environment}: {teams_wanted:long}")
    said = "EMERGENCY{note:because}: sign off {title} for {environment}: {teams_wanted:long}"
    return context.also(note=release.note).render(said)


def _posted(context: RenderContext) -> str:
    place = " for {stands_for:user}" if context["stands_for"] else ""
    return context.render("{by:user}" + place + " signed off for {team}{note:because}.")


def _told(context: RenderContext) -> str:
    place = " for {stands_for:user}" if context["stands_for"] else ""
    alone = " alone, although they started it" if context["alone"] else ""
    return context.render("{actor:user}" + place + " signed off for {environment}" + alone + "{note:because}")


def _stands_in_for_nobody(context: RenderContext) -> str:
    if context["away"]:
        return "You are away yourself, so you stand in for nobody. Are you back? /release back"
    return context.render(
        "You stand in for people of {team} while they are away, and now you cannot for anybody: they are there, or you said "
        "yourself that they are away. {people} can sign."
    )


def _requester(context: RenderContext) -> str:
    later = " From {alone_from:clock} on you may, alone." if context["alone_from"] else ""
    return context.render(
        "You started {release}, or stand for it, so somebody else has to sign it off for {team}: {people}."
        + later
    )


WORDS = ActionWords(
    offer="Sign off",
    verbs={"approve": "sign {this} off"},
    replies={
        "signed": _signed,
        "signed_alone": "You have signed {release} off for {team} alone, although you started it. That stands in its history, "
        "and it is reviewed. To take it back: /release withdraw {release}",
    },
    refusals={
        "no_such_gate": "{team} does not sign off for {environment}: {teams} does ({people}).",
        "which_team": _which_team,
        "asker_may_not_sign": "You asked for this step of {release}, and who asks does not sign. For {team} somebody else can: "
        "{people}.",
        "took_twice_may_not_sign": "You have come to stand for {release} twice, so you can never sign it off. For {team} "
        "somebody else can: {people}.",
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
        "stands_in_for_nobody": _stands_in_for_nobody,
        "stand_in_barred": "{stands_for:user} may not sign {release}, so nobody stands in for them. For {team} somebody else "
        "can: {people}.",
        "checklist_incomplete": "Not ticked yet: {missing:long}. Tick every box, then sign off for {team}.",
    },
    thread={
        "sign_offs_wanted": _sign_offs_wanted,
        "signed": _posted,
        "signers_away": "Nobody who can sign for {team} is there: {users:users} {users:are} away, at least{until:until}. An "
        "operator can name stand-ins of {team} in shiproom.yml.",
        "signed_alone": "{by:user} signed off for {team} alone, although they started it{note:because}.",
    },
    history={"signed_off": _told},
    attempted={"signed_off": "sign off"},
    refused={
        "no_such_gate": "that team does not sign there",
        "which_team": "more than one team was possible",
        "requester_may_not_sign": "it was their own release",
        "asker_may_not_sign": "they had asked for it",
        "took_twice_may_not_sign": "they had taken it twice",
        "author_may_not_sign": "it was their own work",
        "waiver_may_not_sign": "they had waived what is not known of it",
        "already_signed": "they had signed already",
        "one_person_one_slot": "they had signed for another team",
        "stands_in_for_nobody": "nobody whom they stand in for was away",
        "stand_in_barred": "whom they stand in for may not sign it",
        "checklist_incomplete": "not every box was ticked",
    },
    inputs={"checklist_incomplete": "ticks"},
    usage_errors={
        "team_needed": "For which team? Name it after the word as.",
        "too_many": "One line signs at most 40 releases, and this one names {word}. Nothing was signed: type fewer.",
    },
)
