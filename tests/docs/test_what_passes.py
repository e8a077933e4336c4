"""The table of what passes what on docs/policy.md is the one of which tests/handlers has a case for each cell."""

import re

from tests.docs.pages import PAGES
from tests.handlers.passing import COLUMNS, MEANINGS, TABLE
from tests.house.tree import ROOT

PAGE = PAGES[ROOT / "docs" / "policy.md"]
MARKS = "¹²³⁴⁵⁶⁷⁸⁹"


def behind(comment: str) -> str:
    """Return what stands behind a comment, up to the next empty line."""
    found = PAGE.partition(f"<!-- {comment} -->\n")[2].partition("\n\n")[0]
    assert found, f"docs/policy.md lacks <!-- {comment} -->"
    return found


def rows(comment: str) -> list[list[str]]:
    """Return the cells of a table, without its line of dashes."""
    lines = behind(comment).splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return [cells[0], *cells[2:]]


def test_the_table_says_what_the_tests_prove() -> None:
    heading, *written = rows("what passes what")
    assert [each.strip("`") for each in heading] == ["", *COLUMNS]
    said = {
        row: dict(zip(COLUMNS, (cell.strip(f" {MARKS}") for cell in cells), strict=True))
        for row, *cells in written
    }
    assert said == TABLE


def test_each_outcome_is_explained() -> None:
    assert dict(rows("outcomes")[1:]) == MEANINGS


def test_each_mark_has_its_note() -> None:
    notes = re.findall(rf"^- ([{MARKS}]) ", behind("notes"), re.MULTILINE)
    assert notes == sorted(set(notes), key=MARKS.index)
    assert set(notes) == set(re.findall(f"[{MARKS}]", behind("what passes what")))
