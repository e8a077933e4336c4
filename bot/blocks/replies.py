"""Renders replies to one person: refusals, usage errors and confirmations."""

from collections.abc import Sequence

from bot.blocks.block_kit import MESSAGE_TEXT, Block, Message, actions, button, dialog, message
from bot.blocks.fitting import fitted
from bot.blocks.names import Names
from bot.blocks.offers import Candidate, Found, Suggested, offer_buttons
from bot.blocks.paragraphs import paragraph, paragraphs, said
from bot.blocks.text import escape, plain
from bot.blocks.values import encode, typeable
from bot.blocks.waits import Waiting, wait_lines
from bot.blocks.words import REFUSALS, REPLIES, RenderContext, usage_error_lines
from bot.blocks.words.usage_errors import unknown_word
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.events import Precondition
from handlers.outcome import Refusal, Reply
from handlers.people import Directory
from handlers.requests import UsageError


def form_behind(line: str) -> Message:
    """Return a button that opens the form of a line that was typed in a message."""
    buttons = offer_buttons([Suggested(line, "Open the form")])
    typed = "" if buttons else f" Type it as a command: /release {escape(line, 300)}"
    return said(f"That takes a form, which a message cannot open.{typed}", *buttons)


def refused(
    refusal: Refusal, names: Names, directory: Directory, owners: tuple[str, ...] = (), actor: str = ""
) -> Message:
    """Return a refusal for `actor`: why, who can do it, and how to join them.

    `owners` are the service's operator teams. A build that skipped an environment gets a button for the missing one, what is
    live already one to deploy it again, what is too late to hold one to cancel it, a line that is `offered` one that says it.
    """
    line = refusal_line(refusal, names, directory, owners, actor)
    return said(line, *_BUTTONS.get(refusal.code, _confirm)(refusal))


def refusal_line(
    refusal: Refusal, names: Names, directory: Directory, owners: tuple[str, ...] = (), actor: str = ""
) -> str:
    """Return a refusal as one sentence, for a modal or the response to a claim."""
    person = directory.person_of(actor)
    same = frozenset(
        user
        for team in directory.teams.values()
        for user in team.members
        if directory.person_of(user) == person
    )
    context = RenderContext(refusal.values, names, directory, refusal.who, owners, excluded=same)
    return context.render(REFUSALS[refusal.code])


def _missing_environment(refusal: Refusal) -> list[Block]:
    """Return a button for the environment that is missing, and one for an emergency that may pass over it.

    Their lines name all that they show, version and environment.
    """
    service, version = refusal.values.get("service", ""), refusal.values.get("version", "")
    missing = refusal.values.get("missing", "")
    if not missing or not typeable(version):
        return []
    line = f"{service}@{version} to {missing}" if service else f"{version} to {missing}"
    label = f"Release to {plain(missing, 40)}"
    go_there = button(label, f"journey:{missing}", encode(line, None), style="primary")
    return [actions(go_there, *_emergency(refusal))]


def _emergency(refusal: Refusal) -> list[Block]:
    """Return a button for an emergency, where that passes over what is refused; its form asks for the reason."""
    service, version, where = (refusal.values.get(name, "") for name in ("service", "version", "environment"))
    if not refusal.values.get("emergency") or not typeable(version):
        return []
    line = encode(f"emergency {service}@{version} to {where}", None)
    return [button(f"Emergency in {plain(where, 40)}", f"emergency:{where}", line, style="danger")]


def _other_branch(refusal: Refusal) -> list[Block]:
    urgent = _emergency(refusal)
    return [actions(*urgent)] if urgent else []


def _deploy_again(refusal: Refusal) -> list[Block]:
    """Return a button to deploy what is live once more; it does nothing if something else is live there by then."""
    values = refusal.values
    version, first, fingerprint = (values.get(name, "") for name in ("version", "first", "fingerprint"))
    if values.get("everywhere") != "yes" or not typeable(version):
        return []
    line = f"{values.get('service', '')}@{version} to {first} again"
    bound = EnvironmentPrecondition(first, fingerprint, fingerprint)
    label = f"Deploy {plain(version, 24)} again"
    what = f"{plain(values.get('service', ''), 40)} {plain(version, 40)}"
    told = f"{what} lies everywhere already. A new release deploys it in each environment, {plain(first, 40)} first."
    ask = dialog(f"{label}?", f"{told} What was signed before does not count for it.", "Deploy again")
    return [actions(button(label, f"journey:{first}", encode(line, bound), ask=ask))]


def _cancel_instead(refusal: Refusal) -> list[Block]:
    """Return a button to cancel what cannot be held any more, bound to the attempt that it is about."""
    values = refusal.values
    number, where = values["release"], plain(values["environment"], 40)
    bound = Precondition(values["environment"], int(values["attempt"]), values["fingerprint"])
    told = f"What is being deployed to {where} is stopped, and the release ends."
    ask = dialog(f"Cancel {number}?", told, f"Cancel {number}", "Let it go on")
    return [
        actions(
            button(f"Cancel {number}", "cancel", encode(f"cancel {number}", bound), style="danger", ask=ask)
        )
    ]


def _confirm(refusal: Refusal) -> list[Block]:
    """Return a button for the line that a refusal offers; its question repeats what stands behind the command."""
    line = refusal.values.get("offered", "")
    words = line.split()
    if not words or not all(typeable(part) for word in words for part in word.split("=")):
        return []
    said = plain(" ".join(words[1:]), 200)
    ask = dialog("Have you looked?", f"You say: {said}.", "Yes, so it is")
    return [actions(button("Say this", words[0], encode(line, None), ask=ask))]


_BUTTONS = {
    "skipped_environment": _missing_environment,
    "live_already": _deploy_again,
    "too_late_to_hold": _cancel_instead,
    "wrong_branch": _other_branch,
}


def usage_error(wrong: UsageError, offered: Sequence[Suggested] = ()) -> Message:
    """Return what could not be parsed, what was probably meant, with a button for it, and the usage."""
    lines = usage_error_lines(wrong)
    return message(
        fitted(" ".join(lines), MESSAGE_TEXT), paragraph("\n".join(lines)), *offer_buttons(offered)
    )


def which_release(wrong: UsageError, found: Found, instead_of: str = "") -> Message:
    """Return the open releases that may be meant; those that the person can do it to stand first.

    `instead_of` is the word that was typed for the command.
    """
    every = usage_error_lines(wrong)
    first, usage = [*([unknown_word(instead_of)] if instead_of else []), every[0]], every[-1]
    named = [_candidate(each) for each in found.candidates]
    of = f" of {escape(found.service, 40)}" if found.service else ""
    none = f"No release{of} is open now."
    if found.about:
        none = f"No open release{of} is {escape(found.about, 80)}. /release status shows what is open."
    lines = [*first, *(named or [none]), usage]
    text = fitted(" ".join([*first, *(named[:1] or [none]), usage]), MESSAGE_TEXT)
    return message(text, *paragraphs(lines), *offer_buttons(found.offered))


def _candidate(candidate: Candidate) -> str:
    release = candidate.release
    what = f"r{release.number} {escape(release.service, 40)} {escape(release.build.version, 40)}"
    where = escape(release.step.environment, 40)
    if candidate.able:
        return f"{what} for {where}: /release {escape(candidate.line, 200)}"
    return f"{what} for {where}: not by you, or not now; see /release why r{release.number}"


def replied(reply: Reply, waiting: Waiting | None, names: Names, directory: Directory) -> Message:
    """Return a confirmation, with everything that the release waits for now."""
    line = RenderContext(reply.values, names, directory).render(REPLIES[reply.code])
    waits = wait_lines(waiting, names, directory) if waiting is not None else []
    if waiting is not None and len(waits) > 1:
        waits = [f"r{waiting.release.number} waits for:", *(f"• {wait}" for wait in waits)]
    return message(fitted(line, MESSAGE_TEXT), *paragraphs([line, *waits]), *_let_another(reply))


def _let_another(reply: Reply) -> list[Block]:
    """Return a button to ask somebody else to stand for a release that too few can sign because of who started it."""
    values = reply.values
    if not values.get("short_of"):
        return []
    number = values["release"]
    bound = Precondition(values["step"], int(values["attempt"]), values["fingerprint"])
    label = "Let somebody else start it"
    told = f"Who may start releases is asked to stand for {number}. You may sign it off then."
    ask = dialog(f"{label}?", told, "Ask them")
    return [actions(button(label, "offer", encode(f"offer {number}", bound), ask=ask))]


def not_confirmed_yet() -> Message:
    """Return the reply after two seconds without an outcome (G4)."""
    line = "Not confirmed yet: it is taking longer than usual. The outcome follows here."
    return said(line)


def broken(reference: str) -> Message:
    """Return the reply to an internal error, with a reference to search the log for."""
    line = f"Something went wrong in Shiproom, and nothing was confirmed. Try again. Reference: {plain(reference, 60)}"
    return said(line)


def database_away() -> Message:
    """Return the reply while the database does not answer, or has no connection left."""
    line = "Shiproom's database does not answer now. Nothing was changed. Try again in a minute."
    return said(line)


def not_deciding(why: str) -> Message:
    """Return the reply of a bot that cannot use the policy in force."""
    line = f"Nothing is decided here now, and nothing was changed: {plain(why, 600)}."
    return said(line)


def form_not_opened(why: str) -> Message:
    """Return the reply when Slack did not open a form; `why` is what it refuses, if that is known."""
    line = "Slack did not open the form in time. Try again, or type the whole command; `/release help` shows how."
    line = f"{line} {escape(why, 400)}".strip()
    return said(line)
