"""The JSON of a local GitHub, with all that GitHub's published description requires."""

import base64
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha1
from typing import Any

from tests.github.model import (
    NOBODY,
    Commit,
    Deployment,
    Job,
    Person,
    Repository,
    Run,
    Step,
    Waiting,
)

Json = dict[str, Any]

_LISTS = [
    "assignees",
    "branches",
    "blobs",
    "collaborators",
    "comments",
    "commits",
    "compare",
    "contents",
    "contributors",
    "deployments",
    "downloads",
    "events",
    "forks",
    "git_commits",
    "git_refs",
    "git_tags",
    "hooks",
    "issue_comment",
    "issue_events",
    "issues",
    "keys",
    "labels",
    "languages",
    "merges",
    "milestones",
    "notifications",
    "pulls",
    "releases",
    "stargazers",
    "statuses",
    "subscribers",
    "subscription",
    "tags",
    "teams",
    "trees",
    "archive",
]
_OF_PEOPLE = [
    "followers",
    "following",
    "gists",
    "starred",
    "subscriptions",
    "organizations",
    "repos",
    "events",
    "received_events",
]


def stamp(moment: datetime | None) -> str | None:
    return None if moment is None else moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def user(login: str, root: str) -> Json:
    url = f"{root}/users/{login}"
    return {
        "login": login,
        "id": int(sha1(login.encode(), usedforsecurity=False).hexdigest()[:6], 16),
        "node_id": "U_1",
        "avatar_url": f"{url}/avatar",
        "gravatar_id": "",
        "url": url,
        "html_url": url,
        "type": "User",
        "site_admin": False,
        **{f"{name}_url": f"{url}/{name}" for name in _OF_PEOPLE},
    }


def repository(of: Repository, root: str) -> Json:
    url = f"{root}/repos/{of.full_name}"
    owner, name = of.full_name.split("/")
    return {
        "id": of.id,
        "node_id": "R_1",
        "name": name,
        "full_name": of.full_name,
        "owner": user(owner, root),
        "private": True,
        "html_url": f"{root}/{of.full_name}",
        "description": None,
        "fork": False,
        "url": url,
        "archived": of.archived,
        "default_branch": of.default_branch,
        **{f"{name}_url": f"{url}/{name}" for name in _LISTS},
    }


def whole_repository(of: Repository, root: str) -> Json:
    """Give what a repository by itself says besides."""
    counts = [
        "forks_count",
        "forks",
        "open_issues_count",
        "open_issues",
        "stargazers_count",
        "watchers_count",
        "watchers",
        "size",
    ]
    flags = ["has_issues", "has_projects", "has_wiki", "has_pages", "has_discussions", "disabled"]
    url = f"{root}/{of.full_name}"
    return {
        **repository(of, root),
        **dict.fromkeys([*counts, "network_count", "subscribers_count"], 0),
        **dict.fromkeys(flags, False),
        **dict.fromkeys(("homepage", "language", "mirror_url", "license"), None),
        **{f"{name}_url": f"{url}.git" for name in ("clone", "git", "ssh", "svn")},
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), "2026-01-01T00:00:00Z"),
    }


def run(of: Run, root: str) -> Json:
    url = f"{root}/repos/{of.repository.full_name}/actions/runs/{of.id}"
    links = ["jobs", "logs", "check_suite", "cancel", "rerun", "artifacts", "workflow"]
    home = repository(of.repository, root)
    return {
        "id": of.id,
        "name": "Deploy",
        "node_id": "WFR_1",
        "check_suite_id": of.id,
        "check_suite_node_id": "CS_1",
        "head_branch": of.branch,
        "head_sha": of.sha,
        "path": of.path or f".github/workflows/{of.file}",
        "run_number": of.number,
        "run_attempt": of.attempt,
        "event": of.event,
        "display_title": of.title,
        "status": of.status,
        "conclusion": of.conclusion,
        "workflow_id": 1,
        "url": url,
        "html_url": f"{root}/{of.repository.full_name}/actions/runs/{of.id}",
        "pull_requests": [],
        "created_at": stamp(of.created_at),
        "updated_at": stamp(of.updated_at or of.created_at),
        "run_started_at": stamp(of.started_at or of.created_at),
        "actor": user(of.actor, root),
        "triggering_actor": user(of.actor, root),
        "previous_attempt_url": None,
        "head_commit": None,
        "repository": home,
        "head_repository": {**home, "id": of.head_repository or of.repository.id},
        **{f"{name}_url": f"{url}/{name}" for name in links},
    }


def job(of: Job, within: Run, root: str) -> Json:
    url = f"{root}/repos/{within.repository.full_name}/actions"
    began, ended = stamp(within.started_at or within.created_at), of.shown_status == "completed"
    return {
        "id": of.id,
        "run_id": within.id,
        "run_url": f"{url}/runs/{within.id}",
        "run_attempt": within.attempt,
        "node_id": "CR_1",
        "head_sha": within.sha,
        "head_branch": within.branch,
        "workflow_name": "Deploy",
        "name": of.name,
        "url": f"{url}/jobs/{of.id}",
        "html_url": f"{root}/{within.repository.full_name}/actions/runs/{within.id}/job/{of.id}",
        "check_run_url": f"{url}/check-runs/{of.id}",
        "status": of.shown_status,
        "conclusion": of.conclusion,
        "created_at": began,
        "started_at": began,
        "completed_at": began if ended else None,
        "steps": [step(each, number) for number, each in enumerate(of.steps, 1)],
        "labels": ["ubuntu-latest"],
        **dict.fromkeys(("runner_id", "runner_name", "runner_group_id", "runner_group_name"), None),
    }


def step(of: Step, number: int) -> Json:
    ended = of.conclusion is not None
    return {
        "name": of.name,
        "number": number,
        "status": "completed" if ended else "in_progress",
        "conclusion": of.conclusion,
    }


def workflow(file: str, of: Repository, root: str) -> Json:
    url = f"{root}/repos/{of.full_name}/actions/workflows/{file}"
    return {
        "id": 1,
        "node_id": "W_1",
        "name": "Deploy",
        "path": f".github/workflows/{file}",
        "state": "disabled_manually" if file in of.disabled else "active",
        "created_at": "2026-01-01T00:00:00Z",
        "updated_at": "2026-01-01T00:00:00Z",
        "url": url,
        "html_url": url,
        "badge_url": url,
    }


def content(file: str, written: str, of: Repository, root: str) -> Json:
    path = f".github/workflows/{file}"
    url = f"{root}/repos/{of.full_name}/contents/{path}"
    return {
        "type": "file",
        "encoding": "base64",
        "size": len(written.encode()),
        "name": file,
        "path": path,
        "content": base64.encodebytes(written.encode()).decode(),
        "sha": sha1(written.encode(), usedforsecurity=False).hexdigest(),
        "url": url,
        "git_url": url,
        "html_url": url,
        "download_url": url,
        "_links": {"self": url, "git": url, "html": url},
    }


def commit(of: Commit, within: Repository, root: str) -> Json:
    url = f"{root}/repos/{within.full_name}/commits/{of.sha}"
    committer = of.committer or of.author
    inner = {
        "url": url,
        "author": _signature(of.author),
        "committer": _signature(committer),
        "message": of.message,
        "comment_count": 0,
        "tree": {"sha": of.sha, "url": url},
    }
    return {
        "url": url,
        "sha": of.sha,
        "node_id": "C_1",
        "html_url": url,
        "comments_url": url,
        "commit": inner,
        "author": _account(of.author, root),
        "committer": _account(committer, root),
        "parents": [],
    }


def _signature(of: Person) -> Json | None:
    """Give what the commit itself says of a person; it may say nothing (`nullable-git-user`)."""
    if of == NOBODY:
        return None
    return {"name": of.name, "email": of.address, "date": "2026-01-01T00:00:00Z"}


def _account(of: Person, root: str) -> Json | None:
    return user(of.login, root) if of.login else None


def branch(name: str, of: Repository, root: str) -> Json:
    url = f"{root}/repos/{of.full_name}/branches/{name}"
    tip = Commit(of.branches[name], "the tip")
    return {
        "name": name,
        "commit": commit(tip, of, root),
        "_links": {"html": url, "self": url},
        "protected": False,
        "protection": {},
        "protection_url": url,
    }


@dataclass(frozen=True)
class Range:
    """What is between two commits: those of the new one alone, and how many the old one has alone."""

    ahead: list[Commit]
    behind: int

    @property
    def status(self) -> str:
        if self.ahead and self.behind:
            return "diverged"
        return "ahead" if self.ahead else "behind" if self.behind else "identical"


def comparison(between: Range, shown: list[Commit], of: Repository, root: str) -> Json:
    url = f"{root}/repos/{of.full_name}/compare"
    at = commit(Commit("0" * 40, "where both begin"), of, root)
    return {
        **{f"{name}url": url for name in ("", "html_", "permalink_", "diff_", "patch_")},
        "base_commit": at,
        "merge_base_commit": at,
        "status": between.status,
        "ahead_by": len(between.ahead),
        "behind_by": between.behind,
        "total_commits": len(between.ahead),
        "commits": [commit(each, of, root) for each in shown],
        "files": [],
    }


def waiting(of: Waiting, root: str) -> Json:
    """Give a pending deployment (GitHub's docs, "Get pending deployments for a workflow run")."""
    url = f"{root}/environments/{of.environment}"
    people = [{"type": "User", "reviewer": user(login, root)} for login in of.reviewers]
    teams = [{"type": "Team", "reviewer": _team(name, root)} for name in of.teams]
    return {
        "environment": {
            "id": 1,
            "node_id": "E_1",
            "name": of.environment,
            "url": url,
            "html_url": url,
        },
        "wait_timer": of.wait_timer,
        "wait_timer_started_at": stamp(of.since),
        "current_user_can_approve": False,
        "reviewers": people + teams,
    }


def _team(name: str, root: str) -> Json:
    url = f"{root}/teams/{name}"
    return {
        "id": 1,
        "node_id": "T_1",
        "name": name,
        "slug": name,
        "description": None,
        "permission": "pull",
        "type": "organization",
        "url": url,
        "html_url": url,
        "members_url": url,
        "repositories_url": url,
        "parent": None,
    }


def deployment(of: Deployment, root: str) -> Json:
    url = f"{root}/repos/{of.repository.full_name}/deployments/{of.id}"
    return {
        "url": url,
        "id": of.id,
        "node_id": "D_1",
        "sha": of.sha,
        "ref": of.sha,
        "task": "deploy",
        "payload": {},
        "environment": of.environment,
        "original_environment": of.environment,
        "description": None,
        "creator": user(of.creator, root),
        "created_at": stamp(of.created_at),
        "updated_at": stamp(of.created_at),
        "statuses_url": f"{url}/statuses",
        "repository_url": f"{root}/repos/{of.repository.full_name}",
    }


def deployment_status(state: str, log_url: str, number: int, of: Deployment, root: str) -> Json:
    url = f"{root}/repos/{of.repository.full_name}/deployments/{of.id}"
    return {
        "url": f"{url}/statuses/{number}",
        "id": number,
        "node_id": "S_1",
        "state": state,
        "creator": user(of.creator, root),
        "description": "",
        "environment": of.environment,
        "target_url": log_url,
        "log_url": log_url,
        "created_at": stamp(of.created_at),
        "updated_at": stamp(of.created_at),
        "deployment_url": url,
        "repository_url": f"{root}/repos/{of.repository.full_name}",
    }
