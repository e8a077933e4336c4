"""The `generic` CI: values never break out of a request, nothing is sent elsewhere, and nothing twice."""

import hmac
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from aiohttp import web

from bot.ci.generic.provider import Generic, connect
from bot.ci.http import client
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Hint, Refused, Target, UnauthenticatedError, Unclear
from handlers.plan import Deploy
from tests.bot.ci.following import end_of, run_of
from tests.bot.ci.generic_fixture import WEBHOOK_SECRET, GenericFixture, generic
from tests.bot.ci.generic_server import TOKEN
from tests.bot.ci.loopback import Fault
from tests.bot.ci.stage import Ask
from tests.bot.ci_api.wire import OK, answering, wire

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
CORRELATION = "0123456789abcdef0123"
TARGET = Target(Deploy("deployer"), "website", "staging", "tailspin/space-game-web", "main")
HOSTILE = [
    '"}, {"a": "',
    "{{sha}}",
    "../../x",
    "a/b?c=d&e#f",
    "\r\nX: y",
    "\u202e\U0001f600",
    "%2F",
    "..",
    "",
    "'",
]


@pytest.fixture
async def fixture(tmp_path: Path) -> AsyncIterator[GenericFixture]:
    async with generic(tmp_path) as made:
        yield made


@pytest.fixture
async def provider(fixture: GenericFixture, around: ProviderContext) -> AsyncIterator[Generic]:
    connected = connect(fixture.connection, around)
    yield connected
    await connected.close()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let requests give up soon."""
    monkeypatch.setattr(client, "TIMEOUT", 0.5)


# What is sent.


async def test_what_the_request_that_starts_a_run_carries(
    fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    request = ask(replace(fixture.deploy("succeeds"), send=("version", "release")))
    answer = await provider.start(replace(request, claim_secret="once"))
    assert answer == Accepted("run 1/a", "https://deployer.example.org/runs/run%201%2Fa")
    assert fixture.server.runs["run 1/a"].body == {
        "title": f"2.4.1 to staging [{request.correlation}]",
        "ref": request.sha,
        "inputs": {
            "outcome": "succeeds",
            "shiproom_sha": request.sha,
            "shiproom_correlation_id": request.correlation,
            "shiproom_version": "2.4.1",
            "shiproom_release": "42",
            "shiproom_claim_secret": "once",
        },
        "notify": False,
    }
    (sent,) = fixture.server.asked
    assert (sent.method, sent.raw_path) == ("POST", "/api/projects/website/runs")
    assert sent.headers["Authorization"] == f"Bearer {TOKEN}"
    assert sent.headers["X-Request-Id"] == sent.headers["Idempotency-Key"] == request.correlation


@pytest.mark.parametrize("value", HOSTILE)
async def test_no_value_breaks_out_of_its_place(
    value: str, fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    request = ask(Deploy("deployer", inputs=(("note", value),)))
    request = replace(request, version=value, target=replace(request.target, service=value))
    await provider.start(request)
    (sent,) = fixture.server.asked
    segments = sent.raw_path.split("/")
    assert (segments[:3], segments[4:]) == (["", "api", "projects"], ["runs"])
    assert sent.raw_path.isascii()
    for run in fixture.server.runs.values():
        assert run.body["title"] == f"{value} to staging [{request.correlation}]"
        assert run.body["inputs"]["note"] == value
        assert set(run.body) == {"title", "ref", "inputs", "notify"}


@pytest.mark.parametrize("run", ["../../admin", "a?x=1", "a#b", "..", "\u00e9", "a b"])
async def test_no_id_leads_elsewhere(run: str, fixture: GenericFixture, provider: Generic, ask: Ask) -> None:
    target = ask(fixture.deploy("succeeds")).target
    status = await provider.status(target, CORRELATION, run)
    assert status is not None
    assert status.state == "vanished"
    assert await provider.cancel(target, CORRELATION, run)
    shown, stopped = fixture.server.asked
    assert (shown.raw_path.count("/"), stopped.raw_path.count("/")) == (3, 4)
    assert shown.raw_path.startswith("/api/runs/")
    assert "?" not in shown.raw_path


# What comes of a start.


@pytest.mark.parametrize(
    ("fault", "came"),
    [
        ("limited", (Refused, 0)),
        ("broken", (Unclear, 0)),
        ("broken_after", (Unclear, 1)),
        ("cut_after", (Unclear, 1)),
        ("silent_after", (Unclear, 1)),
    ],
)
@pytest.mark.usefixtures("quick")
async def test_a_start_that_goes_wrong_is_not_repeated(
    fault: Fault, came: tuple[type[object], int], fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    kind, runs = came
    fixture.server.trouble.coming.append(fault)
    request = ask(fixture.deploy("succeeds"))
    answer = await provider.start(request)
    assert isinstance(answer, kind)
    assert len(fixture.server.runs) == runs
    assert len(fixture.server.asked) == 1
    if runs:
        assert (await end_of(provider, request)).state == "succeeded"
    if isinstance(answer, Refused):
        assert (answer.transient, answer.retry_after) == (True, 7.0)


async def test_a_wrong_token_is_refused_and_not_repeated(
    fixture: GenericFixture, around: ProviderContext, ask: Ask
) -> None:
    provider = connect(fixture.connected(('"Bearer ${DEPLOYER_TOKEN}"', '"Token ${DEPLOYER_TOKEN}"')), around)
    answer = await provider.start(ask(fixture.deploy("succeeds")))
    assert answer == Refused(transient=False, detail="HTTP 401: not with [redacted]")
    assert await provider.find(ask(fixture.deploy("succeeds")).target, CORRELATION) is None
    await provider.close()


@pytest.mark.parametrize(
    ("answer", "run"),
    [
        ({"run": {"id": 17}}, "17"),
        ({"run": {"id": "x"}}, "x"),
        ({"run": {"id": None}}, ""),
        ({"run": {"id": {"a": 1}}}, ""),
        ({"run": {"id": "x" * 300}}, ""),
        ({"run": []}, ""),
        ([], ""),
    ],
)
async def test_an_id_is_read_where_there_is_one(
    answer: object, run: str, fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    fixture.server.answer = web.json_response(answer, status=202)
    accepted = await provider.start(ask(fixture.deploy("succeeds")))
    assert isinstance(accepted, Accepted)
    assert accepted.run_id == run
    assert bool(accepted.url) is bool(run)


async def test_redirects_are_not_followed(fixture: GenericFixture, provider: Generic, ask: Ask) -> None:
    async with wire(answering(OK)) as elsewhere:
        fixture.server.answer = web.Response(status=307, headers={"Location": f"{elsewhere.url}/runs"})
        request = ask(fixture.deploy("succeeds"))
        assert isinstance(await provider.start(request), Unclear)
        assert await provider.find(request.target, request.correlation) is None
        assert await provider.status(request.target, request.correlation, "1") is None
        assert not await provider.cancel(request.target, request.correlation, "1")
    assert elsewhere.connections == 0


async def test_this_machine_is_not_asked_unless_the_policy_names_it(
    fixture: GenericFixture, around: ProviderContext, ask: Ask
) -> None:
    settings: dict[str, object] = {**fixture.connection.settings, "private_hosts": [], "hosts": ["127.0.0.1"]}
    provider = connect(replace(fixture.connection, settings=settings), around)
    request = ask(fixture.deploy("succeeds"))
    answer = await provider.start(request)
    assert isinstance(answer, Refused)
    assert not answer.transient
    assert "name it under `private_hosts`" in answer.detail
    assert await provider.find(request.target, request.correlation) is None
    assert fixture.server.asked == []
    await provider.close()


# The search.


SEARCHED: list[tuple[object, list[str] | None]] = [
    ({"runs": []}, []),
    ({"runs": [{"id": 2, "inputs": {"shiproom_correlation_id": CORRELATION}}]}, ["2"]),
    (
        {
            "runs": [
                {"id": number, "inputs": {"shiproom_correlation_id": f"[{CORRELATION}]"}}
                for number in (3, 2, 2, 1)
            ]
        },
        ["1", "2", "3"],
    ),
    ({"runs": [{"id": 2, "inputs": {"shiproom_correlation_id": "another"}}, 1, None, []]}, []),
    ({"runs": [{"id": None, "inputs": {"shiproom_correlation_id": CORRELATION}}]}, None),
    ({"runs": None}, None),
    ({"runs": {"a": 1}}, None),
    ({"other": []}, None),
    ([], None),
    ("text", None),
]


@pytest.mark.parametrize(("answer", "expected"), SEARCHED)
async def test_what_a_search_gives(
    answer: object, expected: list[str] | None, fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    fixture.server.answer = web.json_response(answer)
    found = await provider.find(ask(fixture.deploy("succeeds")).target, CORRELATION)
    assert (None if found is None else [run.id for run in found]) == expected


async def test_a_search_asks_for_the_id_and_a_late_run_is_found(
    fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    request = ask(fixture.deploy("succeeds"))
    fixture.server.hidden = True
    await provider.start(request)
    assert await provider.find(request.target, request.correlation) == []
    fixture.server.hidden = False
    assert await run_of(provider, request) == "run 1/a"
    assert (
        fixture.server.asked[-1].raw_path == f"/api/projects/website/runs?correlation={request.correlation}"
    )


async def test_capabilities_are_what_the_policy_says(
    fixture: GenericFixture, around: ProviderContext, ask: Ask
) -> None:
    found = connect(fixture.connection, around).capabilities
    assert (found.authoritative_search, found.grace, found.cancel) == (False, 60, True)
    changed = fixture.connected(("authoritative: false", "authoritative: true"), ("grace: 1m", "grace: 5s"))
    found = connect(changed, around).capabilities
    assert (found.authoritative_search, found.grace) == (True, 5)
    settings: dict[str, object] = {**fixture.connection.settings, "search": {}, "cancel": {}}
    least = connect(replace(fixture.connection, settings=settings), around)
    assert not least.capabilities.cancel
    assert await least.find(ask(fixture.deploy("succeeds")).target, CORRELATION) is None


# The status.


def run(**parts: object) -> dict[str, object]:
    return {"run": parts}


@pytest.mark.parametrize(
    ("answer", "state", "detail"),
    [
        (run(state="OK"), "succeeded", ""),
        (run(state="ABORTED"), "cancelled", "its state is ABORTED"),
        (run(state="TIMEOUT", message="after 1h"), "timed_out", "after 1h"),
        (run(state="ERROR", message=f"line\n {TOKEN} \u0007"), "failed", "line [redacted] \u0007"),
        (run(state="ERROR", message={"a": 1}), "failed", "its state is ERROR"),
        (run(state="STARTED"), "running", ""),
        (run(state="ok"), "running", ""),
        (run(state="NEW ONE"), "running", ""),
        (run(state=None), "running", ""),
        (run(state=["OK"]), "running", ""),
        ({}, "running", ""),
        ([], "running", ""),
    ],
)
async def test_states(
    answer: object, state: str, detail: str, fixture: GenericFixture, provider: Generic
) -> None:
    fixture.server.answer = web.json_response(answer)
    status = await provider.status(TARGET, CORRELATION, "1")
    assert status is not None
    assert (status.state, status.detail) == (state, detail)
    assert (status.attempt, status.url) == (1, "https://deployer.example.org/runs/1")


@pytest.mark.parametrize(
    ("answer", "state", "detail"),
    [
        (run(state="PENDING"), "queued", ""),
        (run(state="PENDING", message="place 3"), "queued", ""),
        (run(state="PAUSED"), "waits", "somebody at deployer"),
        (run(state="PAUSED", message="Tim of the board"), "waits", "Tim of the board"),
    ],
)
async def test_states_of_what_does_not_run_yet(
    answer: object, state: str, detail: str, fixture: GenericFixture, around: ProviderContext
) -> None:
    ci = connect(
        fixture.connected(("{OK: succeeded,", "{PENDING: queued, PAUSED: waits, OK: succeeded,")), around
    )
    fixture.server.answer = web.json_response(answer)
    status = await ci.status(TARGET, CORRELATION, "1")
    assert status is not None
    assert (status.state, status.detail) == (state, detail)
    await ci.close()


@pytest.mark.parametrize(
    ("code", "state"),
    [(404, "vanished"), (410, "vanished"), (401, ""), (403, ""), (400, ""), (500, ""), (301, "")],
)
async def test_what_is_no_answer(
    code: int, state: str, fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    fixture.server.answer = web.json_response({"run": {"state": "OK"}}, status=code)
    status = await provider.status(TARGET, CORRELATION, "1")
    assert (status.state if status else "") == state


@pytest.mark.parametrize(
    ("attempt", "log", "expected"),
    [
        (3, "https://logs.example.org/1", (3, "https://logs.example.org/1")),
        ("2", "javascript:alert(1)", (2, "")),
        (0, "https://x/<b>", (1, "")),
        (-1, "https://x/ y", (1, "")),
        (True, 7, (1, "")),
        ("x", None, (1, "")),
        (10**30, "", (1, "")),
    ],
)
async def test_attempts_and_logs(
    attempt: object, log: object, expected: tuple[int, str], fixture: GenericFixture, provider: Generic
) -> None:
    fixture.server.answer = web.json_response(run(state="OK", attempt=attempt, log=log))
    status = await provider.status(TARGET, CORRELATION, "1")
    assert status is not None
    assert (status.attempt, status.log_url) == expected


async def test_a_state_may_come_from_several_places(
    fixture: GenericFixture, around: ProviderContext, ask: Ask
) -> None:
    changes = (
        ("state: run.state", "state: [run.state, run.result]"),
        ("{OK: succeeded, ERROR: failed,", "{done/true: succeeded, done/false: failed,"),
    )
    provider = connect(fixture.connected(*changes), around)
    target = ask(fixture.deploy("succeeds")).target
    for result, state in ((True, "succeeded"), (False, "failed"), (None, "running")):
        fixture.server.answer = web.json_response(run(state="done", result=result))
        status = await provider.status(target, CORRELATION, "1")
        assert status is not None
        assert status.state == state
    await provider.close()


@pytest.mark.parametrize(
    ("code", "asked"),
    [(200, True), (202, True), (404, True), (409, True), (410, True), (403, False), (500, False)],
)
async def test_who_could_be_asked_to_stop(
    code: int, asked: bool, fixture: GenericFixture, provider: Generic, ask: Ask
) -> None:
    fixture.server.answer = web.json_response({}, status=code)
    assert (await provider.cancel(ask(fixture.deploy("lasts")).target, CORRELATION, "1")).asked is asked


# Webhooks.

BODY = b'{"run": {"id": 7, "inputs": {"shiproom_correlation_id": "0123456789abcdef0123"}}}'
SIGNED = "35f92f8b75dadb79e7179ff074b1fdc7b4653e7e9705caa64969ba863cf48c9d"
"""Of BODY with WEBHOOK_SECRET, by `openssl dgst -sha256 -hmac`."""


def signed(body: bytes, secret: str = WEBHOOK_SECRET) -> dict[str, str]:
    return {"x-deployer-signature": hmac.new(secret.encode(), body, sha256).hexdigest()}


@pytest.mark.parametrize("shown", [SIGNED, f"sha256={SIGNED}", SIGNED.upper()])
def test_a_signature_that_is_known(shown: str, provider: Generic) -> None:
    assert provider.has_webhook
    headers = {"x-deployer-signature": shown}
    assert provider.parse_webhook(headers, BODY, NOW) == Hint("run", "7", CORRELATION)


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        (b'{"run": {"id": "a"}}', Hint("run", "a")),
        (
            b'{"run": {"inputs": {"shiproom_correlation_id": "0123456789abcdef0123"}}}',
            Hint("run", "", CORRELATION),
        ),
        (b'{"run": {"id": 1, "inputs": {"shiproom_correlation_id": "<!channel>"}}}', Hint("run", "1")),
        (b'{"run": 1}', Hint("nothing")),
        (b"[]", Hint("nothing")),
        (b"{", Hint("nothing")),
        (b"\xff", Hint("nothing")),
        (b"", Hint("nothing")),
        (b"[" * 100_000, Hint("nothing")),
    ],
)
def test_what_is_heard(body: bytes, hint: Hint, provider: Generic) -> None:
    assert provider.parse_webhook(signed(body), body, NOW) == hint


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-deployer-signature": ""},
        {"x-deployer-signature": "sha256="},
        {"x-deployer-signature": "\u00e9\udcff"},
        {"x-signature-256": SIGNED},
        signed(BODY, "another-secret-of-16"),
        signed(BODY + b" "),
    ],
)
def test_what_is_forged(headers: Mapping[str, str], provider: Generic) -> None:
    with pytest.raises(UnauthenticatedError):
        provider.parse_webhook(headers, BODY, NOW)


@pytest.mark.parametrize("lacking", ["webhook_secret", "webhook"])
def test_without_a_secret_or_a_description_nothing_is_heard(
    lacking: str, fixture: GenericFixture, around: ProviderContext
) -> None:
    settings = {name: value for name, value in fixture.connection.settings.items() if name != lacking}
    provider = connect(replace(fixture.connection, settings=settings), around)
    assert not provider.has_webhook
    for headers in (signed(BODY), signed(BODY, ""), {"": ""}):
        with pytest.raises(UnauthenticatedError):
            provider.parse_webhook(headers, BODY, NOW)


# What is missing.


def target(**more: object) -> Target:
    deploy = Deploy("deployer", **more)  # pyright: ignore[reportArgumentType] - by name
    return Target(deploy, "website", "staging", "tailspin/space-game-web")


async def test_nothing_is_missing(fixture: GenericFixture, provider: Generic) -> None:
    wanted = target(inputs=(("a", "b"),), send=("version", "digest"), claim=True)
    assert await provider.check([wanted, wanted], []) == []
    assert [request.method for request in fixture.server.asked] == ["GET"]


async def test_what_the_requests_leave_out(fixture: GenericFixture, around: ProviderContext) -> None:
    told = ('inputs: "{{inputs}}"', 'inputs: {repository: "{{repository}}", way: "{{workflow}}"}')
    provider = connect(fixture.connected(told), around)
    step = "The step of website in staging"
    leaves = f"{step} has inputs, and `trigger` leaves them out: put `{{{{inputs}}}}` into its `json`."
    claims = f"{step} has to claim, and `trigger` gives it no `{{{{claim_secret}}}}`: put it into its `json`."
    no_way = f"{step} names no `workflow`, and the requests use it."
    nowhere = f"{step} has no `repository`, and the requests use it: name it in the service."
    for wanted, expected in (
        (target(workflow="w"), []),
        (target(workflow="w", send=("version",)), []),
        (target(workflow="w", send=("version", "digest")), [leaves]),
        (target(inputs=(("a", "b"),)), [leaves, no_way]),
        (replace(target(workflow="w", claim=True), repository=""), [claims, nowhere]),
    ):
        assert await provider.check([wanted], []) == expected
    await provider.close()


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        (401, {}, "is answered with HTTP 401"),
        (500, {}, "cannot be read now"),
        (200, {"other": []}, "is answered without a list"),
    ],
)
async def test_a_search_that_does_not_work_is_told(
    code: int, answer: object, words: str, fixture: GenericFixture, provider: Generic
) -> None:
    fixture.server.answer = web.json_response(answer, status=code)
    (sentence,) = await provider.check([target()], [])
    assert words in sentence
