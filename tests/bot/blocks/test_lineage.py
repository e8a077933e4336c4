"""What people read of how builds relate, of runs that wait at their CI and of re-runs: the first line is the notification."""

from dataclasses import replace
from textwrap import dedent

import pytest

from bot.blocks.announcement import announcement
from bot.blocks.block_kit import Message
from bot.blocks.card import card
from bot.blocks.forms import Signing, sign_off_form
from bot.blocks.marks import mark_lines
from bot.blocks.phone import LINES, height
from bot.blocks.thread import call_message, thread_post
from bot.blocks.values import decode
from bot.blocks.waits import wait_lines
from bot.local_slack.block_kit import view_errors
from handlers.effects import Call, PostToThread
from handlers.lineage import Authorship, Marks
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from tests.bot.blocks.lineage import (
    BAD,
    BY_OTHERS,
    HOTFIX,
    MARKS,
    lineage_states,
    requested,
    view_of,
    written,
)
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.test_ready import VIEW
from tests.bot.blocks.world import DIRECTORY, NAMES, TIM, environment_state, release, view, waiting

STATES = lineage_states()
CARDS = {
    "waits at the CI": """\
        Let r42 website 2.4.1 go on at CI "github": it waits there, for production
        🟡 r42 website 2.4.1 · waits at CI "github"
        For a reviewer of the environment production since 10:17. No time limit runs.
        Asked by Tim
        Signed by Amita 10:10 and Tim 10:12
        3 changes since 2.4.0
        • Faster leaderboard (Mara)
        • Safari log-in (Andy)
        • Footer (Andy)
        Review at CI "github" · Open production
        [Cancel] [⋯ Why?]
        4be1c9d audit website:118:9f2c41""",
    "waits for nobody that is named": """\
        Let r42 website 2.4.1 go on at CI "github": it waits there, for production
        🟡 r42 website 2.4.1 · waits at CI "github"
        For somebody to let it go on since 10:17. No time limit runs.
        Asked by Tim
        Signed by Amita 10:10 and Tim 10:12
        3 changes since 2.4.0
        • Faster leaderboard (Mara)
        • Safari log-in (Andy)
        • Footer (Andy)
        Review at CI "github" · Open production
        [Cancel] [⋯ Why?]
        4be1c9d audit website:118:9f2c41""",
    "queued at the CI": """\
        r42 website 2.4.1: queued at CI "github" for production
        🔵 r42 website 2.4.1 · queued at CI "github" for production
        Since 09:35, 1h at most once it runs
        Asked by Tim
        Signed by Amita 10:10 and Tim 10:12
        3 changes since 2.4.0
        • Faster leaderboard (Mara)
        • Safari log-in (Andy)
        • Footer (Andy)
        Run · Open production
        [Cancel] [⋯ Why?]
        4be1c9d audit website:118:9f2c41""",
    "goes no further": """\
        r42 website 2.4.0-hotfix.1: done, in staging
        🟢 r42 website 2.4.0-hotfix.1 · done, in staging
        Deployed 10:19. Asked by Andy
        Signed by Amita 10:10 and Tim 10:12
        It ends there: production takes no builds of hotfix/login
        • Faster leaderboard (Mara)
        • Safari log-in (Andy)
        • Footer (Andy)
        Open staging · Changes
        9c0ffee audit website:118:9f2c41""",
    "lacks and contains": """\
        Sign off r42 website 2.4.1 for production: testers, ops
        🟡 r42 website 2.4.1 · waits for 2 sign-offs
        • testers: waits for Amita since 10:02
        • ops: waits for Tim since 10:02
        It lacks 2.4.0-hotfix.1 (hotfix/login), which is live
        It contains 2.4.0, rolled back 04:00: "502 everywhere"
        Production starts with the last sign-off
        More: /release why r42
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Sign off for ops / Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
    "must contain what is live": """\
        Sign off r42 website 2.4.1 for production: testers, ops
        🟡 r42 website 2.4.1 · waits for 2 sign-offs
        On staging since 10:00, for production, asked by Andy
        • testers: waits for Amita since 10:02
        • ops: waits for Tim since 10:02
        It lacks 2.4.0-hotfix.1, which is live. Tim can waive it
        3 changes of its own
        Production starts by itself once all of this is done
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Sign off for ops / Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
    "may lack what is live": """\
        Sign off r42 website 2.4.1 for production: testers, ops
        🟡 r42 website 2.4.1 · waits for 2 sign-offs
        On staging since 10:00, for production, asked by Andy
        • testers: waits for Amita since 10:02
        • ops: waits for Tim since 10:02
        It may lack 2.4.0-hotfix.1, which is live. Tim can waive it
        3 changes since 2.4.0-hotfix.1
        Production starts by itself once all of this is done
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Sign off for ops / Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
    "lacks it, waived": """\
        Sign off r42 website 2.4.1 for production: testers, ops
        🟡 r42 website 2.4.1 · waits for 2 sign-offs
        On staging since 10:00, for production, asked by Andy
        • testers: waits for Amita since 10:02
        • ops: nobody can sign yet
        It lacks 2.4.0-hotfix.1 (hotfix/login), which is live
        3 changes of its own
        • Faster leaderboard (Mara), and 2 more
        Production starts with the last sign-off
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Sign off for ops / Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
    "changes unknown": """\
        Sign off r42 website 2.4.1 for production: testers
        🟡 r42 website 2.4.1 · waits for 1 sign-off
        On staging since 10:00, for production, asked by Andy
        • testers: waits for Amita since 10:02
        Nobody knows who wrote 2.4.0, 2.4.1. Tim can waive it
        At least 3 changes since 2.4.0
        • Faster leaderboard (Mara), and 2 more
        Production starts by itself once all of this is done
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
    "changes unknown, waived": """\
        Sign off r42 website 2.4.1 for production: testers
        🟡 r42 website 2.4.1 · waits for 1 sign-off
        On staging since 10:00, for production, asked by Andy
        • testers: waits for Amita since 10:02
        3 changes since 2.4.0
        • Faster leaderboard (Mara)
        • Safari log-in (Andy)
        • Footer (Andy)
        Production starts with the last sign-off
        Open staging · Changes
        [Start testing] [Sign off for testers] [Reject] [⋯ Cancel / Hold / Why?]
        4be1c9d audit website:118:9f2c41""",
}


@pytest.mark.parametrize("name", STATES)
def test_a_card_says_what_is_so_and_who_can_clear_it(name: str) -> None:
    message = card(STATES[name])
    assert accepted(message)
    read = [message.text, *spoken(message.blocks).splitlines()]
    assert read == dedent(CARDS[name]).splitlines()


@pytest.mark.parametrize("name", STATES)
def test_a_card_fits_a_phone(name: str) -> None:
    body, *_, audit = card(STATES[name]).blocks
    assert audit["type"] == "context"
    assert sum(height(line) for line in body["text"]["text"].split("\n")) + 1 <= LINES


@pytest.mark.parametrize(
    ("name", "line"),
    [
        (
            "waits at the CI",
            (
                'It waits at CI "github" for a reviewer of the environment production. No time limit runs. '
                "<https://ci.example.org/runs/9001|Look at it>"
            ),
        ),
        (
            "queued at the CI",
            (
                'It is queued at CI "github" for production: nothing of it runs yet. It is stopped if nothing runs until '
                "4 Nov 09:35. Tim can cancel it. <https://ci.example.org/runs/9001|Look at it>"
            ),
        ),
        (
            "must contain what is live",
            (
                "It lacks 2.4.0-hotfix.1 (hotfix/login), which is live in production. Build it with that in it, or Tim can "
                "waive it: /release waive."
            ),
        ),
        (
            "changes unknown",
            (
                "Nobody has told what changed in 2.4.0, 2.4.1, so it is not known who wrote it. The changes can be posted "
                "again with the build, the CI is asked again, or Tim can waive it, unless they sign here: /release waive."
            ),
        ),
    ],
)
def test_why_names_who_can_clear_it(name: str, line: str) -> None:
    waiting = STATES[name].waiting
    twice = replace(waiting, reasons=(*waiting.reasons, *waiting.reasons))
    assert line in wait_lines(waiting, NAMES, DIRECTORY)
    assert wait_lines(twice, NAMES, DIRECTORY) == wait_lines(waiting, NAMES, DIRECTORY)


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        (("octo",), "Nobody knows who octo is. Add them to people in shiproom.yml, or Tim can waive it: "),
        (("a", "b"), "Nobody knows who a, b are. Add them to people in shiproom.yml, or Tim can waive it: "),
        (("",), "A change has an author without a name. Tim can waive it: "),
        (
            ("", "octo"),
            (
                "Nobody knows who octo is. A change has an author without a name. Add them to people in shiproom.yml, "
                "or Tim can waive it: "
            ),
        ),
    ],
)
def test_an_author_without_a_name_is_no_name(authors: tuple[str, ...], said: str) -> None:
    shown = view_of(requested(BY_OTHERS), environment_state(), written(Authorship(authors)))
    assert f"{said}/release waive." in wait_lines(shown.waiting, NAMES, DIRECTORY)


def test_an_announcement_says_what_a_build_lacks_and_contains() -> None:
    message = announcement(replace(VIEW, live=HOTFIX, marks=MARKS))
    assert accepted(message)
    assert spoken(message.blocks).splitlines() == [
        "🟡 website 2.4.1 is ready",
        "3 changes since production (2.4.0-hotfix.1)",
        "• Faster leaderboard (Mara)",
        "• Safari log-in, Footer (Andy)",
        "It lacks 2.4.0-hotfix.1 (hotfix/login), which is live",
        'It contains 2.4.0, rolled back 04:00: "502 everywhere"',
        "Staging has 2.4.0 and is free",
        "Build · Changes",
        "[Release to staging]",
        "main 4be1c9d",
    ]


def test_a_sign_off_form_says_it_too() -> None:
    signing = Signing(marks=tuple(mark_lines(MARKS, NAMES)))
    form = sign_off_form(release(), SignOffRule("testers"), current_precondition(release()), signing)
    assert not view_errors(form)
    lines = spoken(form["blocks"]).splitlines()
    assert "It lacks 2.4.0-hotfix.1 (hotfix/login), which is live." in lines
    assert 'It contains 2.4.0, rolled back 04:00: "502 everywhere".' in lines


def test_nothing_is_marked_where_nothing_is_to_be_known() -> None:
    assert mark_lines(Marks(), NAMES) == []


def test_where_nobody_can_compare_two_branches_that_is_said() -> None:
    drawn = card(view(release(waiting()), marks=Marks(may_lack=HOTFIX)))
    assert "It may lack 2.4.0-hotfix.1 (hotfix/login), which is live" in spoken(drawn.blocks)


def test_a_build_that_was_rolled_back_itself_does_not_contain_itself() -> None:
    assert mark_lines(replace(MARKS, lacks=None), NAMES, BAD.build) == [
        'was rolled back 04:00: "502 everywhere"'
    ]


RERUN = {"environment": "production", "run": "9001#2", "version": "2.4.1", "url": "https://ci/1"}
LOOK = " <https://ci/1|Look at it>"


def post(code: str, **values: str) -> Message:
    given = {"environment": "production", "ci": "github", **values}
    if code == "rerun":
        return call_message(Call(42, code, given), (), view(release()))
    return thread_post(PostToThread(42, code, given), release(), NAMES, DIRECTORY)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (
            post("waits_at_ci", detail="a reviewer", url="https://ci/1"),
            f'It waits at CI "github" for a reviewer. No time limit runs.{LOOK}',
        ),
        (
            post("waits_at_ci"),
            'It waits at CI "github" for somebody to let it go on. No time limit runs.',
        ),
        (
            post("queued_long", url="https://ci/1"),
            (
                'Look at r42 website 2.4.1: it is still queued at CI "github" for production, and nothing of it runs. Is '
                f"there a runner?{LOOK}"
            ),
        ),
        (
            post("goes_no_further", environment="staging", next="production", branch="hotfix/login"),
            "It is in staging now and ends there: production takes no builds of hotfix/login.",
        ),
        (
            post("rerun", **RERUN, state="running"),
            (
                "Look at r42 website 2.4.1: somebody re-runs its deployment to production at the CI (run 9001#2). Nobody "
                f"asked for it here, and nothing stops it by itself.{LOOK}"
            ),
        ),
        (
            post("rerun", **RERUN, state="succeeded"),
            (
                "Look at production: a re-run at the CI deployed 2.4.1 (r42 website 2.4.1, run 9001#2). It is live there "
                f"now.{LOOK}"
            ),
        ),
        (
            post("rerun", **RERUN, state="failed"),
            (
                "Look at production: a re-run of r42 website 2.4.1 at the CI failed (run 9001#2). It may be changed in "
                f"part.{LOOK}"
            ),
        ),
        (
            post("rerun", **RERUN, state="cancelled"),
            (
                "Look at production: a re-run of r42 website 2.4.1 at the CI was stopped (run 9001#2). It may be changed "
                f"in part.{LOOK}"
            ),
        ),
        (post("rerun_stopped", by=TIM, run="9001#2"), "Tim wants the re-run stopped (run 9001#2)."),
        (
            post("waived", by=TIM, what="bob, 2.4.0", reason="docs only"),
            'Tim waived what is not known of bob, 2.4.0: "docs only".',
        ),
        (
            post("waived", by=TIM, what="", lacks="2.4.0", reason="squashed"),
            'Tim waived that it may lack 2.4.0, which is live: "squashed".',
        ),
        (
            post("waived", by=TIM, what="bob", lacks="2.4.0", reason="squashed"),
            'Tim waived what is not known of bob and that it may lack 2.4.0, which is live: "squashed".',
        ),
        (
            post("grant_void", why="lacks_live"),
            "Ask again for r42 website 2.4.1 in production: it lacks what is live there.",
        ),
    ],
)
def test_said_in_the_thread(message: Message, said: str) -> None:
    assert accepted(message)
    assert message.text == said


def test_only_a_re_run_that_is_under_way_can_be_stopped() -> None:
    (button,) = post("rerun", **RERUN, state="running").blocks[1]["elements"]
    assert (button["text"]["text"], button["style"]) == ("Stop it", "danger")
    assert decode(button["value"]) == ("stop r42 9001#2", None)
    for other in ("succeeded", "failed", "cancelled"):
        assert [block["type"] for block in post("rerun", **RERUN, state=other).blocks] == ["section"]
    strange = post("rerun", **{**RERUN, "run": "9001 as ops#2"}, state="running")
    assert [block["type"] for block in strange.blocks] == ["section"], "no command can name that run"
