"""The `generic` kind: requests as a policy describes them, and everything that is wrong with them, with its place."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.policy import read_policy
from bot.schema.words import URL as URL_SHAPE
from tests.bot.policy.drafts import lines, read

EXAMPLE = Path(__file__).resolve().parents[4] / "docs" / "ci-generic.yml"
ENVIRON = {"DEPLOYER_TOKEN": "hunter2-of-the-deployer", "DEPLOYER_WEBHOOK_SECRET": "0123456789abcdef"}

SMALL = """\
version: 1
teams:
  developers: {members: [U0ANDY, U0MARA]}
ci:
  far:
    kind: generic
    hosts: [ci.example.org]
    headers: {Authorization: "Bearer ${TOKEN}"}
    trigger:
      url: https://ci.example.org/runs
      json: {id: "{{correlation_id}}"}
      id: id
    status:
      url: https://ci.example.org/runs/{{run_id}}
      state: state
      map: {ok: succeeded, bad: failed}
services:
  website:
    channel: C0RELEASES
    starters: [developers]
    operators: [developers]
    environments:
      - {name: staging, protected: false, deploy: {ci: far}}
"""
TOKEN = {"TOKEN": "hunter2-of-mine"}


def settings(
    folder: Path, *changes: tuple[str, str], environ: Mapping[str, str] | None = TOKEN
) -> Mapping[str, object]:
    reading = read(folder, changed(*changes), environ)
    assert lines(reading.errors) == []
    assert reading.policy is not None
    return reading.policy.connections["far"].settings


def changed(*changes: tuple[str, str]) -> str:
    text = SMALL
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def test_the_example_is_a_sound_policy() -> None:
    reading = read_policy(EXAMPLE, ENVIRON)
    assert (reading.errors, reading.warnings) == ((), ())
    assert reading.policy is not None
    host = "https://deployer.example.org"
    assert reading.policy.connections["deployer"].settings == {
        "hosts": ["deployer.example.org"],
        "private_hosts": [],
        "poll": 15,
        "headers": {"Authorization": "Bearer hunter2-of-the-deployer"},
        "page": f"{host}/runs/{{{{run_id}}}}",
        "trigger": {
            "method": "POST",
            "url": f"{host}/api/projects/{{{{service}}}}/runs",
            "headers": {"X-Request-Id": "{{correlation_id}}"},
            "json": {
                "title": "{{version}} to {{environment}} [{{correlation_id}}]",
                "ref": "{{sha}}",
                "inputs": "{{inputs}}",
                "notify": False,
            },
            "id": "run.id",
        },
        "status": {
            "url": f"{host}/api/runs/{{{{run_id}}}}",
            "state": ["run.state"],
            "map": {"OK": "succeeded", "ERROR": "failed", "ABORTED": "cancelled", "TIMEOUT": "timed_out"},
            "attempt": "run.attempt",
            "detail": "run.message",
            "log_url": "run.log",
        },
        "cancel": {
            "method": "POST",
            "url": f"{host}/api/runs/{{{{run_id}}}}/stop",
            "json": {"reason": "cancelled by Shiproom"},
        },
        "search": {
            "url": f"{host}/api/projects/{{{{service}}}}/runs?correlation={{{{correlation_id}}}}",
            "list": "runs",
            "correlation": "inputs.shiproom_correlation_id",
            "id": "id",
            "oldest_first": False,
            "authoritative": False,
            "grace": 60,
        },
        "webhook_secret": "0123456789abcdef",
        "webhook": {
            "header": "x-deployer-signature",
            "id": "run.id",
            "correlation": "run.inputs.shiproom_correlation_id",
        },
        "secrets": ["hunter2-of-the-deployer"],
    }


def test_the_example_is_sound_without_its_secrets() -> None:
    assert read_policy(EXAMPLE, None).errors == ()


def test_what_is_not_said_has_a_harmless_meaning(tmp_path: Path) -> None:
    found = settings(tmp_path)
    assert (found["cancel"], found["search"], found["webhook"], found["webhook_secret"]) == ({}, {}, {}, "")
    assert (found["page"], found["poll"], found["private_hosts"]) == ("", 15, [])


JSON = 'json: {id: "{{correlation_id}}"}'


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("17", 17),
        ("-1", -1),
        ("0", 0),
        ("1.5", 1.5),
        ('"17"', "17"),
        ("'true'", "true"),
        ('""', ""),
        ("word", "word"),
        ('"{{sha}}"', "{{sha}}"),
        ('"a\\nb"', "a\nb"),
        ('"\\u0022}"', '"}'),
        ("[a, 1, [b], {c: false}]", ["a", 1, ["b"], {"c": False}]),
        ("{}", {}),
        ("[]", []),
    ],
)
def test_json_is_what_it_looks_like(written: str, value: object, tmp_path: Path) -> None:
    json = f'json: {{id: "{{{{correlation_id}}}}", value: {written}}}'
    trigger = settings(tmp_path, (JSON, json))["trigger"]
    assert isinstance(trigger, dict)
    assert trigger["json"] == {"id": "{{correlation_id}}", "value": value}


@pytest.mark.parametrize(
    ("header", "environ", "secrets"),
    [
        ('"Bearer ${TOKEN}"', {"TOKEN": "hunter2"}, ["hunter2"]),
        ('"${TOKEN}"', {"TOKEN": "hunter2"}, ["hunter2"]),
        ('"${TOKEN}:${OTHER}"', {"TOKEN": "hunter2", "OTHER": "word"}, ["hunter2", "word"]),
        ('"${TOKEN}"', {"TOKEN": "a{{b}}c ${X}"}, ["a{{b}}c ${X}"]),
        ("nothing", {}, []),
    ],
)
def test_secrets_are_known_by_what_is_around_them(
    header: str, environ: Mapping[str, str], secrets: list[str], tmp_path: Path
) -> None:
    found = settings(tmp_path, ('"Bearer ${TOKEN}"', header), environ=environ)
    assert found["secrets"] == secrets


URL = "url: https://ci.example.org/runs\n"
STATUS = "url: https://ci.example.org/runs/{{run_id}}"
CARRIES = "where a run of the list has what carries the correlation id, like `inputs.id`"
OF_A_START = (
    "`correlation_id`, `service`, `environment`, `repository`, `branch`, `workflow`, "
    "`sha`, `version`, `digest`, `build_url`, `release`"
)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # Where requests go.
        (
            ("    hosts: [ci.example.org]\n", ""),
            [
                "5:3: CI `far` lacks `hosts`: where requests may go, like `[deploy.example.org]`",
                "9:12: the host `ci.example.org` is not allowed: name it under `hosts`",
                "13:12: the host `ci.example.org` is not allowed: name it under `hosts`",
            ],
        ),
        (
            (URL, "url: https://ci.example.org.evil.test/runs\n"),
            ["10:12: the host `ci.example.org.evil.test` is not allowed: name it under `hosts`"],
        ),
        (
            (URL, "url: http://ci.example.org/runs\n"),
            [
                "10:12: without https anybody on the way can read it: use https, or name the host under `private_hosts`"
            ],
        ),
        (
            (URL, "url: https://{{service}}.example.org/runs\n"),
            [
                "10:12: an address begins with a literal host and is ASCII only: placeholders come after the host",
            ],
        ),
        (
            (URL, "url: https://ci.example.org/\u00e4\n"),
            [
                "10:12: an address begins with a literal host and is ASCII only: placeholders come after the host"
            ],
        ),
        (
            (URL, "url: https://ci.example.org:99999/\n"),
            [
                "10:12: an address begins with a literal host and is ASCII only: placeholders come after the host"
            ],
        ),
        (
            (URL, "url: ftp://ci.example.org/\n"),
            [
                f"10:12: `ftp://ci.example.org/` is not {URL_SHAPE.wanted}",
            ],
        ),
        (
            ("hosts: [ci.example.org]", "hosts: [ci.example.org, 'https://x', X.org, 'a:80']"),
            [
                f"7:{column}: `{host}` is not the name or the numeric address of a host, in lowercase and without a port"
                for column, host in ((29, "https://x"), (42, "X.org"), (49, "a:80"))
            ],
        ),
        # Placeholders.
        (
            (URL, "url: https://ci.example.org/{{servce}}\n"),
            ["10:12: `{{servce}}` is not known here; did you mean `service`?"],
        ),
        (
            (URL, "url: https://ci.example.org/{{claim_secret}}\n"),
            [
                f"10:12: `{{{{claim_secret}}}}` is not known here; possible: {OF_A_START}",
            ],
        ),
        ((URL, "url: https://ci.example.org/{{sha\n"), ["10:12: a `{{` without a name and `}}`"]),
        (
            (JSON, 'json: {id: "{{correlation_id}}", all: "x {{inputs}}"}'),
            ["11:45: `{{inputs}}` is a mapping: use it alone as a value"],
        ),
        (
            (JSON, 'json: {id: "{{correlation_id}}", "{{sha}}": 1}'),
            ["11:40: a key cannot have placeholders: use them in values"],
        ),
        (
            (JSON, 'json: {id: "{{correlation_id}}", a: yes, b: 0x1F, c: 2024-01-01, d: ~}'),
            [
                '11:43: YAML reads `yes` as true or false: quote it ("yes") if it is meant as text',
                '11:51: YAML reads `0x1F` as a number: quote it ("0x1F") if it is meant as text',
                '11:60: YAML reads `2024-01-01` as a date: quote it ("2024-01-01") if it is meant as text',
                '11:75: YAML reads `~` as nothing: quote it ("~") if it is meant as text',
            ],
        ),
        (
            (JSON, "json: {id: {{correlation_id}}}"),
            [
                "9:5: nothing here contains `{{correlation_id}}`: without it no run can be found again",
                "11:19: a key is one word or text, not a list or a mapping: check the braces",
            ],
        ),
        (
            (JSON, "json: {ref: '{{sha}}'}"),
            ["9:5: nothing here contains `{{correlation_id}}`: without it no run can be found again"],
        ),
        # Headers.
        (
            (
                'headers: {Authorization: "Bearer ${TOKEN}"}',
                "headers: {'a b': x, Host: h, Content-Length: '1', ok: [z]}",
            ),
            [
                "8:15: `a b` is not the name of a header",
                "8:25: `Host` is set automatically: remove it",
                "8:34: `Content-Length` is set automatically: remove it",
                "8:59: a list is not one line of text",
            ],
        ),
        (
            ('{Authorization: "Bearer ${TOKEN}"}', '{X: "a\\nY: b", Z: "{{sha}}"}'),
            [
                "8:18: `a?Y: b` is not one line of text: a line end or a control character is in it",
                "8:32: `{{sha}}` is not known here; there is none",
            ],
        ),
        (
            ('{Authorization: "Bearer ${TOKEN}"}', "[Authorization]"),
            ["8:14: a list is not a mapping of headers"],
        ),
        # The parts.
        (
            ("      id: id\n", ""),
            ["5:3: a started run cannot be found: set `id` under `trigger`, or describe a `search`"],
        ),
        (
            ("      id: id\n", "      id: 'run id'\n"),
            ["12:11: `run id` is not a path into an answer, like `run.id` or `items.0.id`"],
        ),
        (
            ("      id: id\n", "      id: id\n      method: GET\n"),
            ["13:15: `GET` is not known here; possible: `POST`, `PUT`, `PATCH`"],
        ),
        (
            ("      id: id\n", "      id: id\n      form: {a: b}\n"),
            [
                "13:7: `form` is not a setting of `trigger`; possible: `url`, `method`, `headers`, `json`, `id`"
            ],
        ),
        (
            (STATUS, "url: https://ci.example.org/runs"),
            ["14:12: the address does not say which one: put `{{run_id}}` into it"],
        ),
        (
            ("{ok: succeeded, bad: failed}", "{ok: succeeded, bad: failed, x: vanished, 1: failed}"),
            [
                '16:54: YAML reads `1` as a number: quote it ("1") if it is meant as text',
                (
                    "16:44: `vanished` is not known here; "
                    "possible: `queued`, `waits`, `running`, `succeeded`, `failed`, `cancelled`, `timed_out`"
                ),
            ],
        ),
        (
            ("{ok: succeeded, bad: failed}", "{ok: succeeded}"),
            ["16:7: one state has to mean `succeeded` and one `failed`: name them"],
        ),
        (
            ("      state: state\n", ""),
            ["13:5: `status` lacks `state`: where the answer has its state, like `run.state`"],
        ),
        (
            ("services:", "    cancel: {url: 'https://ci.example.org/stop'}\nservices:"),
            ["17:5: nothing here contains `{{run_id}}`: it would stop any run"],
        ),
        (
            ("services:", "    cancel: {method: GET, url: 'https://ci.example.org/{{run_id}}'}\nservices:"),
            ["17:22: `GET` is not known here; possible: `POST`, `PUT`, `PATCH`, `DELETE`"],
        ),
        (
            (
                "services:",
                "    search: {url: 'https://ci.example.org/runs', authoritative: true, grace: 11m}\nservices:",
            ),
            [
                f"17:5: `search` lacks `correlation`: {CARRIES}",
                "17:5: `search` lacks `id`: where a run of the list has its id",
                "17:19: the address does not say which one: put `{{correlation_id}}` into it",
                "17:78: people wait for that long: at most 10m",
            ],
        ),
        (
            ("services:", "    webhook: {header: 'X Y', id: id}\nservices:"),
            [
                "17:5: a webhook is verified with `webhook_secret`: set it too",
                "17:23: `X Y` is not the name of a header",
            ],
        ),
        (
            ("services:", "    webhook_secret: 0123456789abcdef0123\nservices:"),
            ["17:21: a secret stands in the policy under `webhook_secret`: write `${NAME}` and set NAME"],
        ),
        (
            ("services:", "    url: https://ci.example.org\nservices:"),
            [
                (
                    "17:5: `url` is not a setting of CI `far`; possible: `kind`, `trigger`, `status`, "
                    "`private_hosts`, `hosts`, `search`, `poll`, `headers`, `page`, `cancel`, `webhook_secret`, `webhook`"
                )
            ],
        ),
        (
            ("    kind: generic\n", "    kind: generic\n    poll: 10m\n"),
            ["7:11: a CI is polled every 2 s to 300 s: choose a value between"],
        ),
    ],
)
def test_faults(change: tuple[str, str], expected: list[str], tmp_path: Path) -> None:
    reading = read(tmp_path, changed(change), TOKEN)
    assert sorted(line.removeprefix("shiproom.yml:") for line in lines(reading.errors)) == sorted(expected)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "ci.internal:8080"])
def test_a_private_host_may_go_without_tls(host: str, tmp_path: Path) -> None:
    name = host.strip("[]").removesuffix(":8080")
    named = f"hosts: [ci.example.org]\n    private_hosts: ['{name}']"
    found = settings(tmp_path, ("hosts: [ci.example.org]", named), (URL, f"url: http://{host}/runs\n"))
    assert found["hosts"] == ["ci.example.org", name]
    assert found["private_hosts"] == [name]


@pytest.mark.parametrize(
    "change",
    [
        (URL, "url: https://ci.example.org/${TOKEN}\n"),
        (JSON, 'json: {id: "{{correlation_id}}", token: "${TOKEN}"}'),
        ("id: id\n", "id: ${TOKEN}\n"),
        ("hosts: [ci.example.org]", "hosts: [ci.example.org, '${TOKEN}']"),
        ("{ok: succeeded,", "{ok: '${TOKEN}',"),
        (JSON, 'json: {id: "{{correlation_id}}", "${TOKEN}": x}'),
        (JSON, 'json: "${TOKEN}"'),
    ],
)
def test_no_message_repeats_a_secret(change: tuple[str, str], tmp_path: Path) -> None:
    reading = read(tmp_path, changed(change), {"TOKEN": "{{hunter2 }}\n \u00e4"})
    assert reading.errors
    assert not [line for line in lines(reading.errors) if "hunter2" in line]
