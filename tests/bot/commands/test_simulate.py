"""`shiproom simulate` as it is typed: what is said, in text and as JSON, and what is refused."""

import json
from pathlib import Path

import pytest

from bot.cli import run_command
from tests.bot.policy.drafts import Change, changed

FAR = "2030-12-16 11:00"
"""A Monday."""
BERLIN: Change = ("version: 1\n", "version: 1\ntime_zone: Europe/Berlin\n")
TIMES: Change = (
    "      - name: production\n",
    '      - name: production\n        windows: [{days: Mon-Thu, from: "09:00", to: "16:00"}]\n',
)


class Typed:
    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def policy(self, *changes: Change) -> None:
        (self._folder / "shiproom.yml").write_text(changed(*changes), encoding="utf-8")

    def run(self, *words: str) -> tuple[int, str, str]:
        status = run_command(("simulate", *words))
        out, err = self._capsys.readouterr()
        return status, out, err


@pytest.fixture
def typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Typed:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "SHIPROOM_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    made = Typed(tmp_path, capsys)
    made.policy(BERLIN, TIMES)
    return made


def test_it_says_who_has_to_sign_and_when_it_could_start(typed: Typed) -> None:
    status, out, _ = typed.run("website", "2.4.1", "--at", "2030-12-20 17:00", "--to", "production")
    lines = out.splitlines()
    assert status == 0
    assert lines[0] == "website 2.4.1 to production, Fri 20 Dec 2030 17:00 CET"
    assert "staging: nothing would hold it." in lines
    assert "  - testers have to sign off: @U0AMITA." in lines
    assert "  - ops have to sign off: @U0TIM or @U0KIM." in lines
    assert (
        "  - The window of production opens Mon 23 Dec 2030 09:00. website 2.4.1 starts by itself then" in out
    )
    assert "it could start" not in out
    assert "999" not in out


def test_it_says_when_all_of_the_calendar_lets_it_start(typed: Typed) -> None:
    freeze = "freezes: [{name: year end, from: 2030-12-19, to: 2031-01-04, reason: accounts}]"
    typed.policy((BERLIN[0], BERLIN[1] + freeze + "\n"), TIMES)
    out = typed.run("website", "2.4.1", "--at", "2030-12-20 17:00")[1]
    assert out.count("is frozen until Sat 4 Jan 2031 00:00") == 2
    assert "  By windows and freezes it could start Mon 6 Jan 2031 09:00 CET." in out.splitlines()


def test_it_goes_to_the_last_environment_unless_another_is_named(typed: Typed) -> None:
    assert "to production," in typed.run("website", "2.4.1", "--at", FAR)[1]
    assert "production" not in typed.run("website", "2.4.1", "--at", FAR, "--to", "staging")[1]


def test_who_starts_it_is_named_by_id_or_by_name(typed: Typed) -> None:
    typed.policy(("members: [U0AMITA]", "members: [U0AMITA, U0MARA]"))
    assert "@U0AMITA or Mara" in typed.run("website", "2.4.1")[1]
    for name in ("U0MARA", "mara"):
        assert "have to sign off: @U0AMITA." in typed.run("website", "2.4.1", "--by", name)[1]


def test_what_two_teams_have_to_know_alike_is_said_once(typed: Typed) -> None:
    typed.policy(
        ("- {sign_off: testers}", "- {sign_off: testers, authors_may_sign: false}"),
        ("- {sign_off: ops}", "- {sign_off: ops, authors_may_sign: false}"),
    )
    status, out, _ = typed.run("website", "2.4.1")
    assert (status, out.count("Nobody has told what changed in 2.4.1")) == (0, 1)
    assert "have to sign off: @U0TIM or @U0KIM." in out


def test_programs_get_json(typed: Typed) -> None:
    status, out, _ = typed.run("website", "2.4.1", "--at", "2030-12-20 17:00", "--format", "json")
    told = json.loads(out)
    assert (status, told["service"], told["version"], told["environment"]) == (
        0,
        "website",
        "2.4.1",
        "production",
    )
    assert (told["at"], told["database"], told["release"]) == ("2030-12-20T16:00:00Z", False, None)
    staging, production = told["steps"]
    assert (staging["open"], staging["reasons"]) == (True, [])
    assert production["starts_at"] == "2030-12-23T08:00:00Z"
    assert production["gates"]["ops"] == {"gate": "sign_off", "verdict": "waiting"}
    assert {"code": "sign_off_missing", "who": ["testers"], "until": None}.items() <= production["reasons"][
        0
    ].items()


def test_a_build_that_is_not_known_may_be_of_another_branch(typed: Typed) -> None:
    found = "Only builds of main may go there"
    assert found not in typed.run("website", "2.4.1")[1]
    assert found in typed.run("website", "2.4.1", "--branch", "feature/x")[1]


def test_the_database_is_only_read(typed: Typed, tmp_path: Path) -> None:
    assert run_command(("migrate",)) == 0
    assert "There is no database" not in typed.run("website", "2.4.1")[1]
    before = (tmp_path / "shiproom.db").read_bytes()
    assert "The build is not known: as if it came from main." in typed.run("website", "2.4.1")[1]
    assert (tmp_path / "shiproom.db").read_bytes() == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("websit", "2.4.1"), "websit is no service of the policy; did you mean `website`?"),
        (
            ("website", "2.4.1", "--to", "prodution"),
            "website has no environment prodution; did you mean `production`?",
        ),
        (("website", "2.4.1", "--at", "Fri 25:00"), "Fri 25:00 is not read as a time"),
        (("website", "2.4.1", "--at", "soon"), "soon is not read as a time"),
        (("website", "2.4.1", "--at", "Fri 17:00 or so"), "is not read as a time"),
        (("website", "2.4.1", "--at", "2020-01-01"), "2020-01-01 is past"),
        (("website", "2.4.1", "--by", "mar"), "mar is nobody whom the policy knows; did you mean `mara`?"),
    ],
)
def test_what_cannot_be_answered_is_refused(typed: Typed, words: tuple[str, ...], said: str) -> None:
    status, out, err = typed.run(*words)
    assert (status, out) == (1, "")
    assert said in err


def test_times_are_read_as_they_are_everywhere(typed: Typed) -> None:
    for written in ("Fri 17:00", "freitag 17 Uhr", "tomorrow 9am"):
        assert typed.run("website", "2.4.1", "--at", written)[0] == 0


def test_a_policy_with_a_mistake_is_not_simulated(typed: Typed) -> None:
    typed.policy(("kind: local", "kind: locale"))
    status, _, err = typed.run("website", "2.4.1")
    assert status == 1
    assert "shiproom.yml:9:16" in err
    assert err.rstrip().endswith("has 1 error.")
