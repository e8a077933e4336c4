"""Why a release waits, one line per code: what for, who can clear it, and until when or by what it clears by itself."""

from bot.blocks.words.holders import in_the_way, may_be_replaced
from bot.blocks.words.scope import Scope, Sentence, until

CALLED_OFF = {
    "lock": "a lock ended the request",
    "unlocked": "a lock ended the request",
    "expired": "it did not start in time",
    "locked": "the environment was locked meanwhile",
    "turn": "another release is there",
    "sign_off_missing": "a sign-off was missing at the last moment",
    "signer_lost": "a sign-off no longer counted at the last moment",
    "signer_unknown": "Slack did not confirm a signer in time",
    "author_unknown": "an author is not known",
    "wrong_branch": "its branch may not go there",
}
"""Why a request or a start was called off; by the codes that handlers/ keeps with the step."""


def called_off(why: str) -> str:
    """Say why a start was called off."""
    return CALLED_OFF.get(why, "not everything was open any more")


def _sign_off_missing(scope: Scope) -> str:
    missing = int(scope["missing"] or 1)
    some = "" if missing == 1 else f"{missing} more of "
    return scope.say("{team} have to sign off: " + some + "{people}.")


def _locked(scope: Scope) -> str:
    return scope.say(
        "{environment} is locked by {by:user}{until:until}{reason:because}. {people} can unlock it."
    )


def _turn(scope: Scope) -> str:
    """Say what stands in the way; where that may be gone in a moment, what is true either way."""
    if not may_be_replaced(scope):
        return scope.say("{release} waits for {environment}: " + in_the_way(scope) + ". Place {place}.")
    if scope["place"] == "1":
        holds = "{release} is next in {environment}: {holder} holds it now; "
        return scope.say(
            holds + "if nobody is testing or has signed {holder}, {release} replaces it right away."
        )
    holds = "{release} waits for {environment}: {holder} holds it now; "
    return scope.say(holds + "older releases that nobody is testing or has signed make room right away.")


def _author_unknown(scope: Scope) -> str:
    several = ", " in scope["authors"]
    return scope.say(
        "Nobody knows who {authors:long} "
        + ("are" if several else "is")
        + ". Add them to people in shiproom.yml, or {people} can waive it: /release waive."
    )


def _not_asked(scope: Scope) -> str:
    after = f" Ask again, because {called_off(scope['after'])}." if scope["after"] else ""
    return scope.say("{people} can start {environment}.") + after


def _failed(scope: Scope) -> str:
    return scope.say("It failed in {environment}{detail:detail}. {people} can retry or cancel it.")


def _running(scope: Scope) -> str:
    most = f",{until(scope.until, scope.names)} at most" if scope.until is not None else ""
    return scope.say("It goes to {environment} now") + most + "."


REASONS: dict[str, Sentence] = {
    "sign_off_missing": _sign_off_missing,
    "signer_unknown": "Slack has yet to confirm {user:user}, who signed for {team}; asked again in half a minute.",
    "signer_lost": "{user:user} may no longer sign for {team}: that sign-off does not count.",
    "author_unknown": _author_unknown,
    "wrong_branch": "Only builds of {branches} may go there, and this one is of {branch}. Nobody can let it pass.",
    "locked": _locked,
    "turn": _turn,
    "not_asked": _not_asked,
    "about_to_start": "Nothing holds it up: {environment} starts now.",
    "being_sent": "It goes to {environment} now.",
    "sent": "It goes to {environment} now.",
    "running": _running,
    "cancelling": "It is being stopped in {environment}; operators are asked if that takes too long.",
    "searching": 'CI "{ci}" gave no clear answer. Its run is searched for{until:until}; after that {people} can say how it '
    "ended.",
    "unknown": "Nobody knows whether {environment} was deployed. {people} can look and say how it ended.",
    "failed": _failed,
}
