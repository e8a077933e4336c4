"""The modal of "Report a blocker": which releases it offers, what it says, and what is read from it."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.blocker_form import blocker_form, release_option
from bot.blocks.blocker_input import BlockerInput, Place, metadata_of, read_place
from bot.blocks.form_input import read_form
from bot.blocks.values import decode
from bot.local_slack.block_kit import view_errors
from handlers.release import Release
from handlers.rights import current_precondition
from tests.bot.blocks.world import release

PLACE = Place("C0RELEASES", "1700000000.000100", "1700000000.000050", 42)


def several(count: int) -> list[Release]:
    return [release(), *(replace(release(), number=100 + number) for number in range(count - 1))]


def chosen_in(view: dict[str, Any]) -> dict[str, Any]:
    return next(block["element"] for block in view["blocks"] if block.get("block_id") == "release")


@pytest.mark.parametrize(
    ("count", "kind"), [(1, "static_select"), (100, "static_select"), (101, "external_select")]
)
def test_a_list_is_as_long_as_slack_takes(count: int, kind: str) -> None:
    view = blocker_form(several(count), PLACE)
    assert not view_errors(view)
    element = chosen_in(view)
    assert element["type"] == kind
    assert element["initial_option"]["value"].startswith("r42 #")
    assert len(element.get("options", ())) in {0, count}


def test_none_is_chosen_where_several_may_be_meant() -> None:
    view = blocker_form(several(2), replace(PLACE, own=0))
    assert "initial_option" not in chosen_in(view)
    assert "initial_option" in chosen_in(blocker_form(several(1), replace(PLACE, own=0)))


def test_nothing_is_open() -> None:
    view = blocker_form([], PLACE)
    assert not view_errors(view)
    assert "submit" not in view
    assert "r7, which this message belongs to, has ended" in str(blocker_form([], PLACE, 7))


def test_an_option_is_bound_to_what_it_shows() -> None:
    option = release_option(release())
    assert decode(option.value) == ("r42", current_precondition(release()))


def sent(what: str = "hold", value: str = "r42", metadata: str = metadata_of(PLACE)) -> dict[str, Any]:
    values: dict[str, Any] = {
        "release": {"filled": {"selected_option": {"value": value}}},
        "what": {"filled": {"selected_option": {"value": what}}},
        "reason": {"filled": {"value": "log in\n is broken"}},
    }
    return {"callback_id": "report_blocker", "private_metadata": metadata, "state": {"values": values}}


def test_what_was_filled_in_is_read() -> None:
    assert read_form(sent()) == BlockerInput("hold r42", None, "log in is broken", PLACE)
    alone = Place("C0RELEASES", "1700000000.000100")
    assert read_place(metadata_of(alone)) == alone


@pytest.mark.parametrize(
    "view",
    [
        sent(what="approve"),
        sent(what=""),
        sent(value=""),
        sent(metadata=""),
        sent(metadata="C0RELEASES 1 2"),
        sent(metadata="C0RELEASES 1 - x"),
    ],
)
def test_what_is_not_as_it_was_rendered_is_refused(view: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        read_form(view)
