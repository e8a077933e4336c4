import pytest

from handlers.live_words import live_named
from tests.handlers.actions.contexts import HERE

CASES = [
    ("", (), ""),
    ("nothing runs", (), "nothing runs"),
    ("production=2.4.1", (("production", "2.4.1"),), ""),
    ("production=2.4.1 staging=2.4.2", (("production", "2.4.1"), ("staging", "2.4.2")), ""),
    (
        "production=2.4.1, and staging: 2.4.2; nothing runs",
        (("production", "2.4.1"), ("staging", "2.4.2")),
        "nothing runs",
    ),
    ("production 2.4.1 is what the page says", (("production", "2.4.1"),), "is what the page says"),
    ("production has 2.4.1 and staging has nothing", (("production", "2.4.1"), ("staging", "")), ""),
    ("production=nothing staging=-", (("production", ""), ("staging", "")), ""),
    ('Prod = "2.4.1"', (), 'Prod = "2.4.1"'),
    ('prod="2.4.1"', (("production", "2.4.1"),), ""),
    ("production=stable", (("production", "stable"),), ""),
    ("production is down", (), "production is down"),
    ("production", (), "production"),
    ("production=", (), "production="),
    ("qa=2.4.1", (), "qa=2.4.1"),
    ("production=4be1c9d production=4be1c9e", (("production", "4be1c9e"),), ""),
]


@pytest.mark.parametrize(("typed", "named", "rest"), CASES, ids=[case[0] or "nothing" for case in CASES])
def test_what_is_live_is_named(typed: str, named: tuple[tuple[str, str], ...], rest: str) -> None:
    assert live_named(tuple(typed.split()), HERE, "website") == (named, tuple(rest.split()))
