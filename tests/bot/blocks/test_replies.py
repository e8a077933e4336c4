"""What one person is told: refusals with who can and how one gets in, what a release waits for, and lists."""

from dataclasses import replace

import pytest

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.values import decode
from bot.blocks.waits import Waiting, wait_lines
from bot.blocks.words.help import help as help_message
from handlers.actions import COMMANDS, read_command
from handlers.actions.unlock import UnlockRequest
from handlers.command_parsing import CommandContext
from handlers.outcome import Refusal, Reply
from handlers.release import ReleaseState
from handlers.requests import StartForm, UsageError
from handlers.step import StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import (
    ANDY,
    DIRECTORY,
    NAMES,
    TIM,
    ago,
    ended,
    release,
    states,
    under_way,
    view,
)

STATES = states()
HOLDER = release(under_way(StepState.RUNNING), number=41)
SKIPPED = {"environment": "production", "missing": "staging", "version": "2.4.1", "service": "website"}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            Refusal("not_in_team", {"action": "approve"}, ("testers",)),
            "Only testers can sign this off (Amita). Ask Tim to be added to the team testers in shiproom.yml.",
        ),
        (
            Refusal("not_in_team", {"action": "approve", "release": "r42"}, ("testers",)),
            "Only testers can sign r42 off (Amita). Ask Tim to be added to the team testers in shiproom.yml.",
        ),
        (
            Refusal("not_in_team", {"action": "start"}, ("developers", "ops")),
            (
                "Only developers or ops can start a release (Andy, Mara or Tim). Ask Tim to be added to one of these teams "
                "in shiproom.yml."
            ),
        ),
        (Refusal("not_in_team", {"action": "lock"}), "Nobody can lock here."),
        (
            Refusal("reason_needed", {"action": "reject"}),
            "Please say why; the reason is kept. For example: /release reject r42 log in is broken",
        ),
        (
            Refusal("reason_needed", {"action": "lock"}),
            "Please say why; the reason is kept. For example: /release lock production for 2h database upgrade",
        ),
        (
            Refusal(
                "finished",
                {"release": "r42", "state": "superseded", "by": "r43", "replaced_by": "r43"},
                ("developers", "ops"),
            ),
            "r42 has ended: r43 took its place. Nothing was changed. A new release can be started by developers or ops.",
        ),
        (
            Refusal("which_team", {"teams": "testers, ops"}),
            "You are in testers and ops. Say for which one you sign, for example: as testers",
        ),
    ],
)
def test_refused(refusal: Refusal, said: str) -> None:
    message = replies.refused(refusal, NAMES, DIRECTORY, ("ops",))
    assert accepted(message)
    assert message.text == spoken(message.blocks) == said
    assert replies.refusal_line(refusal, NAMES, DIRECTORY, ("ops",)) == said


@pytest.mark.parametrize(
    ("values", "line"),
    [
        (SKIPPED, "website@2.4.1 to staging"),
        ({**SKIPPED, "service": ""}, "2.4.1 to staging"),
        ({**SKIPPED, "version": "2.4 beta"}, ""),
        ({**SKIPPED, "missing": ""}, ""),
    ],
)
def test_a_skipped_environment_has_a_button(values: dict[str, str], line: str) -> None:
    message = replies.refused(Refusal("skipped_environment", values), NAMES, DIRECTORY)
    shown = [decode(button["value"])[0] for block in message.blocks[1:] for button in block["elements"]]
    assert shown == ([line] if line else [])


def test_nobody_is_named_who_may_not() -> None:
    own = Refusal("requester_may_not_sign", {"release": "r42", "team": "developers"}, ("developers",))
    told = replies.refused(own, NAMES, DIRECTORY, ("ops",), ANDY).text
    assert (
        told == "You started r42, or stand for it, so somebody else has to sign it off for developers: Mara."
    )
    alone = replace(own, values={"release": "r42", "team": "ops"}, who=("ops",))
    assert replies.refused(alone, NAMES, DIRECTORY, ("ops",), TIM).text.endswith(" for ops: nobody yet.")
    shown = view(replace(STATES["step waiting"].release, requesters=(TIM,)))
    assert "ops have to sign off: nobody yet." in "\n".join(wait_lines(shown.waiting, NAMES, DIRECTORY))
    assert "ops: nobody can sign yet" in spoken(card(shown).blocks)


def test_replied_with_what_it_waits_for() -> None:
    view = STATES["step waiting"]
    reply = Reply("signed", {"release": "r42", "team": "ops", "environment": "production"})
    message = replies.replied(reply, view.waiting, NAMES, DIRECTORY)
    assert accepted(message)
    assert spoken(message.blocks).splitlines()[1:] == [
        "r42 waits for:",
        "• testers have to sign off: Amita.",
        "• ops have to sign off: Tim.",
        "• Andy, Mara or Tim can start production.",
    ]


def test_replied_with_the_one_thing_that_it_waits_for() -> None:
    waiting = replace(STATES["in line"], holder=HOLDER).waiting
    reply = Reply("asked", {"release": "r42", "environment": "production"})
    assert spoken(replies.replied(reply, waiting, NAMES, DIRECTORY).blocks).splitlines() == [
        "r42 is requested for production.",
        "r42 waits for production: r41 is being deployed. It is second in line.",
    ]


@pytest.mark.parametrize("waiting", [None, Waiting(ended(ReleaseState.REJECTED, TIM), ())])
def test_replied_without_more(waiting: Waiting | None) -> None:
    message = replies.replied(Reply("rejected", {"release": "r42"}), waiting, NAMES, DIRECTORY)
    assert message.text == spoken(message.blocks) == "r42 is rejected and has ended."


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"environment": "staging, production"},
            (
                "staging and production of website are locked without an end. "
                "Rollbacks still pass. To open: /release unlock website staging and production"
            ),
        ),
        (
            {"environment": "production", "until": ago(-60).isoformat()},
            (
                "production of website is locked until Tue 3 Nov 2026 11:20 CET. "
                "Rollbacks still pass. To open: "
                "/release unlock website production"
            ),
        ),
    ],
)
def test_a_lock_is_answered_with_what_opens_it(values: dict[str, str], said: str) -> None:
    reply = Reply("locked", {**values, "service": "website"})
    assert replies.replied(reply, None, NAMES, DIRECTORY).text == said
    line = said.partition("/release ")[2]
    requested = read_command(
        line, CommandContext(TIM, {"website": ("staging", "production"), "shop": ("staging",)})
    )
    assert isinstance(requested, UnlockRequest)


@pytest.mark.parametrize(
    ("live", "said"),
    [
        ("1.0.5", "Production may be part 1.0.6, part 1.0.5: /release rollback production."),
        ("", "A part of 1.0.6 may be in production."),
    ],
)
def test_a_failed_release_that_is_cancelled_says_what_it_left(live: str, said: str) -> None:
    values = {"release": "r7", "environment": "production", "part": "1.0.6", "live": live}
    text = replies.replied(Reply("cancelled_in_part", values), None, NAMES, DIRECTORY).text
    assert text == f"r7 is cancelled. {said}"


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("succeeded", "r1 (website 1.0.1) is in staging already."),
        ("granted", "r1 (website 1.0.1) is on its way to staging already."),
        ("failed", "r1 (website 1.0.1) failed in staging; /release why r1 names who can try it again."),
    ],
)
def test_what_is_there_is_not_asked_for_again(state: str, said: str) -> None:
    values = {"release": "r1", "service": "website", "version": "1.0.1", "environment": "staging"}
    reply = Reply("already_there", {**values, "state": state})
    assert replies.replied(reply, None, NAMES, DIRECTORY).text == said


def test_help_shows_every_word_and_what_it_shows_can_be_typed() -> None:
    shown = spoken(help_message().blocks).splitlines()
    context = CommandContext(TIM, {"website": ("staging", "production")})
    assert len(shown) == len(COMMANDS) + 1
    for line in shown:
        requested = read_command(line.split("  ")[0].removeprefix("/release"), context)
        assert not isinstance(requested, UsageError)
        assert isinstance(requested, StartForm) is (line == shown[0])


@pytest.mark.parametrize("message", [replies.not_confirmed_yet(), replies.broken("ab12"), help_message()])
def test_others_are_taken(message: Message) -> None:
    assert accepted(message)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({}, "production of website is open again."),
        (
            {"again": "r3 to production, r7 to production", "signed": "r5 to production, r6 to production"},
            (
                "production of website is open again. r3 and r7 have to be requested again: /release r3 to production and "
                "/release r7 to production. r5 and r6 go on with their last sign-offs."
            ),
        ),
        ({"alone": "r8 to production"}, "production of website is open again. r8 goes on by itself."),
        (
            {"alone": "r8 to staging, r9 to staging", "signed": "r5 to production"},
            "production of website is open again. r5 goes on with its last sign-off. r8 and r9 go on by themselves.",
        ),
        (
            {"many": "21"},
            (
                "production of website is open again. What waited only for the lock of a protected environment has to be "
                "requested again; what was requested and still waits for sign-offs goes on with the last one."
            ),
        ),
        (
            {"services": "cart, website", "still": TIM},
            (
                "cart and website are open again, as far as you locked. Still locked by Tim. To lift these too: "
                "/release unlock everything all"
            ),
        ),
        ({"services": "cart, website"}, "cart and website are open again."),
    ],
)
def test_an_unlock_says_how_releases_go_on(values: dict[str, str], said: str) -> None:
    reply = Reply("unlocked", {"environment": "production", "service": "website", "by": TIM, **values})
    assert replies.replied(reply, None, NAMES, DIRECTORY).text == said
