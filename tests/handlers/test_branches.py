import pytest

from handlers.branches import matches_branch


@pytest.mark.parametrize(
    ("pattern", "branch", "fits"),
    [
        ("main", "main", True),
        ("main", "mainline", False),
        ("main", "not/main", False),
        ("hotfix/*", "hotfix/login", True),
        ("hotfix/*", "hotfix/", True),
        ("hotfix/*", "hotfix", False),
        ("hotfix/*", "hotfix/login/now", False),
        ("hotfix/**", "hotfix/login/now", True),
        ("release-*", "release-2.4", True),
        ("*-fix", "a-fix", True),
        ("*", "main", True),
        ("*", "feature/a", False),
        ("**", "feature/a", True),
        ("**/fix", "feature/a/fix", True),
        ("v1.x", "v1.x", True),
        ("v1.x", "v12x", False),
        ("[ab]", "a", False),
        ("[ab]", "[ab]", True),
        ("a?", "a", False),
        ("main", "main\n", False),
        ("main", "", False),
    ],
)
def test_a_star_stands_for_letters_but_no_slash(pattern: str, branch: str, fits: bool) -> None:
    assert matches_branch(branch, (pattern,)) is fits


def test_one_of_the_patterns_is_enough() -> None:
    assert matches_branch("hotfix/login", ("main", "hotfix/*"))
    assert not matches_branch("main", ())
