"""Where things are on github.com, on a tenant of its own, and on an Enterprise Server; and which paths names lead to."""

import pytest

from bot.ci.github import api


@pytest.mark.parametrize(
    ("root", "server", "version", "issuer"),
    [
        (
            "https://api.github.com",
            False,
            "2026-03-10",
            "https://token.actions.githubusercontent.com",
        ),
        ("https://api.tailspin.ghe.com/", False, "2026-03-10", "https://token.actions.tailspin.ghe.com"),
        (
            "https://github.example.org/api/v3",
            True,
            "2022-11-28",
            "https://github.example.org/_services/token",
        ),
        (
            "https://github.example.org:8443/api/v3/",
            True,
            "2022-11-28",
            "https://github.example.org:8443/_services/token",
        ),
    ],
)
def test_places(root: str, server: bool, version: str, issuer: str) -> None:
    assert api.is_server(root) is server
    assert api.headers_for(root, "t")["X-GitHub-Api-Version"] == version
    assert api.issuer_for(root) == issuer


@pytest.mark.parametrize(
    ("repository", "path"),
    [
        ("tailspin/space-game-web", "/repos/tailspin/space-game-web"),
        ("https://github.com/tailspin/space-game-web", "/repos/tailspin/space-game-web"),
        ("https://github.com/tailspin/space-game-web.git", "/repos/tailspin/space-game-web"),
        ("tailspin/.github", "/repos/tailspin/.github"),
        ("tailspin/a?b#c", "/repos/tailspin/a%3Fb%23c"),
        ("tailspin/..", "/repos/tailspin/%252E%252E"),
        ("tailspin", ""),
        ("tailspin/", ""),
        ("a/b/c", ""),
        ("https://github.com", ""),
        ("", ""),
    ],
)
def test_paths_of_repositories(repository: str, path: str) -> None:
    assert api.repository_path(repository) == path


def test_other_paths() -> None:
    home = "/repos/t/w"
    assert api.workflow_path("t/w", "a/../b.yml") == f"{home}/actions/workflows/a%2F..%2Fb.yml"
    assert api.file_path("t/w", "deploy.yml") == f"{home}/contents/.github/workflows/deploy.yml"
    assert api.range_path("t/w", "a/b", "c...d?") == f"{home}/compare/a%2Fb...c...d%3F"
    assert not api.workflow_path("t/w", "")
    assert not api.file_path("t", "deploy.yml")
    assert not api.range_path("t/w", "", "b")
