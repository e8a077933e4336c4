"""The card of every state, as it is read on a phone; whatever comes from outside, it stays a card."""

from dataclasses import replace
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.blocks.card import card
from handlers.environments import QueueEntry
from handlers.gates.sign_off import SignOffRule
from handlers.people import Directory, Team
from handlers.release import ReleaseState
from handlers.step import Cancel, SignOff, StepState
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
            r42 website 2.4.1 on staging, waits for 1
            testers: Amita, testing since 10:07
            ops: Tim signed 10:12 "watching graphs"
            Then Andy, Mara or Tim starts production
            3 changes since 2.4.0 · bound to 4be1c9d
            Open staging · Changes
            [Sign off for testers] [Reject] [Cancel]
            audit website:118:9f2c41""",
        ),
        (
            "step failed",
            """\
            r42 website 2.4.1 failed in production after 2m 40s: "502 from web-3" (exit 1)
            It may be part 2.4.1, part 2.4.0.
            Closed to other releases until ops decide (since 10:17).
            Signed off: Amita 10:10 and Tim 10:12
            3 changes since 2.4.0 · bound to 4be1c9d
            Log · Open staging
            [Roll back to 2.4.0] [Retry] [Cancel]
            audit website:118:9f2c41""",
        ),
        (
            "step unknown",
            """\
            r42 website 2.4.1 for production: no answer from CI "github" to the start at 10:15:00
            Searched 2m for run k7f3q2a0: not found. I will not re-send.
            Tim: look, then tell me. Closed till then.
            Signed off: Amita 10:10 and Tim 10:12
            3 changes since 2.4.0 · bound to 4be1c9d
            Build · Open staging
            [It was deployed] [It was not deployed] [Cancel]
            audit website:118:9f2c41""",
        ),
        (
            "release superseded",
            """\
            r42 website 2.4.1 is replaced by r43
            Ended 10:19
            It went to staging
            Signed off: Amita 10:10 and Tim 10:12
            Open staging · Changes
            audit website:118:9f2c41""",
        ),
        (
            "step succeeded",
            """\
            r42 website 2.4.1 went live in production 10:19
            Signed off: Amita 10:10 and Tim 10:12
            Open production · Changes
            audit website:118:9f2c41""",
        ),
        (
            "settled",
            """\
            r42 website 2.4.1 went live in production 10:19
            Tim says it was deployed to production
            Signed off: Amita 10:10 and Tim 10:12
            Open production · Changes
            audit website:118:9f2c41""",
        ),
        (
            "step running",
            """\
            r42 website 2.4.1 goes to production since 10:15
            Waits for CI "github", 1h at most
            Asked by Tim
            Signed off: Amita 10:10 and Tim 10:12
            3 changes since 2.4.0 · bound to 4be1c9d
            Log · Open staging
            [Cancel]
            audit website:118:9f2c41""",
        ),
        (
            "rollback",
            """\
            r42 website 2.4.0 goes back to production since 10:15
            A rollback by Tim: "log in is broken"
            Waits for CI "github", 1h at most
            2.4.1 is there now · bound to 1f00d5e
            Log · Changes
            [Cancel]
            audit website:118:9f2c41""",
        ),
        (
            "in line",
            """\
            r42 website 2.4.1 on staging, waits for 1
            testers: Amita signed 10:10 "all green"
            ops: Tim signed 10:12 "watching graphs"
            r42 waits for production: r41 holds it. Place 2.
            Waiting since 10:11
            3 changes since 2.4.0 · bound to 4be1c9d
            Open staging · Changes
            [Reject] [Cancel]
            audit website:118:9f2c41""",
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
        ("step unknown", "Look for r42 website 2.4.1 for production and say how it ended"),
        ("step skipped", "r42 website 2.4.1 is rejected by Amita"),
    ],
)
def test_the_push_line_says_what_is_wanted(name: str, text: str) -> None:
    assert card(STATES[name]).text == text


def test_several_people_of_a_team() -> None:
    plan = replace(PLAN, environments=(STAGING, replace(PRODUCTION, gates=(SignOffRule("developers", 2),))))
    half = waiting(sign_offs=(SignOff("developers", "U0MARA", ago(4), "fine"),))
    assert 'developers (1 of 2): Mara signed 10:16 "fine"; Andy, since 10:02' in spoken(
        card(view(release(half, plan, requesters=(TIM,)))).blocks
    )


def test_a_team_that_is_a_user_group() -> None:
    directory = Directory({"testers": Team("testers", (), "S0TEST"), "ops": Team("ops", (TIM,))})
    shown = spoken(card(view(release(), directory=directory)).blocks)
    assert "testers: anyone in testers, since 10:02" in shown


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"unclear_at": None, "alerted": True}, "Searched for run k7f3q2a0: not found. I will not re-send."),
        (
            {"unclear_at": ago(1), "alerted": False},
            "Searching for run k7f3q2a0 until 10:21. I will not re-send.",
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
        ("step failed", {"since": ""}, "It may be deployed in part."),
        ("step failed", {"since": ""}, "Nothing was in production before · bound to 4be1c9d"),
        ("ready", {"since": ""}, "Nothing is in production yet · bound to 4be1c9d"),
        ("ready", {"since": "2.4.1"}, "The same as in production · bound to 4be1c9d"),
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
    assert drawn[0] == drawn[1] == drawn[2].replace("Log ·", "Build ·")


def test_no_sign_offs_count_where_none_were_needed() -> None:
    unsent = STATES["not sent"].release.with_step(1, sign_offs=())
    assert "Nothing was deployed." in spoken(card(view(unsent)).blocks).splitlines()


def test_a_run_that_did_not_stop() -> None:
    cancel = Cancel(TIM, "asked", ago(12))
    stuck = STATES["vanished"].release.with_step(1, cancel=cancel)
    shown = spoken(card(view(stuck)).blocks)
    assert 'r42 website 2.4.1 in production: CI "github" did not stop it in time' in shown
    assert "[It was deployed] [It was not deployed]\n" in shown


@pytest.mark.parametrize(("group", "named"), [("", "testers: U0GUEST"), ("S0TEST", "testers: U0GUEST")])
def test_who_is_testing(group: str, named: str) -> None:
    guest = "U0GUEST"
    directory = Directory(
        {"testers": Team("testers", () if group else (guest,), group), "ops": Team("ops", (TIM,))}
    )
    tested = view(release(waiting(testing=someone_testing(guest))), directory=directory)
    lines = spoken(card(tested).blocks).splitlines()
    assert lines[1] == named.replace("U0", "@U0") + ", testing since 10:07"
    assert lines[2] == "ops: Tim, since 10:02"
