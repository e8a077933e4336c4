"""What one person is told: refusals with who can and how one gets in, what a release waits for, and lists."""

from dataclasses import replace

import pytest

from bot.blocks import replies
from bot.blocks.card import card
from bot.blocks.lists import HistoryRow, WhoView
from bot.blocks.parts import Message
from bot.blocks.values import decode
from handlers.commands import COMMANDS, read_words
from handlers.commands.command import Scene
from handlers.ground import InLine, Lock
from handlers.outcome import Refusal, Reply
from handlers.people import Eligibility
from handlers.release import Release, ReleaseState
from handlers.wishes import Misread, StartForm
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
    ground,
    release,
    states,
)

STATES = states()
SKIPPED = {"environment": "production", "missing": "staging", "version": "2.4.1", "service": "website"}


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            Refusal("not_in_team", {"deed": "sign off"}, ("testers",)),
            "Only testers can sign this off (Amita). Ask Tim to be added to the team testers in shiproom.yml.",
        ),
        (
            Refusal("not_in_team", {"deed": "start"}, ("developers", "ops")),
            (
                "Only developers or ops can start a release (Andy, Mara or Tim). Ask Tim to be added to one of these teams "
                "in shiproom.yml."
            ),
        ),
        (Refusal("not_in_team", {"deed": "lock"}), "Nobody can lock here."),
        (
            Refusal("reason_needed", {"deed": "reject"}),
            "Please say why; the reason is kept with the release. For example: /release reject r42 log in is broken",
        ),
        (
            Refusal("finished", {"release": "r42", "state": "superseded", "by": "r43", "replaced_by": "r43"}),
            "r42 has ended: r43 took its place. Nothing was changed. Anybody who may start can start a new release.",
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
    lines = spoken(replies.why(by_tim, view.reasons, NAMES, DIRECTORY).blocks)
    assert "ops have to sign off: nobody yet." in lines
    assert "ops: nobody yet, since 10:02" in spoken(card(replace(view, release=by_tim)).blocks)


def test_replied_with_what_it_waits_for() -> None:
    view = STATES["step waiting"]
    reply = Reply("signed", {"release": "r42", "team": "ops", "environment": "production"})
    message = replies.replied(reply, view.release, view.reasons, NAMES, DIRECTORY)
    assert accepted(message)
    assert spoken(message.blocks).splitlines()[1:] == [
        "r42 waits for:",
        "• testers have to sign off: Amita.",
        "• ops have to sign off: Tim.",
        "• Andy, Mara or Tim can start production.",
    ]


@pytest.mark.parametrize("end", [None, ended(ReleaseState.REJECTED, TIM)])
def test_replied_without_more(end: Release | None) -> None:
    message = replies.replied(Reply("rejected", {"release": "r42"}), end, (), NAMES, DIRECTORY)
    assert message.text == spoken(message.blocks) == "r42 is rejected and has ended."


@pytest.mark.parametrize("name", STATES)
def test_why(name: str) -> None:
    view = STATES[name]
    message = replies.why(view.release, view.reasons, NAMES, DIRECTORY)
    assert accepted(message)
    lines = spoken(message.blocks).splitlines()
    assert lines[0].startswith("r42 website 2.4.")
    assert len(lines) == 1 + max(len(view.reasons), 1)
    assert ("it has ended" in lines[-1]) is view.release.ended


def test_status() -> None:
    view = STATES["in line"]
    message = replies.status([(view.release, view.reasons)], NAMES, DIRECTORY)
    assert message.text == "1 release under way"
    assert spoken(message.blocks).splitlines() == [
        "r42 website 2.4.1: waiting (production)",
        "• Number 2 in line for production: goes on when r41 leaves it.",
    ]
    assert spoken(replies.status([], NAMES, DIRECTORY).blocks) == "Nothing is going on."


def test_a_long_status_is_cut_to_what_a_message_holds() -> None:
    view = STATES["locked"]
    message = replies.status([(view.release, view.reasons * 5)] * 500, NAMES, DIRECTORY)
    assert accepted(message)
    assert spoken(message.blocks).endswith("more lines")


def test_where() -> None:
    grounds = {
        "staging": ground("staging", holder=42, failed=True),
        "production": ground(
            lock=Lock(TIM, ago(9), "db", ago(-60)), line=(InLine(40, ago(1)), InLine(42, ago(2)))
        ),
    }
    assert spoken(replies.where(PLAN, grounds, NAMES).blocks).splitlines() == [
        "staging: 2.4.0 since 31 Oct 15:40 (r41), the last deployment failed, held by r42",
        'production: 2.4.0 since 31 Oct 15:40 (r41), free, in line: r40 and r42, locked by Tim until 11:20 "db"',
    ]
    assert "nothing yet, free" in spoken(replies.where(PLAN, {}, NAMES).blocks)


def test_builds() -> None:
    message = replies.builds([replace(BUILD, ready_at=ago(3)), OLD], NAMES)
    assert spoken(message.blocks) == "website 2.4.1 · main 4be1c9d · 10:17\nwebsite 2.4.0 · main 1f00d5e"
    assert spoken(replies.builds([], NAMES).blocks) == "There is no build yet."


def test_history() -> None:
    rows = [
        HistoryRow(ago(3), TIM, 42, "SignedOff", "signed"),
        HistoryRow(ago(4), ANDY, 42, "SignedOff", "not_in_team", True),
        HistoryRow(ago(9), TIM, 0, "PolicyTaken", "taken"),
    ]
    assert spoken(replies.history(rows, NAMES).blocks).splitlines() == [
        "10:17 r42 Tim: signed off",
        "10:16 r42 Andy: signed off (refused: not in team)",
        "10:11 Tim: PolicyTaken",
    ]
    assert spoken(replies.history([], NAMES).blocks) == "Nothing has happened yet."


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
                "You are in no team of shiproom.yml.\nNot confirmed by Slack right now: ops.\nwebsite: you may look."
            ),
        ),
    ],
)
def test_whoami(view: WhoView, said: str) -> None:
    assert spoken(replies.whoami(view, NAMES).blocks) == said


def test_help_shows_every_word_and_what_it_shows_can_be_typed() -> None:
    shown = spoken(replies.help().blocks).splitlines()
    scene = Scene(TIM, {"website": ("staging", "production")})
    assert len(shown) == len(COMMANDS) + 1
    for line in shown:
        wish = read_words(line.split("  ")[0].removeprefix("/release"), scene)
        assert not isinstance(wish, Misread)
        assert isinstance(wish, StartForm) is (line == shown[0])


@pytest.mark.parametrize("message", [replies.not_confirmed_yet(), replies.broken("ab12"), replies.help()])
def test_others_are_taken(message: Message) -> None:
    assert accepted(message)


def test_an_open_release_says_where_it_is() -> None:
    assert spoken(replies.why(release(), (), NAMES, DIRECTORY).blocks).startswith(
        "r42 website 2.4.1: waiting (production)"
    )
