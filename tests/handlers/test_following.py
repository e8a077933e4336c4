"""Authors who asked for it are told that a change of theirs is live."""

from dataclasses import replace

import pytest

from handlers.build import Change
from handlers.following import tell_authors
from tests.handlers.builders import ANDY, MARA, OLGA_TOO, STRANGER, directory, release, succeeded

RELEASE = release(succeeded("production"))
MINE = Change("a" * 40, "mara-dev", "Faster leaderboard")


@pytest.mark.parametrize(
    ("changes", "followers", "told"),
    [
        pytest.param((MINE,), {MARA}, {MARA: "Faster leaderboard"}, id="the author"),
        pytest.param((MINE,), {ANDY, STRANGER}, {}, id="others"),
        pytest.param((MINE,), set[str](), {}, id="nobody asked"),
        pytest.param((), {MARA}, {}, id="no changes are known"),
        pytest.param(
            (replace(MINE, author="", co_authors=("Olga <olga>", "olga")),),
            {OLGA_TOO},
            {OLGA_TOO: "Faster leaderboard"},
            id="wrote it with others, under another account",
        ),
        pytest.param((replace(MINE, title=""),), {MARA}, {MARA: "aaaaaaa"}, id="no title"),
    ],
)
def test_who_is_told(changes: tuple[Change, ...], followers: set[str], told: dict[str, str]) -> None:
    found = tell_authors(RELEASE, changes, followers, directory())
    assert {each.user: each.values["titles"] for each in found} == told
    assert all(each.code == "change_live" for each in found)


def test_three_changes_are_named_and_the_others_counted() -> None:
    many = tuple(replace(MINE, title=f"Change {number}") for number in range(5))
    (few,) = tell_authors(RELEASE, many[:3], {MARA}, directory())
    (found,) = tell_authors(RELEASE, many, {MARA}, directory())
    assert few.values["more"] == ""
    assert found.values == {
        "release": "r1",
        "version": "2.1.0",
        "environment": "production",
        "titles": "Change 0; Change 1; Change 2",
        "more": "2",
    }
