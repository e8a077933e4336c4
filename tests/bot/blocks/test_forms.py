"""Modals, and what comes back of them, by way of what a person fills in at the local Slack."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.block_kit import View, dialog
from bot.blocks.bulk import Signable, alone, fits, sign_several_form
from bot.blocks.confirmations import RollbackChoice, confirmation_form, rollback_form
from bot.blocks.form_input import CommandInput, NothingChosenError, StartInput
from bot.blocks.forms import (
    Signing,
    StartChoices,
    cannot_start,
    read_form,
    reason_form,
    sign_off_form,
    start_form,
)
from bot.blocks.values import decode
from bot.local_slack.block_kit import view_errors
from bot.local_slack.forms import chosen, elements, initial_values
from handlers.build import Change
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.environments import EnvironmentState, Live
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from handlers.step import StepState
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.world import BUILD, NAMES, OLD, ago, release, under_way

RULE = SignOffRule("testers", checklist=("Log in works", "Leaderboard loads"))
BOUND = current_precondition(release())
BACK = "rollback website to production to 2.4.0"
HELD = EnvironmentState("production", 42, live=Live(BUILD, 41, ago(900)))
FROM_HELD = EnvironmentPrecondition("production", BUILD.fingerprint(), OLD.fingerprint(), 42)
FROM_NOTHING = EnvironmentPrecondition("production", "", OLD.fingerprint(), 0)


def submitted(view: View, **filled: Any) -> dict[str, Any]:  # noqa: ANN401 - text, ticks or a choice
    """Fill a modal in, as a person does."""
    assert not view_errors(view)
    values = initial_values(view["blocks"])
    for block, element in elements(view["blocks"]):
        name = block["block_id"].partition(":")[0]
        if name in filled:
            values[block["block_id"]][element["action_id"]] = chosen(element, filled[name])
    return {**view, "state": {"values": values}}


def test_a_release_to_start() -> None:
    choices = StartChoices(("shop", "website"), "website", (BUILD, OLD), ("staging", "production"))
    form = start_form(choices)
    assert read_form(submitted(form)) == StartInput("website", "staging", "2.4.1")
    filled = submitted(form, environment="production", build="2.4.0", note=" for\nthe fair ")
    assert read_form(filled) == StartInput("website", "production", "2.4.0", "for the fair")


def test_the_only_service_is_not_asked_for() -> None:
    form = start_form(StartChoices(("website",), "website", (), ("staging",)))
    assert "No build of website is ready yet." in spoken(form["blocks"])


def test_a_form_without_a_build_starts_none() -> None:
    """The newest build might be another one by the time that the form is sent; it showed none."""
    form = start_form(StartChoices(("shop", "website"), "website", (), ("staging",)))
    with pytest.raises(NothingChosenError, match="no service, build or environment") as told:
        read_form(submitted(form))
    assert told.value.service == "website"


NO_BUILD, NOT_BY_YOU = "No build of website is ready yet.", "Only ops can start a release."


@pytest.mark.parametrize(
    ("choices", "why"),
    [
        (StartChoices((), ""), "There is nothing that can be released here."),
        (StartChoices(("website",), "website", (), ("staging",)), NO_BUILD),
        (StartChoices(("website",), "website", (replace(BUILD, version="a b"),), ("staging",)), NO_BUILD),
        (StartChoices(("website",), "website", (BUILD,), ("staging",), NOT_BY_YOU), NOT_BY_YOU),
        (StartChoices(("website",), "website", (BUILD,)), "There is nothing that can be released here."),
    ],
)
def test_where_nothing_can_be_chosen_nothing_can_be_sent(choices: StartChoices, why: str) -> None:
    """A form with [Start] would be answered that it is out of date, which is not so."""
    form = start_form(choices)
    assert "submit" not in form
    assert view_errors(form) == []
    assert spoken(form["blocks"]).split("\n")[-1] == why == cannot_start(choices)
    elsewhere = replace(choices, services=("shop", "website"), service="website")
    form = start_form(elsewhere)
    assert view_errors(form) == []
    with pytest.raises(NothingChosenError, match="no service"):
        read_form(submitted(form))


def test_nothing_to_start() -> None:
    form = start_form(StartChoices((), ""))
    assert spoken(form["blocks"]) == "There is nothing that can be released here."


def test_a_service_is_chosen_first() -> None:
    form = start_form(StartChoices(("shop", "website"), ""))
    assert form["blocks"][0]["dispatch_action"] is True
    with pytest.raises(ValueError, match="no service, build or environment"):
        read_form(submitted(form, service="shop"))


def test_a_checklist() -> None:
    form = sign_off_form(release(), RULE, BOUND, Signing("so far", starts=True))
    assert (form["callback_id"], form["title"]["text"]) == ("sign_off", "Sign off r42")
    said = "website 2.4.1 (4be1c9d) for production: production starts as soon as the last sign-off is in."
    assert said in spoken(form["blocks"])
    line = "approve r42 as testers"
    assert read_form(submitted(form)) == CommandInput(line, BOUND, {"ticks": (), "note": "so far"})
    assert read_form(submitted(form, ticks=True, note="")) == CommandInput(
        line, BOUND, {"ticks": RULE.checklist, "note": ""}
    )
    assert read_form(submitted(form, ticks=["Log in works"])) == CommandInput(
        line, BOUND, {"ticks": RULE.checklist[:1], "note": "so far"}
    )


def test_what_is_signed_stands_in_the_form() -> None:
    changes = (Change("c1", "Mara", "Faster *leaderboard*"), Change("c2", "Andy", "Safari log-in"))
    form = sign_off_form(release(), RULE, BOUND, Signing(changes=changes, changed="2 changes since 2.4.0"))
    said = spoken(form["blocks"])
    assert "2 changes since 2.4.0" in said
    assert "Safari log-in (Andy)" in said
    assert view_errors(form) == []
    many = tuple(Change(f"c{n}", f"Author {n}", "t" * 200) for n in range(250))
    form = sign_off_form(release(), RULE, BOUND, Signing(changes=many, changed="250 changes since 2.4.0"))
    assert "more" in spoken(form["blocks"])
    assert view_errors(form) == []
    unknown = spoken(
        sign_off_form(release(), RULE, BOUND, Signing(changed="No changes since 2.4.0 are known"))["blocks"]
    )
    assert "No changes since 2.4.0 are known" in unknown


def test_a_typed_sign_off_without_a_checklist_has_nothing_to_tick() -> None:
    form = sign_off_form(release(), SignOffRule("ops"), BOUND, Signing())
    assert [block.get("block_id") for block in form["blocks"]] == [None, "note"]


def test_what_to_know_stands_before_the_reason() -> None:
    form = reason_form(
        "r42 was not deployed", "settle r42 not-deployed", BOUND, "How?", know="It may come late."
    )
    assert "It may come late." in spoken(form["blocks"])
    assert [block["type"] for block in form["blocks"]] == ["section", "input"]
    assert view_errors(form) == []


def test_a_reason() -> None:
    form = reason_form("Reject r42, with a long title", "reject r42", BOUND, "What is wrong?")
    assert form["blocks"][0]["optional"] is False
    assert read_form(submitted(form, reason="log in <b>")) == CommandInput(
        "reject r42", BOUND, {"reason": "log in <b>"}
    )


@pytest.mark.parametrize(
    ("choice", "shown", "filled", "read"),
    [
        (
            RollbackChoice("website", OLD, HELD, NAMES, release(under_way(StepState.RUNNING))),
            "r42 is being deployed there right now.",
            {"cancel_holder": True, "reason": "broken"},
            CommandInput(BACK, FROM_HELD, {"reason": "broken", "cancel_holder": True}),
        ),
        (
            RollbackChoice("website", OLD, HELD, NAMES, release(), "broken"),
            "r42, which holds production, ends.",
            {},
            CommandInput(BACK, FROM_HELD, {"reason": "broken", "cancel_holder": False}),
        ),
        (
            RollbackChoice("website", OLD, EnvironmentState("production"), NAMES),
            "production of website goes back to 2.4.0 (1f00d5e), which succeeded there.",
            {},
            CommandInput(BACK, FROM_NOTHING, {"reason": "", "cancel_holder": False}),
        ),
    ],
)
def test_a_rollback(choice: RollbackChoice, shown: str, filled: dict[str, Any], read: CommandInput) -> None:
    form = rollback_form(choice)
    assert shown in spoken(form["blocks"])
    assert read_form(submitted(form, **filled)) == read


def test_an_entry_of_a_menu_is_confirmed() -> None:
    ask = dialog("Cancel r42?", "The release of website 2.4.1 ends.", "Cancel r42", "Let it go on")
    for value in ("cancel r42 #production/1/ab12cd34ef56", "website@2.4.1 to staging"):
        form = confirmation_form(ask, value)
        assert spoken(form["blocks"]) == "Cancel r42?\nThe release of website 2.4.1 ends."
        assert read_form(submitted(form)) == CommandInput(*decode(value))


LIVE_SINCE = replace(HELD, holder=0, live=Live(BUILD, 41, NAMES.now - timedelta(days=3)))
FAILED_THERE = release(under_way(StepState.FAILED, ended_at=ago(5)), build=replace(BUILD, version="2.5.0"))


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        (
            RollbackChoice("website", OLD, LIVE_SINCE, NAMES),
            (
                "production of website goes from 2.4.1 (live since 31 Oct 10:20, for 3d) back to 2.4.0 (1f00d5e), "
                "which succeeded there."
            ),
        ),
        (
            RollbackChoice("website", BUILD, replace(LIVE_SINCE, failed=True), NAMES, FAILED_THERE),
            (
                "production of website may have 2.5.0 in part (failed 10:15). It goes back to 2.4.1 (4be1c9d), "
                "which is what was live before."
            ),
        ),
        (
            RollbackChoice("website", BUILD, replace(LIVE_SINCE, failed=True), NAMES),
            "production of website goes back to 2.4.1 (4be1c9d), which is what was live before.",
        ),
    ],
)
def test_a_rollback_says_from_what_to_what(choice: RollbackChoice, said: str) -> None:
    assert said in spoken(rollback_form(choice)["blocks"])


@pytest.mark.parametrize(
    "view",
    [
        {},
        {"callback_id": "other"},
        {"callback_id": "reason", "private_metadata": "reject r42"},
        {"callback_id": "reason", "private_metadata": "", "state": {"values": {}}},
        *(
            {"callback_id": name, "private_metadata": line, "state": {"values": {}}}
            for name, line in (
                ("reason", "reject r42"),
                ("sign_off", "approve r42"),
                ("rollback", BACK),
                ("rollback", f"{BACK} #production/1/ab12cd34ef56"),
                ("reason", f"reject r42 #production/-/{OLD.fingerprint()}/-"),
            )
        ),
        {"callback_id": "reason", "private_metadata": "reject r42", "state": {"values": {"reason": {}}}},
        {
            "callback_id": "reason",
            "private_metadata": "reject r42",
            "state": {"values": {"reason": {"filled": {"value": 7}}}},
        },
        {"callback_id": "start", "state": {"values": {"service": {"filled": {"selected_option": {}}}}}},
        {"callback_id": "start", "state": []},
        {"callback_id": "confirm", "private_metadata": "", "state": {"values": {}}},
    ],
)
def test_not_one_of_ours(view: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_form(view)


@pytest.mark.parametrize(("count", "kind"), [(100, "static_select"), (103, "external_select")])
def test_slack_asks_for_the_services_of_a_long_list(count: int, kind: str) -> None:
    services = tuple(f"service-{number:03}" for number in range(count))
    form = start_form(StartChoices(services, services[-1], (BUILD,), ("staging",)))
    assert not view_errors(form)
    (block,) = [block for block in form["blocks"] if block.get("block_id") == "service"]
    element = block["element"]
    assert (element["type"], element["action_id"], block["dispatch_action"]) == (kind, "choose_service", True)
    assert len(element.get("options", ())) == (count if kind == "static_select" else 0)
    assert element["initial_option"]["value"] == services[-1]
    unchosen = start_form(StartChoices(services, ""))
    assert not view_errors(unchosen)
    assert "initial_option" not in str(unchosen)


def test_who_may_not_start_a_service_is_told_so_in_its_place() -> None:
    form = start_form(StartChoices(("a", "b"), "a", (BUILD,), ("staging",), "Only ops can start a release."))
    assert not view_errors(form)
    assert "Only ops can start a release." in spoken(form["blocks"])
    assert "Build" not in str(form["blocks"])


def test_a_box_for_each_sign_off_and_the_rest_below() -> None:
    able = [
        Signable(replace(release(), number=number), "ops", f"approve r{number}") for number in range(1, 86)
    ]
    form = sign_several_form(able, ["r99 shop: not by you"])
    assert not view_errors(form)
    boxes = [block for block in form["blocks"] if str(block.get("block_id", "")).startswith("ticks:")]
    assert [len(each["element"]["options"]) for each in boxes] == [10] * 8
    said = spoken(form["blocks"])
    assert "5 more can be signed: sign these first." in said
    assert "r99 shop: not by you" in said
    assert not fits("x" * 151)
    assert "/release approve r1 as ops" in alone(release(), "approve r1 as ops")
