"""What stands on a card's buttons, what each stands for, and which ask before they count."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.card import card
from bot.blocks.card_buttons import card_offers
from bot.blocks.card_view import CardView
from bot.blocks.values import decode
from handlers.actions import read_command
from handlers.command_parsing import CommandContext
from handlers.emergency_plan import EmergencyPlan
from handlers.environment_precondition import rollback_precondition
from handlers.environments import Lock
from handlers.requests import UsageError
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from tests.bot.blocks.world import (
    AMITA,
    OLD,
    PLAN,
    PRODUCTION,
    STAGING,
    TIM,
    ago,
    environment_state,
    release,
    signed_by_amita,
    signed_by_tim,
    someone_testing,
    states,
    view,
    waiting,
)

STATES = states()
CONTEXT = CommandContext(TIM, {"website": ("staging", "production")})


def buttons(drawn: CardView) -> list[dict[str, Any]]:
    """Give the buttons of a card, without its menu."""
    return [each for each in elements(drawn) if each["type"] == "button"]


def menu(drawn: CardView) -> list[dict[str, Any]]:
    """Give the entries of a card's menu."""
    return [entry for each in elements(drawn) if each["type"] == "overflow" for entry in each["options"]]


def elements(drawn: CardView) -> list[dict[str, Any]]:
    rows = (block["elements"] for block in card(drawn).blocks if block["type"] == "actions")
    return [element for row in rows for element in row]


@pytest.mark.parametrize("name", STATES)
def test_a_button_is_a_command_line(name: str) -> None:
    shown = STATES[name]
    offered = card_offers(shown)
    for offer in (*offered.buttons, *offered.menu):
        line, precondition = decode(offer.value)
        requested = read_command(line, CONTEXT)
        assert not isinstance(requested, UsageError)
        assert getattr(requested, "release", 42) == 42
        if line.startswith("rollback"):
            assert precondition == rollback_precondition(OLD, shown.environment_state)
        elif offer.label.startswith("Release 2.4.1 again"):
            assert precondition is None
        else:
            assert precondition == current_precondition(shown.release)
        command = offer.action_id.partition(":")[0]
        assert command == (line.split()[0] if line[:8] != "website@" else "journey")
    assert [each["value"] for each in (*buttons(shown), *menu(shown))] == [
        each.value for each in (*offered.buttons, *offered.menu)
    ]


@pytest.mark.parametrize(
    ("name", "question"),
    [
        ("testing", "website 2.4.1 (4be1c9d) for production, which has 2.4.0 now."),
        (
            "asked",
            (
                "website 2.4.1 (4be1c9d) for production, which has 2.4.0 now: production starts as soon as the last sign-off "
                "is in."
            ),
        ),
        ("checklist", None),
    ],
)
def test_a_sign_off_is_confirmed_or_has_a_form(name: str, question: str | None) -> None:
    first = next(each for each in buttons(STATES[name]) if each["text"]["text"] == "Sign off for testers")
    assert first["value"].startswith("approve r42 as testers #production/1/")
    assert (first["confirm"]["text"]["text"] if "confirm" in first else None) == question


@pytest.mark.parametrize(
    ("fields", "labels"),
    [
        ({}, ["Start testing", "Sign off for testers", "Reject"]),
        ({"testing": someone_testing(AMITA)}, ["Sign off for testers", "Sign off for ops", "Reject"]),
        ({"sign_offs": (signed_by_tim(),)}, ["Sign off for testers", "Reject"]),
        ({"sign_offs": (signed_by_tim(), signed_by_amita())}, ["Release to production", "Reject"]),
    ],
)
def test_who_is_waited_for_has_a_button(fields: dict[str, Any], labels: list[str]) -> None:
    assert [each["text"]["text"] for each in buttons(view(release(waiting(**fields))))] == labels


def test_one_team_may_test_before_it_signs() -> None:
    plan = replace(PLAN, environments=(STAGING, replace(PRODUCTION, gates=PRODUCTION.gates[:1])))
    shown = buttons(view(release(waiting(), plan)))
    assert [each["text"]["text"] for each in shown] == ["Start testing", "Sign off for testers", "Reject"]


@pytest.mark.parametrize(("signed", "counts"), [((), False), ((signed_by_tim(),), True)])
def test_a_retry_speaks_of_sign_offs_that_there_were(signed: tuple[SignOff, ...], counts: bool) -> None:
    failed = STATES["step failed"].release.with_step(1, sign_offs=signed)
    retry = next(each for each in buttons(view(failed)) if each["text"]["text"] == "Retry")
    assert ("count again" in retry["confirm"]["text"]["text"]) is counts


def test_nothing_is_said_to_start_that_a_lock_stops() -> None:
    locked = view(release(waiting(requested=True)), environment_state(locks=(Lock(TIM, ago(9), "upgrade"),)))
    assert "as soon as" not in buttons(locked)[1]["confirm"]["text"]["text"]


def test_what_asks_first() -> None:
    offered = [card_offers(STATES[name]) for name in ("step failed", "step unknown", "ready")]
    ask = {each.label: each.ask is not None for offers in offered for each in (*offers.buttons, *offers.menu)}
    assert ask == {
        "Roll back to 2.4.0": False,
        "Retry": True,
        "Cancel": True,
        "It was deployed": True,
        "It was not deployed": False,
        "Release to production": True,
        "Reject": False,
        "Hold": False,
        "Why?": False,
    }


@pytest.mark.parametrize(
    ("name", "label", "text"),
    [
        (
            "step failed",
            "Cancel",
            "The release of website 2.4.1 ends. production is open to other releases then, and may have a part of it.",
        ),
        ("testing", "Cancel", "The release of website 2.4.1 ends. Amita is testing it."),
        ("asked", "Cancel", "The release of website 2.4.1 ends. Its sign-offs lapse."),
        (
            "step running",
            "Cancel",
            "The release of website 2.4.1 ends. What is being deployed is stopped first.",
        ),
        ("failed again", "Retry", "website 2.4.1 is deployed to production once more (third try)."),
        (
            "ready",
            "Release to production",
            "production goes from 2.4.0 to 2.4.1 (4be1c9d). It starts at once.",
        ),
        (
            "step unknown",
            "It was deployed",
            "You have looked, and 2.4.1 is in production, in place of 2.4.0.",
        ),
        (
            "step skipped",
            "Release 2.4.1 again, with new sign-offs",
            "r42: rejected by Amita. It needs new sign-offs.",
        ),
    ],
)
def test_a_question_says_what_will_happen(name: str, label: str, text: str) -> None:
    offers = card_offers(STATES[name])
    [offer] = [each for each in (*offers.buttons, *offers.menu) if each.label == label]
    assert offer.ask is not None
    assert offer.ask["text"]["text"].startswith(text)


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("step waiting", ["Sign off for ops", "Cancel", "Hold", "Why?"]),
        ("asked", ["Start testing", "Cancel", "Hold", "Why?"]),
        ("held", ["Cancel", "Why?"]),
        ("held and waits", ["Sign off for testers", "Sign off for ops", "Cancel", "Why?"]),
        ("step failed", ["It was deployed", "It was not deployed", "Cancel", "Why?"]),
        ("not sent", ["It was deployed", "Why?"]),
        ("step unknown", ["Cancel", "Why?"]),
        ("step succeeded", ["Roll back to 2.4.0"]),
        ("rolled back later", []),
        ("step skipped", ["Release 2.4.1 again, with new sign-offs"]),
        ("release cancelled", []),
    ],
)
def test_the_rest_stands_in_the_menu(name: str, labels: list[str]) -> None:
    assert [each["text"]["text"] for each in menu(STATES[name])] == labels


def test_a_menu_takes_the_way_back_to_a_long_version() -> None:
    shown = replace(STATES["step succeeded"], roll_back_to=replace(OLD, version="2" * 90))
    [entry] = menu(shown)
    assert decode(entry["value"])[0] == "rollback website to production"


@pytest.mark.parametrize("version", ["2.4.1", "2.4 #a/b", "r7"])
def test_a_card_asks_for_the_next_step_of_its_own_release(version: str) -> None:
    """Another release of the build might be open by the time of the click, or none, and then one would be started."""
    ready = STATES["ready"].release
    named = view(replace(ready, build=replace(ready.build, version=version)))
    assert decode(buttons(named)[0]["value"])[0] == "website@r42 to production"


@pytest.mark.parametrize(("version", "to"), [("2.3.9", " to 2.3.9"), ("2.4 #a/b", ""), ("r7", "")])
def test_a_rollback_is_bound_to_its_target(version: str, to: str) -> None:
    shown = replace(STATES["step failed"], roll_back_to=replace(OLD, version=version))
    line, precondition = decode(buttons(shown)[0]["value"])
    assert line == f"rollback website to production{to}"
    assert precondition == rollback_precondition(replace(OLD, version=version), shown.environment_state)


@pytest.mark.parametrize(("branches", "offered"), [(("hotfix/*",), False), (("hotfix/*", "main"), True)])
def test_the_emergency_lane_is_offered_where_it_takes_the_branch(
    branches: tuple[str, ...], offered: bool
) -> None:
    lane = EmergencyPlan(may=("ops",), gates=(SignOffRule("ops"),), branches=branches)
    plan = replace(PLAN, environments=(STAGING, replace(PRODUCTION, emergency=lane)))
    labels = [each["text"]["text"] for each in menu(view(release(waiting(), plan=plan)))]
    assert ("Emergency in production" in labels) is offered
