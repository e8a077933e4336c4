"""The card of every state, as it is read on a phone; whatever comes from outside, it stays a card."""

from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.blocks.card import card
from handlers.attempt import Cancel
from handlers.environments import QueueEntry
from handlers.people import Directory, Team
from handlers.release import ReleaseState
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.step import StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import (
    PLAN,
    PRODUCTION,
    STAGING,
    TIM,
    ago,
    environment_state,
    release,
    someone_testing,
    states,
    view,
    waiting,
)

STATES = states()


def test_every_state_has_a_card() -> None:
    drawn = {each.release.step.state for each in STATES.values() if not each.release.ended}
    assert drawn == set(StepState) - {StepState.SUCCEEDED, StepState.SKIPPED}
    assert {each.release.state for each in STATES.values()} == set(ReleaseState)


@pytest.mark.parametrize("name", STATES)
def test_card(name: str, snapshot: SnapshotAssertion) -> None:
    message = card(STATES[name])
    assert accepted(message)
    drawn = {"text": message.text, "spoken": spoken(message.blocks).splitlines(), "blocks": message.blocks}
    assert drawn == snapshot(extension_class=JSONSnapshotExtension)


@pytest.mark.parametrize(
    ("name", "read"),
    [
        (
            "testing",
            """\
            🟡 r42 website 2.4.1 · Amita is testing
            On staging since 10:00, for production
            • testers: Amita, testing since 10:07
            • ops: Tim signed 10:12 "watching graphs"
            3 changes since 2.4.0
            • Faster leaderboard (Mara)
            • Safari log-in (Andy)
            • Footer (Andy)
            Then Andy, Mara or Tim can start production
            Open staging · Changes
            [Sign off for testers] [Reject] [⋯ Cancel / Hold / Why?]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "step failed",
            """\
            🔴 r42 website 2.4.1 · failed in production
            "502 from web-3" (exit 1) after 2m 40s
            Production may be part 2.4.1, part 2.4.0
            Closed since 10:17 until ops decide: Tim
            Signed by Amita 10:10 and Tim 10:12
            Run · Open production
            [Roll back to 2.4.0] [Retry] [⋯ It was deployed / It was not deployed / Cancel / Why?]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "step unknown",
            """\
            🟣 r42 website 2.4.1 · did CI "github" start it in production?
            CI "github" gave no clear answer at 10:15:00
            Looked for run k7f3q2a0 for 2m: not there. I send nothing twice
            Tim: look at CI "github", then say which it was. Production is closed till then
            Signed by Amita 10:10 and Tim 10:12
            Open production · Changes
            [It was deployed] [It was not deployed] [⋯ Cancel / Why?]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "release superseded",
            """\
            ⚪️ r42 website 2.4.1 · replaced by r43
            • On staging 10:00
            • Amita signed for testers 10:10
            • Tim signed for ops 10:12
            • Replaced by r43 10:19
            Open staging · Changes
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "step succeeded",
            """\
            🟢 r42 website 2.4.1 · went live in production
            Deployed 10:19. Asked by Andy
            Signed by Amita 10:10 and Tim 10:12
            • Faster leaderboard (Mara)
            • Safari log-in (Andy)
            • Footer (Andy)
            Open production · Changes
            [⋯ Roll back to 2.4.0]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "settled",
            """\
            🟢 r42 website 2.4.1 · went live in production
            Settled 10:19. Asked by Andy
            Signed by Amita 10:10 and Tim 10:12
            Tim says it was deployed to production
            • Faster leaderboard (Mara)
            • Safari log-in (Andy)
            • Footer (Andy)
            Open production · Changes
            [⋯ Roll back to 2.4.0]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "step running",
            """\
            🔵 r42 website 2.4.1 · deploying to production
            Since 10:15, 1h at most
            Asked by Tim
            Signed by Amita 10:10 and Tim 10:12
            3 changes since 2.4.0
            • Faster leaderboard (Mara)
            • Safari log-in (Andy)
            • Footer (Andy)
            Run · Open production
            [Cancel] [⋯ Why?]
            4be1c9d audit website:118:9f2c41""",
        ),
        (
            "rollback",
            """\
            🔵 r42 website 2.4.0 · going back to production
            A rollback by Tim: "log in is broken"
            Since 10:15, 1h at most
            2.4.1 is there now
            Run · Open production
            [Cancel] [⋯ Why?]
            1f00d5e audit website:118:9f2c41""",
        ),
        (
            "in line",
            """\
            🟡 r42 website 2.4.1 · second in line for production
            On staging since 10:00, for production
            Signed by Amita 10:10 and Tim 10:12
            r41 holds it
            Before it in line: r40
            3 changes since 2.4.0
            • Faster leaderboard (Mara), and 2 more
            It starts by itself when its turn comes
            Open staging · Changes
            [Reject] [⋯ Cancel / Hold / Why?]
            4be1c9d audit website:118:9f2c41""",
        ),
    ],
)
def test_as_the_contract_draws_it(name: str, read: str) -> None:
    assert spoken(card(STATES[name]).blocks).splitlines() == [line.strip() for line in read.splitlines()]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("checklist", "Sign off r42 website 2.4.1 for production: testers, ops"),
        ("ready", "Start production: r42 website 2.4.1 is ready"),
        (
            "locked",
            'production is locked by Tim until 11:20: "database upgrade". Tim can unlock it. r42 website 2.4.1 waits',
        ),
        ("step unknown", "Look for r42 website 2.4.1 in production and say how it ended"),
        ("step skipped", "r42 website 2.4.1: rejected by Amita"),
    ],
)
def test_the_push_line_says_what_is_wanted(name: str, text: str) -> None:
    assert card(STATES[name]).text == text


def test_several_people_of_a_team() -> None:
    plan = replace(PLAN, environments=(STAGING, replace(PRODUCTION, gates=(SignOffRule("developers", 2),))))
    half = waiting(sign_offs=(SignOff("developers", "U0MARA", ago(4), "fine"),))
    assert 'developers (1 of 2): Mara signed 10:16 "fine"; waits for Andy since 10:02' in spoken(
        card(view(release(half, plan, requesters=(TIM,)))).blocks
    )


def test_a_team_that_is_a_user_group() -> None:
    directory = Directory({"testers": Team("testers", (), "S0TEST"), "ops": Team("ops", (TIM,))})
    shown = spoken(card(view(release(), directory=directory)).blocks)
    assert "testers: waits for anyone in testers since 10:02" in shown


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"unclear_at": None, "alerted": True}, "Looked for run k7f3q2a0: not there. I send nothing twice"),
        (
            {"unclear_at": ago(1), "alerted": False},
            "Searching for run k7f3q2a0 until 10:21. I send nothing twice",
        ),
    ],
)
def test_what_is_searched_for(fields: dict[str, Any], line: str) -> None:
    drawn = STATES["step unknown"].release
    assert drawn.step.intent is not None
    sought = drawn.with_step(1, intent=replace(drawn.step.intent, **fields))
    assert line in spoken(card(view(sought)).blocks).splitlines()


@pytest.mark.parametrize(
    ("name", "fields", "line"),
    [
        ("step failed", {"since": ""}, "Production may have 2.4.1 in part"),
        ("ready", {"since": ""}, "3 changes; nothing is in production yet"),
        ("ready", {"since": "", "changes": ()}, "Nothing is in production yet"),
        ("ready", {"since": "2.4.1"}, "The same as in production"),
        (
            "step failed",
            {
                "environment_state": environment_state(
                    queue=(QueueEntry(42, ago(9)), QueueEntry(43, ago(3)), QueueEntry(44, ago(2)))
                )
            },
            "In line behind it: r43 and r44",
        ),
    ],
)
def test_other_lines(name: str, fields: dict[str, Any], line: str) -> None:
    assert line in spoken(card(replace(STATES[name], **fields)).blocks).splitlines()


def test_what_is_under_way_reads_alike_whatever_its_ci_has_said() -> None:
    drawn = [spoken(card(STATES[f"step {state}"]).blocks) for state in ("granted", "sent", "running")]
    assert drawn[0] == drawn[1] == drawn[2].replace("Run · Open production", "Open production · Changes")


def test_no_sign_offs_count_where_none_were_needed() -> None:
    unsent = STATES["not sent"].release.with_step(1, sign_offs=())
    assert "Production is 2.4.0, untouched" in spoken(card(view(unsent)).blocks).splitlines()


def test_a_run_that_did_not_stop() -> None:
    cancel = Cancel(TIM, "asked", ago(12))
    stuck = STATES["vanished"].release.with_step(1, cancel=cancel)
    shown = spoken(card(view(stuck)).blocks)
    assert 'r42 website 2.4.1 · did CI "github" stop it in production?' in shown
    assert "[It was deployed] [It was not deployed] [⋯ Why?]\n" in shown


@pytest.mark.parametrize(("group", "named"), [("", "testers: U0GUEST"), ("S0TEST", "testers: U0GUEST")])
def test_who_is_testing(group: str, named: str) -> None:
    guest = "U0GUEST"
    directory = Directory(
        {"testers": Team("testers", () if group else (guest,), group), "ops": Team("ops", (TIM,))}
    )
    tested = view(release(waiting(testing=someone_testing(guest))), directory=directory)
    lines = spoken(card(tested).blocks).splitlines()
    assert lines[2] == "• " + named.replace("U0", "@U0") + ", testing since 10:07"
    assert lines[3] == "• ops: waits for Tim since 10:02"
