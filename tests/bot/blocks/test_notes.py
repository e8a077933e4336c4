"""Release notes as people paste them."""

from dataclasses import replace
from typing import Any

import pytest

from bot.blocks.card_view import CardView
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import QueryResult, ServiceView
from bot.blocks.references import References
from bot.blocks.taken_back import TakenBack
from handlers.build import Change
from handlers.environments import RolledBack
from handlers.people import SHIPROOM, Eligibility
from handlers.release import Kind, ReleaseState
from handlers.requests import Query
from tests.bot.blocks.spoken import accepted, spoken
from tests.bot.blocks.world import (
    BUILD,
    NAMES,
    OLD,
    PLAN,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    view,
)

TICKETS = References("SG-[0-9]+", "https://tickets.example.org/{ticket}")
LIVE = ended(ReleaseState.DONE, TIM)


def raw(*views: CardView, **fields: Any) -> str:  # noqa: ANN401 - as the dataclass
    message = QUERIES["notes"].answer(
        QueryResult(Query("notes", TIM), NAMES, views, account_status=Eligibility.YES, **fields)
    )
    assert accepted(message)
    return "\n".join(each["text"]["text"] for each in message.blocks)


def lines(*views: CardView, **fields: Any) -> list[str]:  # noqa: ANN401 - as the dataclass
    message = QUERIES["notes"].answer(
        QueryResult(Query("notes", TIM), NAMES, views, account_status=Eligibility.YES, **fields)
    )
    assert accepted(message)
    return spoken(message.blocks).splitlines()


def test_of_what_is_live() -> None:
    shown = view(LIVE, changes_url="https://example.org/compare/1...2")
    assert lines(shown) == [
        "website 2.4.1",
        "Went live in production 10:19",
        "3 changes since 2.4.0",
        "• Faster leaderboard (Mara)",
        "• Safari log-in (Andy)",
        "• Footer (Andy)",
        "All changes",
        "Asked by Andy. Signed by Amita 10:10 and Tim 10:12. r42",
    ]
    assert "<https://example.org/compare/1...2|All changes>" in raw(shown)


def test_titles_that_name_a_ticket_come_first() -> None:
    changes = (
        Change("a" * 40, "Mara", "Footer"),
        Change("b" * 40, "Andy", "SG-12 Faster leaderboard"),
        Change("c" * 40, "", "Fix SG-15"),
    )
    assert lines(view(LIVE, changes=changes, references=TICKETS))[3:6] == [
        "• SG-12 Faster leaderboard (Andy)",
        "• Fix SG-15 (unknown)",
        "• Footer (Mara)",
    ]


def test_text_from_outside_mentions_links_and_formats_nothing() -> None:
    evil = "<!channel> <@U0TIM> *bold* <https://evil.example|SG-1> SG-2"
    told = raw(view(replace(LIVE, note=evil), changes=(Change("a" * 40, evil, evil),), references=TICKETS))
    assert "<!channel>" not in told
    assert "<@" not in told
    assert "<https://evil" not in told
    assert "*bold*" not in told
    assert "<https://tickets.example.org/SG-2|SG-2>" in told


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://example.org/compare/1...2", ["and 10 more", "All changes"]),
        ("", ["and 10 more: /release builds 2.4.1"]),
    ],
)
def test_many_changes_are_counted_with_where_they_are(url: str, said: list[str]) -> None:
    title = "SG-1 " + "a long title " * 20
    many = tuple(Change(f"{number:040x}", "Mara", title) for number in range(60))
    told = lines(view(LIVE, changes=many, references=TICKETS, changes_url=url))
    assert len([line for line in told if line.startswith("•")]) == 50
    assert told[-1 - len(said) : -1] == said


def test_of_what_is_not_live() -> None:
    told = lines(view(release(note="weekly")))
    assert told[1].startswith("Not live in production yet: 🟡 r42 website 2.4.1")
    assert told[2] == 'Note: "weekly"'
    assert told[-1] == "Asked by Andy. r42"
    rejected = lines(view(ended(ReleaseState.REJECTED, TIM, "log in is broken")))
    assert rejected[1] == 'Not live: r42 website 2.4.1 was rejected by Tim 10:19: "log in is broken"'


def test_of_what_was_rolled_back() -> None:
    mark = RolledBack(BUILD, ago(0), "502", 47)
    there = environment_state(rolled_back=(mark,))
    shown = view(LIVE, there, taken_back=TakenBack("production", mark))
    assert lines(shown)[1] == "Went live in production 10:19, rolled back 10:20 by r47"


def test_of_a_rollback_and_of_an_emergency() -> None:
    back = view(replace(LIVE, kind=Kind.ROLLBACK, note="502 everywhere"))
    assert lines(back)[2:4] == ['Note: "502 everywhere"', "A rollback: it takes 2.4.0 back"]
    assert lines(replace(back, since=""))[3] == "A rollback"
    urgent = replace(LIVE, kind=Kind.EMERGENCY, note="log in is down", requesters=(SHIPROOM,))
    assert lines(view(urgent))[2] == 'Emergency: "log in is down"'
    assert lines(view(urgent))[-1].startswith("Signed by Amita")


def test_of_a_build_that_nobody_released() -> None:
    nobody = ServiceView(PLAN, {}, (OLD,))
    assert lines(services=(nobody,))[0].endswith("What is in it: /release builds 2.4.0")
