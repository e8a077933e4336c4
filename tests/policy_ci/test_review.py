"""`shiproom check --against` and `--report`: what is said, where, and how it ends."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.commands.policy_review import WEAKER
from bot.commands.report_formats import as_markdown
from bot.policy_report import Meaning, PolicyReport
from bot.schema.diagnostics import Diagnostic
from tests.bot.policy.drafts import SOUND, changed
from tests.policy_ci.reviews import TOKEN, Reviews

WEAK = changed(("          - {sign_off: ops}\n", ""), ("members: [U0AMITA]", "members: [U0AMITA, U0MARA]"))

Report = Callable[..., Awaitable[str]]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with an older and a newer policy, in which commands are run."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.yml").write_text(SOUND)
    (tmp_path / "shiproom.yml").write_text(WEAK)
    return tmp_path


def check(*words: str) -> int:
    return main(["check", "--without-secrets", "--config=shiproom.yml", *words])


def test_what_it_means_is_said_weaker_first(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert check("--against=old.yml") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if not line.startswith("warning: ")] == [
        "WEAKER: website: staging is no longer kept until ops have signed.",
        "WEAKER: website: production no longer needs a sign-off of ops.",
        "WEAKER: website: Mara can act for testers.",
        "shiproom.yml is fine, and weaker than before in 3 ways.",
    ]


TOKEN_LINE = 'tokens:\n  - {name: incidents, secret: "${INCIDENT_TOKEN}", may: [lock], services: [website]}\n'
ANCHOR = "audit: {anchor: {channel: C0AUDIT}}\n"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("", TOKEN_LINE, "WEAKER: every service: the token incidents may now lock website."),
        (
            TOKEN_LINE,
            TOKEN_LINE.replace("[lock]", "[lock, read]"),
            "the token incidents may now read website.",
        ),
        (TOKEN_LINE, TOKEN_LINE.replace(", services: [website]", ""), "may now lock every service."),
        (TOKEN_LINE, "", "means the same as before."),
        (ANCHOR, "", "WEAKER: every service: the heads of the history are not kept outside the database."),
        (
            ANCHOR,
            ANCHOR.replace("AUDIT", "OTHER"),
            "every service: the heads of the history are kept in another place.",
        ),
        ("", ANCHOR, "every service: the heads of the history are kept in another place."),
    ],
)
def test_what_concerns_every_service_is_compared(
    place: Path, capsys: pytest.CaptureFixture[str], before: str, after: str, said: str
) -> None:
    (place / "old.yml").write_text(SOUND + before)
    (place / "shiproom.yml").write_text(SOUND + after)
    assert check("--against=old.yml") == 0
    assert said in capsys.readouterr().out


def test_a_ci_that_changed_counts_as_weaker(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "elsewhere").mkdir()
    (place / "shiproom.yml").write_text(SOUND.replace("directory: .}", "directory: elsewhere}"))
    assert check("--against=old.yml", "--fail-on=weaker") == WEAKER
    assert "`ci` has changed, which is not compared here: read these lines" in capsys.readouterr().out


def test_what_fails_needs_something_to_compare_with(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert check("--fail-on=weaker") == 1
    assert "name the older policy with --against" in capsys.readouterr().err


@pytest.mark.parametrize(
    "case",
    [
        (SOUND, WEAK, WEAKER, "weaker than before in 3 ways."),
        (WEAK, SOUND, 0, "nothing is weaker than before."),
        (SOUND, SOUND, 0, "means the same as before."),
        ("", SOUND, 0, "there was no policy before."),
        (
            "version: 7\n",
            SOUND,
            WEAKER,
            "what its change means is not known: the older policy has errors, the first one",
        ),
        (SOUND, SOUND.replace("C0RELEASES", "here"), 1, "has 1 error."),
    ],
)
def test_a_weaker_policy_fails_where_that_is_wanted(
    place: Path, capsys: pytest.CaptureFixture[str], case: tuple[str, str, int, str]
) -> None:
    old, new, status, said = case
    (place / "old.yml").write_text(old)
    (place / "shiproom.yml").write_text(new)
    assert check("--against=old.yml", "--fail-on=weaker") == status
    assert said in capsys.readouterr().out
    assert check("--against=old.yml") == (0 if status == WEAKER else status)


def test_an_older_file_that_is_not_there_is_named(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert check("--against=gone.yml") == 1
    assert "gone.yml cannot be read" in capsys.readouterr().err


def test_nothing_online_is_looked_at_in_a_review(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert main(["check", "--online", "--against=old.yml"]) == 1
    assert "--online" in capsys.readouterr().err


def test_programs_read_json(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    del place
    assert check("--against=old.yml", "--format=json") == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["ok"], said["services"], said["errors"]) == (True, ["website"], [])
    assert [(each["code"], each["weaker"]) for each in said["changes"]] == [
        ("kept_removed", True),
        ("sign_off_removed", True),
        ("members_added", True),
    ]


HOSTILE = "````` @mara <img src=x onerror=alert(1)> </details> [x](javascript:y) ![](https://example.org/p.png) #1\n::error::x"


def test_whatever_the_file_says_stays_text_in_a_comment() -> None:
    found = Diagnostic(Path("shiproom.yml"), 3, 4, HOSTILE)
    meaning = Meaning("website", "checklist_shorter", HOSTILE, weaker=True)
    lines = as_markdown(
        PolicyReport("shiproom.yml", (found,), (found,), ("website",), (meaning,), unknown=HOSTILE)
    ).splitlines()
    inside, fence, outside = False, "", list[str]()
    for line in lines:
        if not inside and line.startswith("```"):
            inside, fence = True, line.rstrip("abcdefghijklmnopqrstuvwxyz")
        elif inside and line == fence:
            inside = False
        elif inside:
            assert fence not in line
        else:
            outside.append(line)
    assert not inside
    assert len(fence) == 6
    assert not [line for line in outside if "mara" in line or "<img" in line]
    assert not [line for line in lines if line.startswith("::")]


async def test_lines_are_annotated_on_github(place: Path, api: Reviews, report: Report) -> None:
    (place / "shiproom.yml").write_text(SOUND.replace("C0RELEASES", '"50%, ::error::x"'))
    summary = place / "summary.md"
    said = await report("github", GITHUB_STEP_SUMMARY=str(summary), GITHUB_API_URL=api.url)
    [line] = [line for line in said.splitlines() if line.startswith("::")]
    assert line.startswith(
        "::error file=shiproom.yml,line=12,col=14::`50%25, ::error::x` is not the id of a Slack channel"
    )
    assert "has 1 error" in summary.read_text()
    assert "No comment is written" in said


async def test_lines_are_annotated_on_gitlab(place: Path, api: Reviews, report: Report) -> None:
    (place / "shiproom.yml").write_text(SOUND.replace("C0RELEASES", "here"))
    said = await report("gitlab", CI_API_V4_URL=f"{api.url}/api/v4")
    [fault] = json.loads((place / "gl-code-quality-report.json").read_text())
    assert (fault["severity"], fault["location"]) == (
        "major",
        {"path": "shiproom.yml", "lines": {"begin": 12}},
    )
    assert "No note is written" in said


@pytest.fixture
def report(place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Report:
    """Report as a job does; return what is printed. What it is about decides the exit status, and not where it is said."""

    async def run(where: str, **environ: str) -> str:
        for name in ("GITHUB_STEP_SUMMARY", "GITHUB_EVENT_PATH", "GITHUB_TOKEN", "CI_API_V4_URL"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        wrong = "C0RELEASES" not in (place / "shiproom.yml").read_text()
        status = await asyncio.to_thread(check, "--against=old.yml", f"--report={where}")
        assert status == (1 if wrong else 0)
        return capsys.readouterr().out

    return run


def on_github(place: Path, api: Reviews, token: str = TOKEN) -> dict[str, str]:
    event: dict[str, Any] = {"pull_request": {"number": 3}}
    (place / "event.json").write_text(json.dumps(event))
    return {
        "GITHUB_API_URL": api.url,
        "GITHUB_REPOSITORY": "tailspin/space-game-web",
        "GITHUB_EVENT_PATH": str(place / "event.json"),
        "GITHUB_TOKEN": token,
    }


def on_gitlab(place: Path, api: Reviews, token: str = TOKEN) -> dict[str, str]:
    del place
    return {
        "CI_API_V4_URL": f"{api.url}/api/v4",
        "CI_MERGE_REQUEST_PROJECT_ID": "7",
        "CI_MERGE_REQUEST_IID": "3",
        "SHIPROOM_POLICY_TOKEN": token,
    }


PLACES = {"github": on_github, "gitlab": on_gitlab}


@pytest.mark.parametrize("where", PLACES)
async def test_one_comment_is_written_and_edited(
    place: Path, api: Reviews, report: Report, where: str
) -> None:
    for number in range(150):
        api.add(f"looks good {number}", "User")
    environ = PLACES[where](place, api)
    assert "The comment is written." in await report(where, **environ)
    (place / "shiproom.yml").write_text(SOUND)
    assert "The comment is written." in await report(where, **environ)
    assert len(api.comments) == 151
    assert "means the same as before" in api.written[-1]
    assert [line.split()[0] for line in api.asked] == ["POST", "PATCH" if where == "github" else "PUT"]


async def test_a_comment_of_a_person_with_the_mark_is_left_alone(
    place: Path, api: Reviews, report: Report
) -> None:
    environ = on_github(place, api)
    await report("github", **environ)
    mark = api.written[0].partition("\n")[0]
    api.comments.clear()
    api.add(f"{mark}\nall is well", "User")
    await report("github", **environ)
    assert api.written[0].endswith("all is well")
    assert len(api.comments) == 2


@pytest.mark.parametrize("where", PLACES)
@pytest.mark.parametrize("status", [401, 403, 404, 502])
async def test_nothing_fails_because_no_comment_can_be_written(
    place: Path, api: Reviews, report: Report, where: str, status: int
) -> None:
    api.refusal = status
    said = await report(where, **PLACES[where](place, api, "read-only"))
    assert f"The comment is not written: the answer was {status}" in said
    assert ("fork" in said) is (status != 502)
    assert api.comments == {}


async def test_nothing_fails_because_nobody_answers(place: Path, api: Reviews, report: Report) -> None:
    environ = on_github(place, api) | {"GITHUB_API_URL": "http://127.0.0.1:1"}
    assert "The comment is not written: ClientConnectorError." in await report("github", **environ)
