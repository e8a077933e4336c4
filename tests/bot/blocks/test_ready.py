"""The announcement of a ready build: what changed, grouped and short, and a button for the newest only."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.blocks.announcement import announcement
from bot.blocks.announcement_view import AnnouncementView
from bot.blocks.phone import LINES, height
from bot.blocks.values import decode
from handlers.build import Build, Change
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.environments import EnvironmentState, Live, Lock
from handlers.release import ReleaseState
from handlers.step import Step, StepState
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.test_text import HOSTILE
from tests.bot.blocks.world import BUILD, CHANGES, NAMES, OLD, TIM, ago, ended, release

HERE = EnvironmentState("staging", live=Live(OLD, 41, ago(900)))
VIEW = AnnouncementView(
    BUILD, "staging", "production", OLD, HERE, CHANGES, True, NAMES, "https://code.example.org/c"
)
MANY = tuple(
    Change(f"{number:040}", f"Dev{number}", f"A title of a change that is long, {number}")
    for number in range(12)
)


def test_as_the_contract_draws_it() -> None:
    message = announcement(VIEW)
    assert accepted(message)
    assert message.text == "Release website 2.4.1 to staging: it is ready"
    assert spoken(message.blocks).splitlines() == [
        "🟡 website 2.4.1 is ready",
        "3 changes since production (2.4.0)",
        "• Faster leaderboard (Mara)",
        "• Safari log-in, Footer (Andy)",
        "Staging has 2.4.0 and is free",
        "Build · Changes",
        "[Release to staging]",
        "main 4be1c9d",
    ]
    shown = EnvironmentPrecondition("staging", OLD.fingerprint(), BUILD.fingerprint())
    assert decode(message.blocks[1]["elements"][0]["value"]) == ("website@2.4.1 to staging", shown)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"newest": False}, "A newer build is ready."),
        ({"live": None}, "3 changes; nothing is in production yet"),
        ({"changes": ()}, "No changes since production (2.4.0) are known"),
        ({"changes": CHANGES + MANY}, "and 8 more"),
        ({"changes": tuple(replace(each, author="Mara") for each in MANY)}, "and 9 more"),
        ({"here": EnvironmentState("staging")}, "Staging is empty and free"),
        ({"here": replace(HERE, holder=41)}, "Staging has 2.4.0 and is held by r41"),
        (
            {"here": replace(HERE, locks=(Lock(TIM, ago(5), "upgrade"),))},
            "Staging has 2.4.0 and is locked by Tim",
        ),
    ],
)
def test_lines(change: dict[str, object], line: str) -> None:
    message = announcement(replace(VIEW, **change))
    assert accepted(message)
    assert line in spoken(message.blocks).splitlines()


STARTED = (Step("staging", StepState.RUNNING, 1), Step("production"))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"release": release(steps=STARTED)}, "It goes to staging first"),
        ({"release": release()}, "It is on staging, production is next"),
        ({"release": release(), "newest": False}, "It is on staging, production is next"),
        ({"release": ended(ReleaseState.DONE, TIM)}, "r42, 10:19"),
        (
            {"release": ended(ReleaseState.SUPERSEDED, "r43", replaced_by=43)},
            "r42 was replaced by r43 10:19.",
        ),
        ({"release": ended(ReleaseState.REJECTED, TIM)}, "r42 was rejected by Tim."),
        (
            {"release": ended(ReleaseState.CANCELLED, TIM), "newest": False},
            "r42 was cancelled by Tim. A newer build is ready.",
        ),
    ],
)
def test_what_became_of_it(change: dict[str, Any], line: str) -> None:
    shown = replace(VIEW, **change)
    message = announcement(shown)
    assert accepted(message)
    lines = spoken(message.blocks).splitlines()
    assert line in lines
    state = change["release"].state
    assert ("[Release to staging]" in lines) is (state is ReleaseState.SUPERSEDED)
    assert ("[⋯ Release to staging]" in lines) is (state is ReleaseState.REJECTED)
    again = state in {ReleaseState.SUPERSEDED, ReleaseState.REJECTED}
    assert ("Staging has 2.4.0 and is free" in lines) is again
    assert ("3 changes since production (2.4.0)" in lines) is (state is not ReleaseState.DONE)


@pytest.mark.parametrize("live", [BUILD, replace(BUILD, version="2.5.0", order=8)])
def test_no_changes_are_told_since_itself_or_a_newer_one(live: Build) -> None:
    assert "ince production" not in spoken(announcement(replace(VIEW, live=live, changes=())).blocks)


def test_only_the_newest_has_a_button() -> None:
    assert [block["type"] for block in announcement(replace(VIEW, newest=False)).blocks] == [
        "section",
        "context",
    ]


def test_a_version_that_cannot_be_typed_is_named_by_its_commit() -> None:
    odd = replace(VIEW, build=replace(BUILD, version="2.4 beta"))
    assert decode(announcement(odd).blocks[1]["elements"][0]["value"])[0] == f"website@{BUILD.sha} to staging"


@example("0" * 37, [Change("", "0" * number, "") for number in range(7)])
@example("0" * 40, [Change("", "", "long " * 40)])
@given(HOSTILE, st.lists(st.builds(Change, HOSTILE, HOSTILE, HOSTILE), max_size=30))
def test_it_fits_a_phone(text: str, changes: list[Change]) -> None:
    build = replace(BUILD, version=text.encode(errors="ignore").decode(), branch=text, url=text)
    message = announcement(
        replace(VIEW, build=build, live=replace(OLD, version=text), changes=tuple(changes))
    )
    assert accepted(message)
    assert sum(height(line) for line in message.blocks[0]["text"]["text"].split("\n")) <= LINES
