"""What operators are told of connections, and in which channels."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.connections import days_left, expiry_posts, recovery_posts, silence_posts, users_of
from handlers.effects import PostToChannel
from handlers.plan import BuildSource
from tests.handlers.builders import NOW, later, plan

WEBSITE = plan(repository="tailspin/web")
SHOP = replace(plan(repository="tailspin/shop"), service="shop", operators=("risk", "ops"))
PAPER = replace(plan(), service="paper", channel="C0PAPER")
OLD = {"since": NOW.isoformat(), "ci": "here"}


def test_one_message_a_channel_calls_the_operators_of_all_its_services() -> None:
    told = {**OLD, "refusal": "it sleeps"}
    assert silence_posts([WEBSITE, SHOP, PAPER], "here", "it sleeps", NOW) == [
        PostToChannel("website", "connection_silent", told, teams=("ops", "risk")),
        PostToChannel("paper", "connection_silent", told, teams=("ops",)),
    ]
    back = {**OLD, "product": "Sleepy", "at": later(minutes=9).isoformat()}
    assert recovery_posts([PAPER], ("here", "Sleepy"), NOW, later(minutes=9)) == [
        PostToChannel("paper", "connection_back", back, teams=("ops",))
    ]
    ends = {"ci": "here", "product": "Sleepy", "at": later(hours=1).isoformat(), "seconds": "3600"}
    assert expiry_posts([PAPER], ("here", "Sleepy"), later(hours=1), NOW) == [
        PostToChannel("paper", "token_ends", ends, teams=("ops",))
    ]


@pytest.mark.parametrize(
    ("name", "place", "expected"),
    [
        ("here", "", ["website", "shop", "paper"]),
        ("here", "/repos/Tailspin/Web/actions", ["website"]),
        ("here", "/somewhere/else", ["website", "shop", "paper"]),
        ("elsewhere", "", []),
        ("hub", "", ["built"]),
        ("hub", "/job/build", ["built"]),
    ],
)
def test_who_uses_a_connection(name: str, place: str, expected: list[str]) -> None:
    built = replace(plan(), service="built", builds=BuildSource("main", "hub", "build"), environments=())
    assert [each.service for each in users_of([WEBSITE, SHOP, PAPER, built], name, place)] == expected


@pytest.mark.parametrize(
    ("left", "stage"), [(None, None), (-1, None), (0, None), (1, 1), (24, 1), (25, 7), (168, 7), (169, None)]
)
def test_a_token_is_spoken_of_seven_days_and_one_before(left: int | None, stage: int | None) -> None:
    assert days_left(None if left is None else NOW + timedelta(hours=left), NOW) == stage
