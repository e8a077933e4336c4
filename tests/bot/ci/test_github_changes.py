"""How the `github` CI compares two commits: which is in which, all that is between, and everybody who wrote it."""

from collections.abc import AsyncIterator

import pytest

from bot.ci.provider import ProviderContext
from handlers.build import Change
from handlers.lineage import MOST_COMMITS, Comparison
from tests.bot.ci.github_scenario import GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.github.model import NOBODY, Commit, Person

HOME = "tailspin/space-game-web"
OLD, NEW = "a" * 40, "b" * 40
GITHUB = Person("web-flow", "GitHub", "noreply@github.com")


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    async with github_scenario(around, ask) as made:
        yield made


async def compared(scenario: GitHubScenario, old: str, new: str) -> Comparison:
    found = await scenario.ours.compare(HOME, old, new)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("count", "requests"), [(0, 1), (1, 1), (100, 1), (101, 2), (250, 3), (260, 3), (730, 8), (1000, 10)]
)
async def test_all_changes_are_read_newest_first(scenario: GitHubScenario, count: int, requests: int) -> None:
    scenario.repository.commits += [
        Commit(f"{number:040x}", f"Change {number}\n\nwhy") for number in range(count)
    ]
    found = await compared(scenario, OLD, scenario.repository.commits[-1].sha)
    assert [change.title for change in found.changes] == [f"Change {number}" for number in range(count)][::-1]
    assert found.complete
    assert found.contains
    assert len(scenario.local.asked) == requests


async def test_of_too_many_changes_the_newest_are_read_and_it_says_that_some_are_missing(
    scenario: GitHubScenario,
) -> None:
    count = MOST_COMMITS + 230
    scenario.repository.commits += [Commit(f"{number:040x}", f"{number}") for number in range(count)]
    found = await compared(scenario, OLD, scenario.repository.commits[-1].sha)
    assert not found.complete
    assert len(found.changes) == MOST_COMMITS
    assert found.changes[0].title == f"{count - 1}"


async def test_fewer_commits_than_there_are_are_not_all(scenario: GitHubScenario) -> None:
    scenario.repository.commits += [Commit(f"{number:040x}", f"{number}") for number in range(150)]
    newest = scenario.repository.commits[-1].sha
    scenario.local.short_of = 20
    found = await compared(scenario, OLD, newest)
    assert (found.complete, len(found.changes)) == (False, 130)


async def test_a_page_that_cannot_be_read_gives_nothing(scenario: GitHubScenario) -> None:
    scenario.repository.commits += [Commit(f"{number:040x}", f"{number}") for number in range(150)]
    newest = scenario.repository.commits[-1].sha
    scenario.local.faults.add("GET .*/compare", 200, carried_out=True)
    assert (await scenario.ours.compare(HOME, OLD, newest)) is not None
    scenario.local.faults.add("GET .*/compare", 502)
    assert (await scenario.ours.compare(HOME, OLD, newest)) is None


async def test_whether_one_contains_the_other(scenario: GitHubScenario) -> None:
    """A hotfix that was branched off before the newest commit of main."""
    main, hotfix = "c" * 40, "d" * 40
    scenario.repository.commits += [
        Commit(NEW, "on main"),
        Commit(main, "on main too"),
        Commit(hotfix, "the fix", parent=NEW),
    ]
    for old, new, contains, titles in (
        (OLD, main, True, ["on main too", "on main"]),
        (main, main, True, []),
        (main, OLD, False, []),
        (main, hotfix, False, ["the fix"]),
        (hotfix, main, False, ["on main too"]),
        (OLD, hotfix, True, ["the fix", "on main"]),
    ):
        found = await compared(scenario, old, new)
        assert (found.contains, [change.title for change in found.changes]) == (contains, titles)
        assert found.complete


@pytest.mark.parametrize(
    ("commit", "change"),
    [
        (Commit(NEW, "Title\n\nBody", "mara-dev", "Mara"), Change(NEW, "mara-dev", "Title")),
        (Commit(NEW, "\n  T  \n", "", "Mara"), Change(NEW, "Mara <mara@example.org>", "T")),
        (Commit(NEW, "", "", ""), Change(NEW, "", "")),
        (
            Commit(NEW, "T", "mara-dev", committer=Person("andy-dev", "Andy")),
            Change(NEW, "mara-dev", "T", ("andy-dev",)),
        ),
        (
            Commit(NEW, "T", "mara-dev", committer=Person("", "Andy")),
            Change(NEW, "mara-dev", "T", ("Andy <andy@example.org>",)),
        ),
        (Commit(NEW, "T", "mara-dev", committer=GITHUB), Change(NEW, "mara-dev", "T")),
        (
            Commit(NEW, "T", "mara-dev", committer=Person("", "GitHub", "noreply@github.com")),
            Change(NEW, "mara-dev", "T"),
        ),
        (Commit(NEW, "T", "mara-dev", committer=NOBODY), Change(NEW, "mara-dev", "T")),
        (Commit(NEW, "T", "mara-dev", committer=Person("Mara-Dev")), Change(NEW, "mara-dev", "T")),
        (Commit(NEW, "T", "", "", committer=Person("andy-dev")), Change(NEW, "", "T", ("andy-dev",))),
        (Commit(NEW, "T", "", "", committer=GITHUB), Change(NEW, "", "T")),
    ],
)
async def test_a_change_is_of_its_author_and_its_committer(
    scenario: GitHubScenario, commit: Commit, change: Change
) -> None:
    scenario.repository.commits.append(commit)
    assert (await compared(scenario, OLD, NEW)).changes == (change,)


@pytest.mark.parametrize(
    ("trailers", "others"),
    [
        ("Co-authored-by: Andy <andy@example.org>", ("Andy <andy@example.org>",)),
        ("co-authored-by:  Andy  <andy@example.org>  ", ("Andy <andy@example.org>",)),
        (
            "Co-authored-by: Andy <andy@example.org>\r\nCO-AUTHORED-BY: Tim <tim@example.org>",
            ("Andy <andy@example.org>", "Tim <tim@example.org>"),
        ),
        ("Co-authored-by: Andy <a@x.org>\nCo-authored-by: Andy <a@x.org>", ("Andy <a@x.org>",)),
        ("Co-authored-by: Mara <MARA@example.org>", ()),
        ("Co-authored-by: Andy", ("Andy",)),
        ("Co-authored-by:", ()),
        ("Reviewed-by: Andy <andy@example.org>", ()),
        ("It was not Co-authored-by: Andy <andy@example.org>", ()),
    ],
)
async def test_those_whom_a_message_names_wrote_it_too(
    scenario: GitHubScenario, trailers: str, others: tuple[str, ...]
) -> None:
    commit = Commit(NEW, f"Title\n\nBody\n\n{trailers}\n", "mara-dev", "Mara", committer=GITHUB)
    scenario.repository.commits.append(commit)
    (change,) = (await compared(scenario, OLD, NEW)).changes
    assert change == Change(NEW, "mara-dev", "Title", others)


async def test_changes_between_unknown_commits_are_unknown(scenario: GitHubScenario) -> None:
    assert await scenario.ours.compare(HOME, OLD, "f" * 40) is None
    assert await scenario.ours.compare("tailspin/elsewhere", OLD, OLD) is None
