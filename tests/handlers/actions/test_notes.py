import pytest

from handlers.requests import Query, UsageError
from tests.handlers.actions.contexts import HERE, read
from tests.handlers.builders import ANDY


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("notes r42", Query("notes", ANDY, "website", 42)),
        ("notes r42 please", Query("notes", ANDY, "website", 42)),
        ("notes website 2.4.1", Query("notes", ANDY, "website", version="2.4.1")),
        ("notes shop@2.4.1", Query("notes", ANDY, "shop", version="2.4.1")),
        ("notes for 2.4.1 in production", Query("notes", ANDY, "website", version="2.4.1")),
        ("changelog r42", Query("notes", ANDY, "website", 42)),
        ("notes", UsageError("release_needed", "", ("notes",))),
        ("notes production", UsageError("release_needed", "", ("notes",))),
        ("notes r42 and r43", UsageError("one_subject", "r43")),
    ],
)
def test_notes(line: str, expected: Query | UsageError) -> None:
    assert read(line, HERE) == expected
