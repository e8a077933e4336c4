"""The card of every state, as it is read on a phone; whatever comes from outside, it stays a card."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.json import JSONSnapshotExtension

from bot.blocks.card import LINES, card, height
from bot.blocks.card_buttons import MOST
from bot.blocks.card_view import CardView
from bot.blocks.names import Names
from bot.blocks.values import decode
from handlers.build import Build
from handlers.commands import read_words
from handlers.commands.command import Scene
from handlers.ground import InLine, Live, Lock
from handlers.people import Directory, Team
from handlers.plan import SignOffRule
from handlers.record.rights import bound_to
from handlers.release import Cancel, Failure, ReleaseState, Run, SignOff, StepState
from handlers.wishes import Misread
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.test_text import HOSTILE
from tests.bot.blocks.world import (
    AMITA,
    NAMES,
    PLAN,
    PRODUCTION,
    STAGING,
    TIM,
    ago,
    ground,
    release,
    someone_testing,
    states,
    view,
    waiting,
)

STATES = states()
SCENE = Scene(TIM, {"website": ("staging", "production")})
TOKEN = re.compile(r"<[^>]*>")
OURS = re.compile(r"<(?:https://[^\s<>|]+\|[^<>]*|@U0[A-Z]+)>\Z")


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
            website:118:9f2c41""",
        ),
        (
            "step failed",
            """\
            r42 website 2.4.1 failed in production after 2m 40s: "502 from web-3 (exit 1)"
            It may be part 2.4.1, part 2.4.0.
            Closed to other releases until ops decide (since 10:17).
            Signed off: Amita 10:10 and Tim 10:12
            3 changes since 2.4.0 · bound to 4be1c9d
            Log · Open staging
            [Roll back to 2.4.0] [Retry] [Cancel]
            website:118:9f2c41""",
        ),
        (
            "step unknown",
            """\
            r42 website 2.4.1 for production: no answer from github to the start at 10:15:00
            Searched 2m for run k7f3q2a0: not found. I will not re-send.
            Tim: look, then tell me. Closed till then.
            Signed off: Amita 10:10 and Tim 10:12
            3 changes since 2.4.0 · bound to 4be1c9d
            Build · Open staging
            [It was deployed] [It was not deployed] [Cancel]
            website:118:9f2c41""",
        ),
        (
            "release superseded",
            """\
            r42 website 2.4.1 is replaced by r43
            Ended 10:19
            It went to staging
            Signed off: Amita 10:10 and Tim 10:12
            Open staging · Changes
            website:118:9f2c41""",
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
        ("locked", "r42 website 2.4.1 on staging, waits for 1"),
        ("step unknown", "Look for r42 website 2.4.1 for production and say how it ended"),
        ("step skipped", "r42 website 2.4.1 is rejected by Amita"),
    ],
)
def test_the_push_line_says_what_is_wanted(name: str, text: str) -> None:
    assert card(STATES[name]).text == text


def buttons(drawn: CardView) -> list[dict[str, Any]]:
    """Give the buttons of a card."""
    rows = (block["elements"] for block in card(drawn).blocks if block["type"] == "actions")
    return [button for row in rows for button in row]


@pytest.mark.parametrize("name", STATES)
def test_a_button_is_a_command_line(name: str) -> None:
    shown = STATES[name]
    for button in buttons(shown):
        line, bound = decode(button["value"])
        wish = read_words(line, SCENE)
        assert not isinstance(wish, Misread)
        assert getattr(wish, "release", 42) == 42
        assert bound == (None if line.startswith("rollback") else bound_to(shown.release))
        command = button["action_id"].partition(":")[0]
        assert command == (line.split()[0] if line[:8] != "website@" else "journey")


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("step waiting", "website 2.4.1 (4be1c9d) for production."),
        (
            "asked",
            "website 2.4.1 (4be1c9d) for production. production starts as soon as the last sign-off is in.",
        ),
        ("checklist", None),
    ],
)
def test_a_sign_off_is_confirmed_or_has_a_form(name: str, asked: str | None) -> None:
    first = buttons(STATES[name])[0]
    assert first["value"].startswith("approve r42 as testers #production/1/")
    assert (first["confirm"]["text"]["text"] if "confirm" in first else None) == asked


def test_nothing_is_said_to_start_that_a_lock_stops() -> None:
    locked = view(release(waiting(requested=True)), ground(lock=Lock(TIM, ago(9), "upgrade")))
    assert "as soon as" not in buttons(locked)[0]["confirm"]["text"]["text"]


def test_which_buttons_ask_first() -> None:
    shown = [each for name in ("step failed", "step unknown", "ready") for each in buttons(STATES[name])]
    ask = {each["text"]["text"]: "confirm" in each for each in shown}
    assert ask == {
        "Roll back to 2.4.0": False,
        "Retry": True,
        "Cancel": True,
        "It was deployed": True,
        "It was not deployed": False,
        "Release to production": False,
        "Reject": False,
    }


@pytest.mark.parametrize(
    ("version", "line"),
    [
        ("2.4.1", "website@2.4.1 to production"),
        ("2.4 #a/b", "website@r42 to production"),
        ("r7", "website@r42 to production"),
    ],
)
def test_a_version_that_cannot_be_typed(version: str, line: str) -> None:
    ready = STATES["ready"].release
    named = view(replace(ready, build=replace(ready.build, version=version)))
    assert decode(buttons(named)[0]["value"])[0] == line


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


def hostile(drawn: CardView, text: str, more: str) -> CardView:
    """Put text from outside wherever it can come in."""
    said = tuple(replace(each, note=text) for each in drawn.step.sign_offs)
    said += (SignOff("testers", AMITA, ago(2), more),)
    failure, ending = drawn.step.failure, drawn.release.ending
    changed = drawn.release.with_step(
        drawn.release.position,
        sign_offs=said,
        run=Run("github", more, 1, f"https://{text}", "running", ago(5)),
        failure=None if failure is None else Failure(failure.code, text),
    )
    version, sha = (each.encode(errors="ignore").decode() for each in (text, more))
    build = Build("website", version, sha, text, 7, f"https://ci.example.org/{more}")
    changed = replace(
        changed, build=build, ending=None if ending is None else replace(ending, reason=text, by=more)
    )
    here = replace(
        drawn.ground, live=Live(replace(build, version=more), 1, ago(9)), lock=Lock(text, ago(9), more)
    )
    gathered = view(changed, here)
    names = Names({TIM: text, AMITA: more}, NAMES.zone, NAMES.now)
    return replace(gathered, names=names, roll_back_to=text, head=text, changes_url=more)


@given(st.sampled_from(sorted(STATES)), HOSTILE, HOSTILE)
def test_text_from_outside_does_nothing(name: str, text: str, more: str) -> None:
    message = card(hostile(STATES[name], text, more))
    assert accepted(message)
    for part in (
        message.text,
        *(block["text"]["text"] for block in message.blocks if block["type"] == "section"),
    ):
        assert all(OURS.match(token) for token in TOKEN.findall(part))
        assert not re.search(r"[`~]|(?<![^\W_])_|_(?![^\W_])|@(?=channel|here)", TOKEN.sub("", part))
        assert TOKEN.sub("", part).count("*") in {0, 2}


@given(
    st.sampled_from(sorted(STATES)),
    HOSTILE | st.just("w" * 200),
    st.integers(0, 9),
    st.integers(1, 12),
)
def test_a_card_fits_a_phone(name: str, text: str, teams: int, people: int) -> None:
    drawn = hostile(STATES[name], text, text)
    rules = tuple(SignOffRule(f"team-{number}-with-a-long-name", people) for number in range(teams))
    environments = (STAGING, replace(PRODUCTION, gates=rules))
    grown = replace(drawn.release, plan=replace(PLAN, environments=environments))
    members = tuple(f"U0{number}{'X' * 20}" for number in range(people))
    directory = Directory({rule.team: Team(rule.team, members) for rule in rules})
    message = card(replace(view(grown, drawn.ground), directory=directory, names=drawn.names, head=text))
    assert accepted(message)
    lines = [
        line
        for block in message.blocks
        if block["type"] == "section"
        for line in block["text"]["text"].split("\n")
    ]
    small = [
        part["text"] for block in message.blocks if block["type"] == "context" for part in block["elements"]
    ]
    assert sum(height(line) for line in (*lines, *small)) <= LINES
    assert sum(len(block["elements"]) for block in message.blocks if block["type"] == "actions") <= MOST
    assert sum(line.count("|") for line in TOKEN.findall("\n".join(lines))) <= 2
    assert "r42" in lines[0]


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
        ("step failed", {"since": ""}, "First build in production · bound to 4be1c9d"),
        ("ready", {"since": "2.4.1"}, "The same as in production · bound to 4be1c9d"),
        (
            "step failed",
            {"ground": ground(line=(InLine(42, ago(9)), InLine(43, ago(3)), InLine(44, ago(2))))},
            "In line behind it: r43 and r44",
        ),
    ],
)
def test_other_lines(name: str, fields: dict[str, Any], line: str) -> None:
    assert line in spoken(card(replace(STATES[name], **fields)).blocks).splitlines()


def test_a_run_that_did_not_stop() -> None:
    cancel = Cancel(TIM, "asked", ago(12))
    stuck = STATES["vanished"].release.with_step(1, cancel=cancel)
    shown = spoken(card(view(stuck)).blocks)
    assert "r42 website 2.4.1 in production: github did not stop it in time" in shown
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
