"""Offers what people can do with a release now: what is wanted first, Reject always, the rest in a menu.

Each offer stands for a command line. What is irreversible or touches a protected environment asks first, with what goes from
which version to which.
"""

from collections.abc import Callable, Iterator
from typing import TypeAlias

from bot.blocks.block_kit import OPTION_VALUE, Dialog, dialog
from bot.blocks.card_holds import go_on, hold
from bot.blocks.card_view import CardView
from bot.blocks.message_actions import Offer, Offers
from bot.blocks.names import ordinal
from bot.blocks.start_again import start_again
from bot.blocks.testers import are_testing
from bot.blocks.text import plain, visible
from bot.blocks.values import encode, typeable
from handlers.environment_precondition import rollback_precondition, start_precondition
from handlers.release import Kind, ReleaseState
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from handlers.step import StepState

MAX_BUTTONS = 3
MOST_SIGN_OFFS = 3
"""How many teams have a button or an entry at most; the others type it."""

Split: TypeAlias = tuple[list[Offer], list[Offer]]
"""What has a button, and what stands in the menu."""


def card_offers(view: CardView) -> Offers:
    """Return what a card offers; one of a release that has ended has a menu at most."""
    ended = _AFTER_THE_END.get(view.release.state)
    if view.release.ended:
        review = [_offer(view, "Review", "review")] if view.review is not None else []
        return Offers((), [*review, *(ended(view) if ended is not None else ())])
    buttons, menu = _OFFERED[view.release.state](view)
    return Offers(buttons, [*menu, _offer(view, "Why?", "why")])


def _waiting(view: CardView) -> Split:
    """Offer to let go on what is held, and to hold everything else but a rollback."""
    buttons, menu = _unheld(view)
    if view.barred or view.rolls_back:
        return buttons, menu
    if view.hold is None:
        return buttons, [*menu, hold(view)]
    later = buttons[1:-1] if len(buttons) == MAX_BUTTONS else []
    return [go_on(view), *(each for each in buttons if each not in later)], [*later, *menu]


def _unheld(view: CardView) -> Split:
    """Offer what is wanted, with Reject beside it; Cancel has a button only where there is nothing to sign."""
    rejectable = view.is_signed or (
        view.release.rejecting_teams(view.step) and not view.release.rules(view.step)
    )
    if view.step.state is not StepState.WAITING or not rejectable:
        start = [_release_to(view)] if _can_start(view) else []
        return [*start, _cancel(view)], []
    wanted, later = _wanted(view)
    reject = _offer(view, "Reject", "reject", style="danger")
    return [*wanted, reject], [*later, _cancel(view), *_emergency(view)]


def _emergency(view: CardView) -> Iterator[Offer]:
    """Offer the emergency lane of where a normal release goes; its form says what it passes, and asks why."""
    release, where = view.release, view.step.environment
    version = release.build.version
    urgent = release.kind is Kind.NORMAL and release.environment.takes_urgent(release.build.branch)
    if urgent and typeable(version):
        shown = start_precondition(release.build, view.environment_state)
        value = encode(f"emergency {release.service}@{version} to {where}", shown)
        yield Offer(f"Emergency in {plain(where, 40)}", f"emergency:{where}", value)


def _wanted(view: CardView) -> Split:
    """Return what is wanted next, and what may be done beside it."""
    if _can_start(view):
        return [_release_to(view)], []
    asked = view.missing if view.blocking is None else ()
    rules = [rule for rule in view.release.rules(view.step) if rule.team in asked]
    fresh = bool(rules) and not view.step.testing and not view.step.unspent
    signing = [
        _sign_off(view, rule, first=not fresh and place == 0)
        for place, rule in enumerate(rules[:MOST_SIGN_OFFS])
    ]
    if fresh:
        both = [_offer(view, "Start testing", "testing", style="primary"), *signing]
        return both[: MAX_BUTTONS - 1], both[MAX_BUTTONS - 1 :]
    testing = [] if view.step.testing or not rules else [_offer(view, "Start testing", "testing")]
    return signing[: MAX_BUTTONS - 1], [*signing[MAX_BUTTONS - 1 :], *testing]


def _can_start(view: CardView) -> bool:
    waiting = view.step.state is StepState.WAITING and not view.step.requested
    return waiting and not view.waits_for and not view.barred


def _sign_off(view: CardView, rule: SignOffRule, *, first: bool) -> Offer:
    team = plain(rule.team, 40)
    return Offer(
        f"Sign off for {team}",
        f"approve:{rule.team}",
        _value(view, f"approve r{view.release.number} as {rule.team}"),
        "primary" if first else "",
        None if rule.checklist else _ask_sign_off(view, team),
    )


def _ask_sign_off(view: CardView, team: str) -> Dialog:
    build, where = view.release.build, plain(view.step.environment, 40)
    what = f"{plain(view.release.service, 40)} {plain(build.version, 40)} ({build.sha[:7]}) for {where}"
    replaces = f", which has {plain(view.since, 40)} now" if view.since else ""
    if view.starts_after_sign_offs:
        replaces += f": {where} starts as soon as the last sign-off is in"
    return dialog(f"Sign off for {team}?", f"{what}{replaces}.", "Sign off")


def _release_to(view: CardView) -> Offer:
    where, release = view.step.environment, view.release
    value = _value(view, f"{release.service}@r{release.number} to {where}")
    ask = None
    if release.environment.protected:
        goes = f"{_from_to(view)} It starts at once."
        ask = dialog(f"Release r{release.number} to {plain(where, 40)}?", goes, "Release")
    return Offer(f"Release to {plain(where, 40)}", f"journey:{where}", value, "primary", ask)


def _from_to(view: CardView) -> str:
    """Return from which version an environment goes to which one."""
    build, where = view.release.build, plain(view.step.environment, 40)
    before = f" from {plain(view.since, 40)}" if view.since else ""
    return f"{where} goes{before} to {plain(build.version, 40)} ({build.sha[:7]})."


def _cancel(view: CardView) -> Offer:
    release = view.release
    number = f"r{release.number}"
    ends = f"The release of {plain(release.service, 40)} {plain(release.build.version, 40)} ends."
    ask = dialog(
        f"Cancel {number}?", f"{ends} {_what_cancel_means(view)}".rstrip(), f"Cancel {number}", "Let it go on"
    )
    return _offer(view, "Cancel", "cancel", ask=ask)


def _what_cancel_means(view: CardView) -> str:
    """Return what else happens: to a run, to those who work on it, to the environment."""
    step, where = view.step, plain(view.step.environment, 40)
    if step.in_flight:
        return "What is being deployed is stopped first."
    if step.state is StepState.FAILED and step.may_have_deployed:
        return f"{where} is open to other releases then, and may have a part of it."
    testing = are_testing(step, view.names)
    if testing:
        return plain(visible(f"{testing} testing it."), 120)
    return "Its sign-offs lapse." if step.unspent else ""


def _running(view: CardView) -> Split:
    cancel = view.step.cancel
    return ([_cancel(view)] if cancel is None or cancel.code != "asked" else []), []


def _failed(view: CardView) -> Split:
    step = view.step
    back = [*_roll_back(view)] if step.may_have_deployed and not view.barred else []
    retry = [] if view.barred else [_retry(view)]
    # After a rollback that failed, the last success is the very build that was to be taken away.
    wanted, later = (retry, back) if view.rolls_back else ([*back, *retry], [])
    there = step.holding or not view.environment_state.went_on_since(step.ended_at)
    settling = [*later, *([_was_deployed(view)] if there else [])]
    settling += [_was_not_deployed(view)] if step.may_have_deployed else []
    if len(wanted) < MAX_BUTTONS - 1:
        return [*wanted, _cancel(view)], settling
    return wanted, [*settling, _cancel(view)]


def _roll_back(view: CardView) -> Iterator[Offer]:
    target, where = view.roll_back_to, view.step.environment
    if target is None:
        return
    precondition = rollback_precondition(target, view.environment_state)
    line = f"rollback {view.release.service} to {where}"
    value = encode(line, precondition)
    if typeable(target.version):
        named = encode(f"{line} to {target.version}", precondition)
        # Both mean this very build; the short one still fits a menu.
        value = named if len(named) <= OPTION_VALUE else value
    yield Offer(f"Roll back to {plain(target.version, 40)}", f"rollback:{where}", value, "danger")


def _retry(view: CardView) -> Offer:
    step, release = view.step, view.release
    where, version = plain(step.environment, 40), plain(release.build.version, 40)
    retried = f"{plain(release.service, 40)} {version} is deployed to {where} once more ({ordinal(view.tries + 1)} try)."
    if step.signed:
        retried += " The sign-offs it had count again."
    return _offer(view, "Retry", "retry", ask=dialog(f"Retry r{release.number}?", retried, "Retry"))


def _was_deployed(view: CardView) -> Offer:
    number, where = view.release.number, plain(view.step.environment, 40)
    instead = (
        f", in place of {plain(view.since, 40)}" if view.since not in {"", view.release.build.version} else ""
    )
    looked = f"You have looked, and {plain(view.release.build.version, 40)} is in {where}{instead}."
    ask = dialog("It was deployed?", looked, "It was deployed")
    return Offer("It was deployed", "settle:deployed", _value(view, f"settle r{number} deployed"), ask=ask)


def _was_not_deployed(view: CardView) -> Offer:
    value = _value(view, f"settle r{view.release.number} not-deployed")
    return Offer("It was not deployed", "settle:not-deployed", value)


def _unknown(view: CardView) -> Split:
    return [_was_deployed(view), _was_not_deployed(view)], _running(view)[0]


def _after_live(view: CardView) -> Iterator[Offer]:
    """Offer the way back while this release is what is live there."""
    if view.is_live and not view.rolls_back and view.step.state is StepState.SUCCEEDED:
        yield from _roll_back(view)


def _offer(view: CardView, label: str, command: str, *, style: str = "", ask: Dialog | None = None) -> Offer:
    return Offer(label, command, _value(view, f"{command} r{view.release.number}"), style, ask)


def _value(view: CardView, line: str) -> str:
    return encode(line, current_precondition(view.release))


_OFFERED: dict[ReleaseState, Callable[[CardView], Split]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _running,
    ReleaseState.CANCELLING: _running,
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: _failed,
}
_AFTER_THE_END: dict[ReleaseState, Callable[[CardView], Iterator[Offer]]] = {
    ReleaseState.DONE: _after_live,
    ReleaseState.REJECTED: start_again,
}
