"""Where things are on github.com, on a tenant of its own, and on an Enterprise Server; and which paths names lead to."""

import pytest

from bot.ci_api import github_api


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
    assert github_api.is_server(root) is server
    assert github_api.headers_for(root, "t")["X-GitHub-Api-Version"] == version
    assert github_api.issuer_for(root) == issuer


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
    assert github_api.repository_path(repository) == path


def test_other_paths() -> None:
    home = "/repos/t/w"
    assert github_api.workflow_path("t/w", "a/../b.yml") == f"{home}/actions/workflows/a%2F..%2Fb.yml"
    assert github_api.file_path("t/w", "deploy.yml") == f"{home}/contents/.github/workflows/deploy.yml"
    assert github_api.range_path("t/w", "a/b", "c...d?") == f"{home}/compare/a%2Fb...c...d%3F"
    assert not github_api.workflow_path("t/w", "")
    assert not github_api.file_path("t", "deploy.yml")
    assert not github_api.range_path("t/w", "", "b")
