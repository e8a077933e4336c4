"""The lists of Slack: page by page, at the pace that Slack asks for, and a sentence where it refuses."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from bot.clock import SystemClock
from bot.slack_client import directory
from bot.slack_client.directory import DirectoryError, Kind, Listed, Nearness, WorkspaceDirectory, nearest
from bot.slack_client.web import SlackWeb
from tests.bot.commands.offices import EMAILS, office_slack
from tests.local_slack.fault_injection import ALWAYS, FaultKind, InjectedFault
from tests.local_slack.slack import SlackForTests
from tests.world import BOT_TOKEN, installed_scopes


@asynccontextmanager
async def asked(
    slack: SlackForTests, waits: list[float], token: str = BOT_TOKEN
) -> AsyncGenerator[WorkspaceDirectory]:
    """Ask it, with pauses that take no time."""
    paused: list[float] = []

    async def sleep(seconds: float) -> None:
        paused.append(seconds)

    web = SlackWeb(token, f"{slack.url}/api/", lambda: SystemClock().monotonic() + sum(paused))
    try:
        yield WorkspaceDirectory(web, slack.url, waits.append, sleep)
    finally:
        await web.close()


async def listed(slack: SlackForTests, kind: Kind) -> list[str]:
    async with asked(slack, []) as found:
        return [each.title for each in await found.listed(kind)]


@pytest.mark.parametrize("page", [1, 2, 999])
async def test_every_page_is_read(page: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is listed who is gone, a bot, or of another company; no archived channel; no private one without the bot."""
    monkeypatch.setattr(directory, "PAGE", page)
    async with office_slack() as slack:
        assert await listed(slack, "channel") == [
            *("#releases", "#general (the bot is not in it yet)", "#ops-room (private)")
        ]
        assert await listed(slack, "person") == ["Andy", "Mara", "Amita", "Tim", "Tim"]
        assert await listed(slack, "group") == ["@ops"]


async def test_a_list_is_asked_for_once() -> None:
    async with office_slack() as slack, asked(slack, []) as found:
        assert await found.listed("person") == await found.listed("person")
        assert [method for method, _, _ in slack.calls] == ["users.list"]


async def test_a_pause_that_slack_asks_for_is_kept_and_told() -> None:
    waits: list[float] = []
    async with office_slack() as slack, asked(slack, waits) as found:
        slack.faults.add(InjectedFault("users.list", "ratelimited", 7))
        assert len(await found.listed("person")) == 5
    assert waits[0] == 7


async def test_addresses_tell_namesakes_apart() -> None:
    async with office_slack(installed_scopes() | {EMAILS}) as slack, asked(slack, []) as found:
        people = await found.listed("person")
    assert [each.title for each in people if each.name == "Tim"] == [
        *("Tim (tim@example.org)", "Tim (other.tim@example.org)")
    ]
    rank, (one,) = nearest(people, "Tim@Example.org")
    assert (rank, one.id) == (Nearness.IT, "U1TIM")


@pytest.mark.parametrize(
    ("scopes", "kind", "lacked"),
    [
        (frozenset({"channels:read"}), "person", "users:read"),
        (frozenset({"channels:read"}), "group", "usergroups:read"),
        (frozenset({"users:read"}), "channel", "channels:read"),
    ],
)
async def test_the_scope_that_is_lacking_is_named(scopes: frozenset[str], kind: Kind, lacked: str) -> None:
    async with office_slack(scopes) as slack:
        with pytest.raises(DirectoryError, match=f"the app lacks the scope {lacked}: add it under OAuth"):
            await listed(slack, kind)


async def test_private_channels_are_left_out_where_their_scope_is_lacking() -> None:
    async with office_slack(frozenset({"channels:read"})) as slack:
        assert "#ops-room (private)" not in await listed(slack, "channel")


async def test_a_refused_token_is_said() -> None:
    async with office_slack() as slack, asked(slack, [], "xoxb-other") as found:
        with pytest.raises(DirectoryError, match=r"it refuses SLACK_BOT_TOKEN \(invalid_auth\)"):
            await found.listed("person")


@pytest.mark.parametrize("kind", ["status", "body", "cut"])
async def test_a_slack_that_does_not_answer_is_asked_three_times(kind: FaultKind) -> None:
    async with office_slack() as slack, asked(slack, []) as found:
        slack.faults.add(InjectedFault("users.list", kind, 503, times=2))
        assert await found.listed("person")
        slack.faults.add(InjectedFault("usergroups.list", kind, 503, times=ALWAYS))
        with pytest.raises(
            DirectoryError, match=r"it cannot be reached now .*: try again, or check SLACK_API_URL"
        ):
            await found.listed("group")


@pytest.mark.parametrize(
    ("word", "rank", "ids"),
    [
        ("U1", Nearness.IT, ["U1"]),
        ("amita rao", Nearness.NAMED_SO, ["U1"]),
        ("@AMI", Nearness.NAMED_SO, ["U1"]),
        ("Rao", Nearness.HAS_THE_WORD, ["U1", "U2"]),
        ("rit", Nearness.CONTAINS, ["U2"]),
        ("", Nearness.NOT, []),
        ("nobody", Nearness.NOT, []),
    ],
)
def test_the_nearest_is_meant(word: str, rank: Nearness, ids: list[str]) -> None:
    people = [Listed("person", "U1", "Amita Rao", ("ami",)), Listed("person", "U2", "Marit Rao")]
    found = nearest(people, word)
    assert (found[0], [each.id for each in found[1]]) == (rank, ids)


def test_a_name_stays_on_its_line_and_an_address_out_of_the_policy() -> None:
    listed = Listed("person", "U1", "A\nb\u2028c", email="a@example.org", note="\tguest")
    assert (listed.title, listed.label) == ("A b c (a@example.org,  guest)", "A b c")
