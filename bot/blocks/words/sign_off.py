"""Words about the gate that waits for sign-offs."""

from bot.blocks.words.action_words import GateWords
from bot.blocks.words.template import RenderContext, partly_waived


def _missing(context: RenderContext) -> str:
    """Return who has to sign; fewer than that are not enough, and who is away is named where they are needed."""
    missing, able = int(context["missing"] or 1), context.able()
    more = "" if context["missing"] == context["needs"] else "more "
    if missing == 1 or able == 0:
        return context.render("{team} have to sign off: {people}.")
    if able is not None and able < missing:
        needs = f" needs {missing} {more}".rstrip() + f", and only {context.everybody()} can."
        return context.render("{team} have to sign off:") + needs
    return context.render("{team} have to sign off: ") + f"{missing} {more}of {context.everybody()}."


def _author_unknown(context: RenderContext) -> str:
    """Name who is unknown; the rule calls an author without a name somebody."""
    named = [each for each in context["authors"].split(", ") if each != "somebody"]
    are = "are" if len(named) > 1 else "is"
    nameless = ", ".join(named) != context["authors"]
    doubts = [f"Nobody knows who {{named:long}} {are}."] if named else []
    doubts += ["A change has an author without a name."] if nameless else []
    way_on = ["Add them to people in shiproom.yml, or {people}"] if named else ["{people}"]
    sentence = " ".join([*doubts, *way_on, "can waive it: /release waive."])
    return context.also(named=", ".join(named)).render(sentence) + partly_waived(context)


def _changes_unknown(context: RenderContext) -> str:
    return context.render(
        "Nobody has told what changed in {versions:long}, so it is not known who wrote it. The changes can be posted "
        "again with the "
        "build, the CI is asked again, or {people} can waive it, unless they sign here: /release waive."
    ) + partly_waived(context)


GATE = GateWords(
    waited="a sign-off",
    reasons={
        "sign_off_missing": _missing,
        "team_removed": "The team {team} is not in the policy any more, so nobody can sign for it: add it again, or {people} "
        "can cancel the release.",
        "signer_unknown": "Slack has yet to confirm {user:user}, who signed for {team}; asked again in half a minute.",
        "signer_lost": "{user:user} may no longer sign for {team}: that sign-off does not count.",
        "alone_later": "{by:user} started it, and may sign it for {team} alone from {alone:clock} on, as an operator.",
        "alone_now": "{by:user} started it, and may sign it for {team} alone now, as an operator: /release approve.",
        "author_unknown": _author_unknown,
        "changes_unknown": _changes_unknown,
    },
    short={
        "team_removed": "the team {team} is not in the policy any more",
        "signer_unknown": "Slack has yet to confirm {user:user}",
        "signer_lost": "{user:user} may no longer sign for {team}",
        "alone_later": "{by:user} may sign alone from {alone:clock} on",
        "alone_now": "{by:user} may sign alone now",
        "author_unknown": "nobody knows the author {authors:long}",
        "changes_unknown": "nobody knows who wrote {versions:long}",
    },
    called_off={
        "team_removed": "a team that has to sign is not in the policy any more",
        "sign_off_missing": "a sign-off was missing at the last moment",
        "signer_lost": "a sign-off no longer counted at the last moment",
        "signer_unknown": "Slack did not confirm a signer in time",
        "alone_later": "a sign-off was missing at the last moment",
        "alone_now": "a sign-off was missing at the last moment",
        "author_unknown": "an author is not known",
        "changes_unknown": "it is not known who wrote it",
    },
)
