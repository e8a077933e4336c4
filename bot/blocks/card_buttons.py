"""Renders the buttons of a card: at most three, and only those that apply now.

Each button stands for a command line.
"""

from collections.abc import Callable, Iterator
from itertools import islice

from bot.blocks.block_kit import Button, Dialog, button, dialog
from bot.blocks.card_view import CardView
from bot.blocks.text import plain
from bot.blocks.values import encode, typeable
from handlers.environment_precondition import rollback_precondition
from handlers.gates.sign_off import SignOffRule
from handlers.release import ReleaseState
from handlers.rights import current_precondition
from handlers.step import StepState

MAX_BUTTONS = 3


def card_buttons(view: CardView) -> list[Button]:
    """Return the buttons of a card; none for a release that has ended."""
    offered = _BUTTONS.get(view.release.state)
    return [*islice(offered(view), MAX_BUTTONS)] if offered is not None else []


def _waiting(view: CardView) -> Iterator[Button]:
    if view.step.state is StepState.WAITING:
        yield from _open_step(view)
    yield _cancel(view)


def _open_step(view: CardView) -> Iterator[Button]:
    rules = [rule for rule in view.release.rules(view.step) if rule.team in view.missing and not view.barred]
    for rule in rules[:2]:
        yield _sign_off(view, rule)
    if rules and not view.step.testing and not view.step.unspent:
        yield _plain_button(view, "Start testing", "testing")
    if not view.waits_for and not view.step.requested and not view.barred:
        yield _release_to(view)
    if view.release.rules(view.step):
        yield _plain_button(view, "Reject", "reject", style="danger")


def _sign_off(view: CardView, rule: SignOffRule) -> Button:
    team = plain(rule.team, 40)
    line = f"approve r{view.release.number} as {rule.team}"
    return button(
        f"Sign off for {team}",
        f"approve:{rule.team}",
        _value(view, line),
        style="primary",
        ask=None if rule.checklist else _ask_sign_off(view, team),
    )


def _ask_sign_off(view: CardView, team: str) -> Dialog:
    build, where = view.release.build, plain(view.step.environment, 40)
    what = f"{plain(view.release.service, 40)} {plain(build.version, 40)} ({build.sha[:7]}) for {where}"
    if view.starts_after_sign_offs:
        what += f": {where} starts as soon as the last sign-off is in"
    return dialog(f"Sign off for {team}?", f"{what}.", "Sign off")


def _release_to(view: CardView) -> Button:
    where, release = view.step.environment, view.release
    value = _value(view, f"{release.service}@r{release.number} to {where}")
    return button(f"Release to {plain(where, 40)}", f"journey:{where}", value, style="primary")


def _cancel(view: CardView) -> Button:
    release = view.release
    what = f"{plain(release.service, 40)} {plain(release.build.version, 40)}"
    ask = dialog(
        f"Cancel r{release.number}?",
        f"The release of {what} ends. What is being deployed is stopped first.",
        f"Cancel r{release.number}",
        "Let it go on",
    )
    return _plain_button(view, "Cancel", "cancel", ask=ask)


def _running(view: CardView) -> Iterator[Button]:
    cancel = view.step.cancel
    if cancel is None or cancel.code != "asked":
        yield _cancel(view)


def _failed(view: CardView) -> Iterator[Button]:
    if not view.barred:
        yield from _try_again(view)
    yield _cancel(view)


def _try_again(view: CardView) -> Iterator[Button]:
    target, step, release = view.roll_back_to, view.step, view.release
    if target is not None and step.may_have_deployed:
        where = step.environment
        named = f" to {target.version}" if typeable(target.version) else ""
        value = encode(
            f"rollback {release.service} to {where}{named}",
            rollback_precondition(target, view.environment_state),
        )
        yield button(f"Roll back to {plain(target.version, 40)}", f"rollback:{where}", value, style="danger")
    where = plain(step.environment, 40)
    retried = (
        f"{plain(release.service, 40)} {plain(release.build.version, 40)} is deployed to {where} once more."
    )
    if step.signed:
        retried += " The sign-offs it had count again."
    ask = dialog(f"Retry r{release.number}?", retried, "Retry")
    yield _plain_button(view, "Retry", "retry", ask=ask)


def _unknown(view: CardView) -> Iterator[Button]:
    number, where = view.release.number, plain(view.step.environment, 40)
    version = plain(view.release.build.version, 40)
    ask = dialog("It was deployed?", f"You have looked, and {version} is in {where}.", "It was deployed")
    deployed = _value(view, f"settle r{number} deployed")
    yield button("It was deployed", "settle:deployed", deployed, ask=ask)
    not_deployed = _value(view, f"settle r{number} not-deployed")
    yield button("It was not deployed", "settle:not-deployed", not_deployed)
    yield from _running(view)


def _plain_button(
    view: CardView, label: str, command: str, *, style: str = "", ask: Dialog | None = None
) -> Button:
    value = _value(view, f"{command} r{view.release.number}")
    return button(label, command, value, style=style, ask=ask)


def _value(view: CardView, line: str) -> str:
    return encode(line, current_precondition(view.release))


_BUTTONS: dict[ReleaseState, Callable[[CardView], Iterator[Button]]] = {
    ReleaseState.WAITING: _waiting,
    ReleaseState.DEPLOYING: _running,
    ReleaseState.CANCELLING: _running,
    ReleaseState.UNKNOWN: _unknown,
    ReleaseState.FAILED: _failed,
}
