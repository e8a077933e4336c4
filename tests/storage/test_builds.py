"""Builds, facts and messages: kept in order, found by what people type, replaced by what is newer."""

from dataclasses import replace
from functools import partial

import pytest

from handlers.build import Build, Change
from handlers.people import AccountStatus, Group, Member
from storage import builds, facts, messages
from storage.codec import micros, moment
from storage.database import Connection, Database
from storage.messages import Posted
from tests.handlers import builders
from tests.handlers.builders import NOW, SERVICE

BRANCHES = ("main", "fix", "main", "main", "fix")


def build(number: int) -> Build:
    """Give the nth build: each brings one commit of its own, and all of them bring one that they share."""
    own = Change(f"own{number}", "mara" if number % 2 else "andy", f"Change {number}")
    changes = (own, Change("shared", "", "Merge"))
    return replace(builders.build(number), order=0, branch=BRANCHES[number - 1], changes=changes)


@pytest.fixture
async def kept(opened: Database) -> list[Build]:
    def keep(connection: Connection) -> list[Build]:
        return [builds.add(connection, build(number)) for number in range(1, 6)]

    return await opened.write(keep)


async def test_builds_have_the_order_in_which_they_came(opened: Database, kept: list[Build]) -> None:
    assert [each.order for each in kept] == [1, 2, 3, 4, 5]
    assert await opened.read(partial(builds.newest, service=SERVICE, most=2)) == [kept[4], kept[3]]
    assert await opened.read(partial(builds.get, service=SERVICE, version="2.2.0")) == kept[1]
    assert await opened.read(partial(builds.get, service=SERVICE, version="9.9.9")) is None
    newest = partial(builds.newest_of_branch, service=SERVICE)
    assert await opened.read(partial(newest, branch="main")) == kept[3]
    assert await opened.read(partial(newest, branch="none")) is None


@pytest.mark.parametrize(
    ("token", "found"),
    [
        ("2.3.0", ["2.3.0"]),
        ("0000003", ["2.3.0"]),
        ("0000003AAA", ["2.3.0"]),
        ("000000", ["2.5.0", "2.4.0", "2.3.0", "2.2.0", "2.1.0"]),
        ("2.", []),
        ("%", []),
        ("_______", []),
        ("xyz", []),
    ],
)
async def test_builds_are_named_by_version_or_the_beginning_of_a_commit(
    opened: Database, kept: list[Build], token: str, found: list[str]
) -> None:
    named = await opened.read(partial(builds.named, service=SERVICE, token=token))
    assert [each.version for each in named] == found
    assert await opened.read(partial(builds.named, service="other", token=token)) == []


@pytest.mark.parametrize(
    ("counts", "positions"),
    [
        ([(0, ""), (0, ""), (0, "")], [1, 2, 3]),
        ([(50, "ci"), (52, "ci"), (51, "ci")], [50, 52, 51]),
        ([(0, ""), (50, "ci"), (51, "ci"), (0, "")], [1, 51, 52, 53]),
        ([(50, "ci"), (1, "ci#1"), (2, "ci#1"), (49, "ci")], [50, 51, 52, 49]),
        ([(7, "api"), (9000, "ci"), (8, "api")], [7, 9007, 8]),
    ],
)
async def test_builds_of_a_branch_are_ordered_by_number_else_as_they_came(
    opened: Database, counts: list[tuple[int, str]], positions: list[int]
) -> None:
    def add_all(connection: Connection) -> list[Build]:
        made = (
            replace(build(1), version=f"{place}", number=number, numbered_by=counter)
            for place, (number, counter) in enumerate(counts)
        )
        return [builds.add(connection, each) for each in made]

    added = await opened.write(add_all)
    assert [each.position for each in added] == positions
    newest = await opened.read(partial(builds.newest_of_branch, service=SERVICE, branch="main"))
    assert newest is not None
    assert newest.position == max(positions)


async def test_successes_are_listed_oldest_first_one_for_each_deployment(
    opened: Database, kept: list[Build]
) -> None:
    def succeed(connection: Connection) -> None:
        for place in (0, 1, 0):
            builds.succeeded(connection, kept[place], "production", place + 1, NOW)
        builds.succeeded(connection, kept[2], "staging", 9, NOW)

    await opened.write(succeed)
    there = await opened.read(partial(builds.successes, service=SERVICE, environment="production"))
    assert list(there) == [kept[0], kept[1], kept[0]]
    last = partial(builds.last_success, service=SERVICE, environment="production")
    assert await opened.read(last) == kept[0]
    assert await opened.read(partial(last, branch="fix")) == kept[1]
    assert await opened.read(partial(last, branch="none")) is None


async def test_a_commit_may_be_shortened(opened: Database, kept: list[Build]) -> None:
    find = partial(builds.of_commit, service=SERVICE)
    assert await opened.read(partial(find, sha=kept[2].sha[:7])) == kept[2]
    assert await opened.read(partial(find, sha="%")) is None


async def test_facts_are_replaced_and_only_fresh_ones_are_read(opened: Database) -> None:
    old, new = builders.later(minutes=-10), builders.later(minutes=-1)
    members = {
        "U0TIM": Member(AccountStatus.FULL, old, "Tim"),
        "U0GUEST": Member(AccountStatus.GUEST, new, "Guest"),
    }
    groups = {"S0OPS": Group(frozenset({"U0TIM"}), new)}
    await opened.write(partial(facts.save, members=members, groups=groups))
    await opened.write(partial(facts.save, members={}, groups={}))
    # What was stored names people; it has to be asked again before it counts.
    stale = {user: replace(member, as_of=moment(0)) for user, member in members.items()}
    empty = {name: replace(group, as_of=moment(0)) for name, group in groups.items()}
    assert await opened.read(partial(facts.load, since=0)) == (stale, empty)
    fresh = {"U0GUEST": stale["U0GUEST"]}
    assert await opened.read(partial(facts.load, since=micros(new))) == (fresh, empty)
    newer = {"U0TIM": Member(AccountStatus.DELETED, NOW, "Tim")}
    await opened.write(partial(facts.save, members=newer, groups={}))
    newest = {"U0TIM": Member(AccountStatus.DELETED, moment(0), "Tim")}
    assert await opened.read(partial(facts.load, since=micros(NOW))) == (newest, {})


async def test_message_is_remembered_where_it_stands_now(opened: Database) -> None:
    posted = Posted("card:1", "C0RELEASES", "1.1", "digest", NOW)
    await opened.write(partial(messages.save, posted=posted))
    moved = replace(posted, channel="C0OTHER", ts="2.2", drawn="other", at=builders.later(hours=1))
    moved = replace(moved, left_channel="C0RELEASES", left_ts="1.1")
    await opened.write(partial(messages.save, posted=moved))
    assert await opened.read(partial(messages.find, key="card:1")) == moved
    assert await opened.read(partial(messages.find, key="card:2")) is None
