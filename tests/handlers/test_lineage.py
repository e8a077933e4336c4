from typing import Any

import pytest

from handlers.build import Change
from handlers.lineage import Relation, is_newer
from tests.handlers.builders import build

ELSEWHERE = {"branch": "hotfix/login"}


@pytest.mark.parametrize("relation", Relation)
@pytest.mark.parametrize(
    ("fields", "newer"),
    [
        ({"order": 2, "position": 2}, True),
        ({"order": 9, "position": 1}, True),
        ({"order": 0, "position": 2}, True),
        ({"order": 1, "position": 1}, False),
        ({"order": 9, "position": 0}, False),
        ({"order": 0, "position": 1}, False),
    ],
)
def test_within_a_branch_the_position_counts_then_the_order(
    fields: dict[str, Any], newer: bool, relation: Relation
) -> None:
    assert is_newer(build(version="2.9.0", **fields), build(1), relation) is newer


@pytest.mark.parametrize(
    ("relation", "newer"),
    [
        (Relation.CONTAINS, True),
        (Relation.CLAIMED, True),
        (Relation.LACKS, False),
        (Relation.UNKNOWN, False),
    ],
)
@pytest.mark.parametrize("order", [1, 5])
def test_across_branches_only_what_contains_the_other_is_newer(
    order: int, relation: Relation, newer: bool
) -> None:
    assert is_newer(build(order, **ELSEWHERE), build(3), relation) is newer


def test_who_wrote_a_commit_is_all_who_had_a_part_in_it() -> None:
    assert Change("1", "mara-dev", "Log in").authors == ("mara-dev",)
    assert Change("1", "", "Log in", ("olga", "bob")).authors == ("", "olga", "bob")
