"""What a GitLab says of two commits: ancestry, changes, and everybody who wrote them."""

import pytest

from handlers.build import Change
from handlers.lineage import MOST_COMMITS
from tests.bot.ci.gitlab_bench import Bench, bench
from tests.bot.ci.gitlab_server import PATH

__all__ = ["bench"]

MARA = "Mara <mara@example.org>"


async def test_what_is_newer_contains_the_old_one_and_changes_are_newest_first(bench: Bench) -> None:
    first = bench.server.commit("a")
    second = bench.server.commit("b", first)
    third = bench.server.commit("c", second)
    found = await bench.ci.compare(PATH, first, third)
    assert found is not None
    assert (found.contains, found.complete) == (True, True)
    assert found.changes == (Change(third, MARA, "Change c"), Change(second, MARA, "Change b"))
    back = await bench.ci.compare(PATH, third, first)
    assert back is not None
    assert (back.contains, back.changes) == (False, ())
    same = await bench.ci.compare(PATH, third, third)
    assert same is not None
    assert (same.contains, same.changes) == (True, ())


async def test_branches_that_went_apart(bench: Bench) -> None:
    first = bench.server.commit("a")
    ours, theirs = bench.server.commit("b", first), bench.server.commit("c", first)
    found = await bench.ci.compare(PATH, ours, theirs)
    assert found is not None
    assert (found.contains, [change.sha for change in found.changes]) == (False, [theirs])
    unrelated = await bench.ci.compare(PATH, ours, bench.server.commit("d"))
    assert unrelated is not None
    assert unrelated.contains is False


async def test_commits_that_it_does_not_know_and_a_project_that_is_not_there(bench: Bench) -> None:
    first = bench.server.commit("a")
    assert await bench.ci.compare(PATH, first, "f" * 40) is None
    assert await bench.ci.compare("tailspin/other", first, first) is None


@pytest.mark.parametrize(
    ("more", "authors"),
    [
        ({}, (MARA,)),
        ({"author_email": ""}, ("Mara", MARA)),
        ({"author_name": "", "author_email": ""}, ("", MARA)),
        (
            {"committer_name": "Andy", "committer_email": "andy@example.org"},
            (MARA, "Andy <andy@example.org>"),
        ),
        ({"committer_name": "GitLab", "committer_email": "noreply@gitlab.example.org"}, (MARA,)),
        (
            {
                "message": "Change b\n\nCo-authored-by: Tim <tim@example.org>\n"
                f"co-authored-by: {MARA}\nCo-Authored-By: Ada <ada@example.org>  \n"
            },
            (MARA, "Tim <tim@example.org>", "Ada <ada@example.org>"),
        ),
    ],
)
async def test_everybody_who_wrote_a_commit(
    bench: Bench, more: dict[str, str], authors: tuple[str, ...]
) -> None:
    first = bench.server.commit("a")
    found = await bench.ci.compare(PATH, first, bench.server.commit("b", first, **more))
    assert found is not None
    assert found.changes[0].authors == authors


async def test_what_is_cut_is_told_as_incomplete(bench: Bench) -> None:
    first = previous = bench.server.commit("a")
    for number in range(MOST_COMMITS + 1):
        sha = f"{number:040x}"
        bench.server.commits.append({**bench.server.commits[0], "id": sha})
        bench.server.parents[sha], previous = previous, sha
    found = await bench.ci.compare(PATH, first, previous)
    assert found is not None
    assert (found.contains, found.complete, len(found.changes)) == (True, False, MOST_COMMITS)


@pytest.mark.parametrize("logs", [True, False])
async def test_a_comparison_that_timed_out_is_listed_by_pages(bench: Bench, logs: bool) -> None:
    bench.server.compare_timeout, bench.server.logs = True, logs
    first = previous = bench.server.commit("a")
    for number in range(230):
        sha = f"{number:040x}"
        bench.server.commits.append({**bench.server.commits[0], "id": sha})
        bench.server.parents[sha], previous = previous, sha
    found = await bench.ci.compare(PATH, first, previous)
    assert found is not None
    assert (found.contains, found.complete, found.changes[0].sha) == (True, logs, previous)
    assert len(found.changes) == (230 if logs else 1)
    if logs:
        assert found.changes[-1].sha == f"{0:040x}"


async def test_the_same_commits_are_asked_about_once(bench: Bench) -> None:
    first = bench.server.commit("a")
    second = bench.server.commit("b", first)
    found = await bench.ci.compare(PATH, first, second)
    asked = len(bench.server.requests)
    assert await bench.ci.compare(PATH, first, second) == found
    assert len(bench.server.requests) == asked
    await bench.ci.compare(PATH, second, first)
    assert len(bench.server.requests) > asked
