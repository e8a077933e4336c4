"""The JSON Schema of the policy: it takes what the loader takes, and refuses what the loader refuses and it can express."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from bot.ci import KINDS
from bot.commands.schema import schema
from bot.policy.json_schema import ID, policy_schema
from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import compose
from tests.bot.policy.against_schema import faults, plain
from tests.bot.policy.drafts import SOUND, Change, changed, read
from tests.house.tree import ROOT
from tests.profile import size

COMPLETE = (
    SOUND.replace(
        "services:\n",
        """\
  github: {kind: github, token: "${T}", webhook_secret: "${W}", poll: 30s}
  gitlab: {kind: gitlab, url: "https://gitlab.example.org", token: "${T}", oidc_issuer: "https://gitlab.example.org"}
  buildbot: {kind: buildbot, url: "https://buildbot.example.org", user: me, password: "${T}"}
  jenkins: {kind: jenkins, url: "https://jenkins.example.org", user: me, token: "${T}", unstable: succeeded}
  anything:
    kind: generic
    hosts: [ci.example.org]
    headers: {Authorization: "Bearer ${T}"}
    trigger: {url: "https://ci.example.org/start/{{correlation_id}}", id: run.id, json: {sha: "{{sha}}", deep: [1, true]}}
    status: {url: "https://ci.example.org/runs/{{run_id}}", state: [a, b.c], map: {ok: succeeded, bad: failed}}
    search: {url: "https://ci.example.org/runs", list: items, correlation: id, id: id, grace: 1m}
    cancel: {method: DELETE, url: "https://ci.example.org/runs/{{run_id}}"}
    webhook_secret: "${W}"
    webhook: {header: x-signed, id: id}
holidays: {country: DE, subdivision: BE, also: [2026-12-24, "2027-12-24"], not: [2026-12-26]}
windows:
  office-hours:
    - {days: Mon-Thu, from: "09:00", to: "16:00", last_start: "15:30", not_on: holidays}
    - {days: "Fri, Sun-Mon", from: "22:00", to: "24:00"}
    - {days: [Sat, Mon-Tue], from: "00:00", to: "01:00"}
freezes:
  - {name: year end, from: 2026-12-14, to: 2227-01-04, reason: "accounts", services: [website], environments: [production]}
  - {name: fair, from: 2226-12-14 08:00, to: "2227-01-04 20:00"}
tokens:
  - {name: incidents, secret: "${T}", may: [lock, read], services: [website]}
services:
""",
    )
    .replace(
        "    starters: [developers]\n",
        """\
    starters: [developers]
    repository: tailspin/space-game-web
    freezes: [{name: fair, from: 2226-12-14, to: 2227-01-04, environments: [staging]}]
    links: {Test plan: "https://example.org/plan"}
    tickets: {like: "SG-[0-9]+", url: "https://tickets.example/{ticket}"}
    builds: {ci: github, branch: main, workflow: build.yml, version: "2.4.{run_number}"}
    changes: {ci: github}
""",
    )
    .replace(
        "      - name: production\n",
        """\
      - name: canary
        windows: office-hours
        deploy: {ci: here, command: [./deploy.sh, canary]}
      - name: production
        url: https://example.org
        windows: [{days: daily, from: "09:00", to: "10:00"}]
        start: automatic
        protected: true
        branches: [main, "release/*"]
        contains_live: required
        rollback: {gates: []}
""",
    )
    .replace(
        "{sign_off: testers}",
        "{sign_off: testers, needs: 1, checklist: [Log in works], authors_may_sign: true}",
    )
)
"""A policy with every kind of CI and nearly every key."""

SCHEMA = policy_schema()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert SCHEMA["$id"] == ID


def test_the_file_in_docs_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert schema() == 0
    assert (ROOT / "docs" / "shiproom.schema.json").read_text(encoding="utf-8") == capsys.readouterr().out


def test_every_key_says_what_it_is_for() -> None:
    sections = {"": SCHEMA, **SCHEMA["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, each in sections.items()
        for key, written in each.get("properties", {}).items()
        if not written.get("description")
    ]
    assert silent == []
    assert {each.settings.__name__ for each in KINDS.values()} <= set(sections)


@pytest.mark.parametrize("text", [SOUND, COMPLETE], ids=["sound", "complete"])
def test_it_takes_what_the_loader_takes(tmp_path: Path, text: str) -> None:
    result = read(tmp_path, text)
    assert not result.errors, result.errors
    assert faults(text) == []


@pytest.mark.parametrize("path", sorted((ROOT / "docs").glob("*.yml")), ids=lambda path: path.name)
def test_it_takes_what_the_docs_show(path: Path) -> None:
    assert faults(path.read_text(encoding="utf-8")) == []


REFUSED: list[Change] = [
    ("version: 1", "version: 2"),
    ("version: 1", 'version: "1"'),
    ("version: 1\n", ""),
    ("version: 1", "version: 1\nunknown: yes"),
    ("{name: Mara, slack: [U0MARA]}", "{slack: [U0MARA]}"),
    ("{name: Mara, slack: [U0MARA]}", "{name: Mara, slack: U0MARA}"),
    ("{name: Mara, slack: [U0MARA]}", "{name: Mara, email: nobody}"),
    ("members: [U0AMITA]", "members: []"),
    ("members: [U0AMITA]", "members: [amita]"),
    ("members: [U0AMITA]", "members: [U0AMITA, U0AMITA]"),
    ("testers: {members: [U0AMITA]}", "testers: {}"),
    ("  developers:", "  Developers:"),
    ("  developers:", "  rollback: {members: [U0ANDY]}\n  developers:"),
    ("  developers:", "  r42: {members: [U0ANDY]}\n  developers:"),
    ("kind: local", "kind: locale"),
    ("{kind: local, directory: .}", "{directory: .}"),
    ("{kind: local, directory: .}", "{kind: local, directory: ., token: x}"),
    ("{kind: local, directory: .}", "{kind: github, token: plain}"),
    ("{kind: local, directory: .}", "{kind: buildbot, url: https://b.example.org, user: me}"),
    ("channel: C0RELEASES", "channel: releases"),
    ("    channel: C0RELEASES\n", ""),
    ("starters: [developers]", "starters: developers"),
    ("operators: [ops]", "operators: [ops]\n    builds: {workflow: build.yml}"),
    ("operators: [ops]", "operators: [ops]\n    links: {}"),
    ("operators: [ops]", "operators: [ops]\n    links: {Plan: nowhere}"),
    ("name: staging", "name: Staging"),
    ("name: staging", "name: staging\n        windows: []"),
    ("name: staging", "name: staging\n        windows: {days: Mon}"),
    ("name: staging", 'name: staging\n        windows: [{days: Mo, from: "09:00", to: "10:00"}]'),
    ("name: staging", 'name: staging\n        windows: [{days: Mon, from: "9:00", to: "10:00"}]'),
    ("name: staging", 'name: staging\n        windows: [{days: Mon, from: "09:00", to: "25:00"}]'),
    ("name: staging", 'name: staging\n        windows: [{days: Mon, from: "09:00"}]'),
    ("version: 1", "version: 1\nwindows: {}"),
    ("version: 1", "version: 1\nholidays: {subdivision: BE}"),
    ("version: 1", "version: 1\nholidays: {country: DE, also: [24.12.2026]}"),
    ("version: 1", "version: 1\nfreezes: [{name: fair, from: 2226-12-14}]"),
    ("version: 1", "version: 1\nfreezes: [{name: fair, from: 14.12.2226, to: 2227-01-04}]"),
    (
        "operators: [ops]",
        "operators: [ops]\n    freezes: [{name: x, from: 2226-12-14, to: 2227-01-04, services: [website]}]",
    ),
    ("name: staging", "name: staging\n        protected: maybe"),
    ("name: staging", "name: staging\n        start: sometimes"),
    ("name: staging", "name: staging\n        url: example.org"),
    ("staging]}", "staging], timeout: 10}"),
    ("staging]}", "staging], timeout: ten}"),
    ("staging]}", "staging], claim: optional}"),
    ("staging]}", "staging], send: [everything]}"),
    ("command: [./deploy.sh, staging]", "command: ./deploy.sh"),
    ("{sign_off: testers}", "{sign_off: testers, needs: 0}"),
    ("{sign_off: testers}", "{sign_off: testers, needs: 100}"),
    ("{sign_off: testers}", '{sign_off: testers, needs: "1"}'),
    ("{sign_off: testers}", "{sign_of: testers}"),
    ("{sign_off: testers}", "{needs: 1}"),
    ("{sign_off: testers}", "{sign_off: testers, same_person: 1}"),
    ("{sign_off: testers}", f"{{sign_off: testers, checklist: [{'x' * 76}]}}"),
    (
        "{sign_off: testers}",
        f"{{sign_off: testers, checklist: [{', '.join(f'i{each}' for each in range(11))}]}}",
    ),
]


@pytest.mark.parametrize("change", REFUSED, ids=lambda change: str(change[1])[:50])
def test_it_refuses_what_the_loader_refuses(tmp_path: Path, change: Change) -> None:
    text = changed(change)
    assert read(tmp_path, text).errors
    assert faults(text) != []


JUNK = st.sampled_from(
    [
        0,
        7,
        True,
        -0.5,
        None,
        "",
        "x",
        "Not A Name",
        "10m",
        "U0TIM",
        "https://example.org",
        [],
        ["x"],
        [["x"]],
        {},
        {"x": "y"},
    ]
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401 - JSON
    """List the path of every value."""
    yield path
    inside: dict[Any, Any] = {}
    if isinstance(value, dict):
        inside = cast("dict[Any, Any]", value)
    elif isinstance(value, list):
        inside = dict(enumerate(cast("list[Any]", value)))
    for key, each in inside.items():
        yield from places(each, (*path, key))


def root_of(text: str) -> Any:  # noqa: ANN401 - JSON
    root = compose(text, Diagnostics(Path("shiproom.yml")))
    assert root is not None
    return plain(root)


WHOLE = root_of(COMPLETE)
PLACES = [path for path in places(WHOLE) if path]


@settings(max_examples=size(40, 40, 1000))
@given(path=st.sampled_from(PLACES), junk=JUNK)
def test_whatever_stands_somewhere_the_schema_refuses_no_more_than_the_loader(
    path: tuple[Any, ...], junk: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    whole = json.loads(json.dumps(WHOLE))
    place = whole
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = junk
    # JSON is YAML, and every text in it is quoted.
    text = json.dumps(whole)
    if not read(tmp_path_factory.getbasetemp(), text).errors:
        assert faults(text) == []
