"""The Home of the app: what waits on the reader with its buttons, their releases, and the board, within Slack's limits."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks import home
from bot.blocks.block_kit import View
from bot.blocks.query_words import QueryResult
from bot.local_slack.block_kit import LARGEST_HOME, home_errors
from handlers.build import Change
from handlers.environments import Lock, QueueEntry
from handlers.people import Directory, Person
from handlers.release import Kind, ReleaseState
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.test_queries import found, named, service
from tests.bot.blocks.world import (
    AMITA,
    ANDY,
    DIRECTORY,
    NAMES,
    NOW,
    PLAN,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    states,
    view,
    waiting,
)
from tests.local_slack.plain_text import labels, menu_labels

STATES = states()
LINKS = {42: "https://team.slack.com/archives/C0RELEASES/p1700000000000100"}


def drawn(result: QueryResult, links: Mapping[int, str] = LINKS) -> View:
    made = home.home_view(result, home.everywhere(result, links))
    assert home_errors(made) == []
    assert len(json.dumps(made)) < LARGEST_HOME
    return made


def lines(result: QueryResult, links: Mapping[int, str] = LINKS) -> list[str]:
    return spoken(drawn(result, links)["blocks"]).splitlines()


def test_what_waits_on_the_reader_comes_first_with_its_buttons() -> None:
    shown = drawn(found("mine", STATES["step waiting"], user=AMITA))
    assert labels(shown["blocks"]) == ["Sign off for testers", "Start testing", "Reject"]
    said = spoken(shown["blocks"]).splitlines()
    assert said[0] == "Waiting on me"
    assert "r42 website 2.4.1" in said[1]
    assert f"<{LINKS[42]}|r42>" in str(shown["blocks"])


def test_nobody_is_offered_what_somebody_else_signs() -> None:
    tims = drawn(found("mine", STATES["step waiting"], user=TIM))
    assert labels(tims["blocks"]) == ["Sign off for ops", "Start testing", "Reject"]
    assert "Sign off for testers" not in [*labels(tims["blocks"]), *menu_labels(tims["blocks"])]
    assert labels(drawn(found("mine", STATES["step waiting"], user=ANDY))["blocks"]) == []


def test_where_nothing_waits_it_says_so() -> None:
    said = lines(found("mine", user=AMITA))
    assert said[:4] == [
        "Waiting on me",
        "Nothing waits on you now.",
        "My releases",
        "Nothing of yours is under way.",
    ]


def test_no_service_is_a_sentence_too() -> None:
    assert lines(found("mine", user=AMITA, services=()))[-2:] == [
        "All services",
        "The policy names no service.",
    ]


def test_an_emergency_comes_before_all_else() -> None:
    urgent = view(release(waiting(), number=77, kind=Kind.EMERGENCY), reasons=STATES["step waiting"].reasons)
    said = lines(found("mine", STATES["step waiting"], urgent, user=AMITA))
    assert "r77" in said[1]


def test_my_releases_are_those_that_i_started_or_wrote() -> None:
    mara = Person("Mara", ("U0MARA",), github="mara-dev")
    directory = Directory(DIRECTORY.teams, (mara,))
    wrote = replace(STATES["step running"], changes=(Change("a" * 40, "mara-dev", "Faster"),))
    others = replace(view(release(waiting(), number=43)), changes=())
    said = lines(found("mine", wrote, others, user="U0MARA", directory=directory))
    own = said[said.index("My releases") + 1 : said.index("All services")]
    assert [line.split()[2] for line in own] == ["r42"]
    started = lines(found("mine", STATES["step running"], user=ANDY))
    assert "r42" in started[started.index("My releases") + 1]


def test_how_mine_ended_is_said_of_the_last_few() -> None:
    ends = tuple(
        replace(ended(ReleaseState.REJECTED, TIM), number=50 + n, requesters=(AMITA,)) for n in range(8)
    )
    said = lines(found("mine", user=AMITA, services=(service(ends=ends),)), {57: LINKS[42]})
    at = said.index("Ended in the last day")
    assert said[at + 1].startswith("• r57 website 2.4.1 was rejected by Tim")
    assert said[at + 6] == "and 3 more: /release mine"


def test_the_board_has_a_line_for_each_environment_worst_first() -> None:
    lock = Lock(TIM, ago(60), "db", ago(-60))
    held = environment_state("staging", holder=42, queue=(QueueEntry(43, ago(5)),))
    website = service(
        environments={"staging": held, "production": environment_state(locks=(lock,))},
        open_releases=(release(waiting()),),
    )
    failed = named("shop", environments={"production": environment_state(failed=True)})
    result = found("mine", user=AMITA, services=(named("api"), website, failed))
    said = lines(result)
    board = said[said.index("All services") + 1 :]
    assert [line.split(":")[0] for line in board] == [
        "🔴 shop production",
        "⏸️ website production",
        "🔵 website staging",
        "🟢 api staging",
        "🟢 api production",
        "🟢 shop staging",
    ]
    assert "locked by Tim" in board[1]
    assert "held by r42" in board[2]
    assert "in line: r43" in board[2]
    assert f"held by <{LINKS[42]}|r42>" in str(drawn(result)["blocks"])


def test_without_an_address_of_the_workspace_nothing_is_a_link() -> None:
    assert "http" not in str(drawn(found("mine", view(release(waiting())), user=AMITA), {})["blocks"])


def many(number: int) -> Any:  # noqa: ANN401 - a card
    return replace(STATES["step waiting"], release=replace(STATES["step waiting"].release, number=number))


def test_sixty_that_wait_and_two_hundred_services_fit() -> None:
    reason = "*<!channel>* `" + "x" * 500
    locks = tuple(Lock(TIM, ago(60), reason, ago(-60)) for _ in range(3))
    services = tuple(
        named(
            f"a-rather-long-service-{n:03}",
            environments={
                each.name: environment_state(each.name, holder=number, locks=locks)
                for number, each in enumerate(PLAN.environments, 100)
            },
        )
        for n in range(200)
    )
    links = dict.fromkeys(range(300), LINKS[42])
    cards = [many(100 + n) for n in range(60)]
    result = found("mine", *cards, user=AMITA, services=services)
    own = replace(
        result,
        releases=tuple(replace(each, release=replace(each.release, requesters=(AMITA,))) for each in cards),
    )
    for each in (result, own):
        shown = drawn(each, links)
        said = spoken(shown["blocks"])
        assert len(shown["blocks"]) <= 100
        assert "<!channel>" not in json.dumps(shown)
        assert "more environments: /release where and a service" in said
    assert "and 45 more: /release mine" in spoken(drawn(result, links)["blocks"])


@pytest.mark.parametrize("name", sorted(STATES))
def test_it_does_not_change_by_itself(name: str) -> None:
    """A view that shows the same is not drawn again, so that no minute that passes may change it."""
    shown = found("mine", STATES[name], user=AMITA)

    def at(minutes: int) -> View:
        later = replace(NAMES, now=NOW + timedelta(minutes=minutes)).for_reader()
        views = tuple(replace(each, names=later) for each in shown.releases)
        return drawn(replace(shown, names=later, releases=views))

    assert at(0) == at(1) == at(9)


def test_stale_facts_are_said() -> None:
    said = lines(found("mine", user=AMITA, trouble="Slack refuses users.info (missing_scope)."))
    assert said[0].startswith("Who is in which team may be out of date. Slack refuses")


def test_who_is_no_member_any_more_is_shown_a_sentence() -> None:
    assert home_errors(home.not_for_you()) == []
    assert (
        spoken(home.not_for_you()["blocks"])
        == "Shiproom shows releases to full members of this workspace only."
    )
