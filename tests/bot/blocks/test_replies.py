"""What one person is told: refusals with who can and how one gets in, what a release waits for, and lists."""

from dataclasses import replace

import pytest

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.values import decode
from bot.blocks.waits import Waiting
from bot.blocks.words.builds import builds
from bot.blocks.words.help import help as help_message
from bot.blocks.words.status import status
from bot.blocks.words.where import where
from bot.blocks.words.whoami import WhoView, whoami
from bot.blocks.words.why import why
from handlers.actions import COMMANDS, read_command
from handlers.actions.unlock import UnlockRequest
from handlers.command_parsing import CommandContext
from handlers.environments import Lock, QueueEntry
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.release import ReleaseState
from handlers.requests import StartForm, UsageError
from handlers.step import StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import (
    ANDY,
    BUILD,
    DIRECTORY,
    NAMES,
    OLD,
    PLAN,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    states,
    under_way,
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
            "Please say why; the reason is kept with the release. For example: /release reject r42 log in is broken",
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
    assert told == "You started r42, so somebody else has to sign it off for developers: Mara."
    alone = replace(own, values={"release": "r42", "team": "ops"}, who=("ops",))
    assert replies.refused(alone, NAMES, DIRECTORY, ("ops",), TIM).text.endswith(" for ops: nobody yet.")
    view = STATES["step waiting"]
    by_tim = replace(view.release, requesters=(TIM,))
    shown = replace(view, release=by_tim)
    assert "ops have to sign off: nobody yet." in spoken(why([shown]).blocks)
    assert "ops: nobody yet, since 10:02" in spoken(card(shown).blocks)


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
                "Rollbacks still pass. To open: /release unlock everything"
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
    ("state", "said"),
    [
        ("succeeded", "r1 (website 1.0.1) is in staging already."),
        ("granted", "r1 (website 1.0.1) is on its way to staging already."),
        ("failed", "r1 (website 1.0.1) failed in staging: it can be tried again."),
    ],
)
def test_what_is_there_is_not_asked_for_again(state: str, said: str) -> None:
    values = {"release": "r1", "service": "website", "version": "1.0.1", "environment": "staging"}
    reply = Reply("already_there", {**values, "state": state})
    assert replies.replied(reply, None, NAMES, DIRECTORY).text == said


@pytest.mark.parametrize("name", STATES)
def test_why(name: str) -> None:
    view = STATES[name]
    message = why([view])
    assert accepted(message)
    lines = spoken(message.blocks).splitlines()
    assert "r42 website 2.4." in lines[0]
    assert len(lines) == 1 + max(len(view.reasons), 1)
    assert ("it has ended" in lines[-1]) is view.release.ended


def test_why_of_several() -> None:
    message = why([STATES["in line"], STATES["step running"]])
    assert message.text == "What r42 and r42 wait for"
    assert spoken(message.blocks).splitlines() == [
        "🟡 r42 website 2.4.1 · second in line for production",
        "• r42 waits for production: r41 holds it. It is second in line.",
        "🔵 r42 website 2.4.1 · deploying to production",
        "• It goes to production now, until 11:15 at most.",
    ]
    assert spoken(why([]).blocks) == "Nothing is going on."


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("step waiting", "🟡 r42 website 2.4.1 · waits for 2 sign-offs: sign-offs of testers and ops"),
        ("testing", "🟡 r42 website 2.4.1 · Amita is testing: a sign-off of testers"),
        ("ready", "🟡 r42 website 2.4.1 · ready for production: Andy, Mara or Tim can start it"),
        ("locked", "⏸️ r42 website 2.4.1 · production is locked: production is locked by Tim until 11:20"),
        ("in line", "🟡 r42 website 2.4.1 · second in line for production: r41 holds it"),
        ("step sent", "🔵 r42 website 2.4.1 · deploying to production"),
        (
            "step failed",
            "🔴 r42 website 2.4.1 · failed in production",
        ),
    ],
)
def test_status(name: str, line: str) -> None:
    message = status([STATES[name]])
    assert message.text == "1 release under way"
    assert spoken(message.blocks) == line


def test_nothing_is_going_on() -> None:
    assert spoken(status([]).blocks) == "Nothing is going on."


def test_a_long_status_is_cut_to_what_a_message_holds() -> None:
    view = STATES["locked"]
    message = status([view] * 2000)
    assert accepted(message)
    assert spoken(message.blocks).endswith("more lines")


def test_where() -> None:
    environments = {
        "staging": environment_state("staging", holder=42, failed=True),
        "production": environment_state(
            locks=(Lock(TIM, ago(9), "db", ago(-60)),), queue=(QueueEntry(40, ago(1)), QueueEntry(42, ago(2)))
        ),
    }
    assert spoken(where(PLAN, environments, NAMES).blocks).splitlines() == [
        "staging: 2.4.0 since 31 Oct 15:40 (r41), the last deployment failed, held by r42",
        'production: 2.4.0 since 31 Oct 15:40 (r41), free, in line: r40 and r42, locked by Tim until 11:20 "db"',
    ]
    assert "nothing yet, free" in spoken(where(PLAN, {}, NAMES).blocks)


def test_builds() -> None:
    message = builds([replace(BUILD, ready_at=ago(3)), OLD], NAMES)
    assert spoken(message.blocks) == "website 2.4.1 · main 4be1c9d · 10:17\nwebsite 2.4.0 · main 1f00d5e"
    assert spoken(builds([], NAMES).blocks) == "There is no build yet."


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (
            WhoView(
                TIM, Eligibility.YES, {"ops": Eligibility.YES, "testers": Eligibility.NOT_IN_TEAM}, (PLAN,)
            ),
            (
                "You are Tim (U0TIM), a full member of this workspace.\nYour teams: ops.\nwebsite: you may start releases and "
                "ask for next steps; sign off for production as ops; roll back, lock, settle, and cancel or retry anywhere."
            ),
        ),
        (
            WhoView("U0NEW", Eligibility.UNKNOWN, {"ops": Eligibility.UNKNOWN}, (PLAN,)),
            (
                "You are @U0NEW (U0NEW), an account that Slack has yet to confirm, so nothing counts right now.\n"
                "Whether you are in ops is not known: Slack cannot be asked now.\nwebsite: you may look."
            ),
        ),
        (
            WhoView("U0NEW", Eligibility.YES, {"ops": Eligibility.UNKNOWN}, (PLAN,), "Add a scope."),
            (
                "You are @U0NEW (U0NEW), a full member of this workspace.\n"
                "Whether you are in ops is not known: Slack cannot be asked now.\nAdd a scope.\nwebsite: you may look."
            ),
        ),
        (
            WhoView("U0NEW", Eligibility.YES, {"ops": Eligibility.NOT_IN_TEAM}, (PLAN,)),
            (
                "You are @U0NEW (U0NEW), a full member of this workspace.\n"
                "You are in no team of shiproom.yml.\nwebsite: you may look."
            ),
        ),
    ],
)
def test_whoami(view: WhoView, said: str) -> None:
    assert spoken(whoami(view, NAMES).blocks) == said


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
